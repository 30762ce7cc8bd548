// Keeping a list of elements as it should be with as few changes as possible, so that focus and scroll stay.
const same = (left, right) => left.length === right.length && left.every((value, index) => Object.is(value, right[index]));

export class Rows {
	known = new Map(); // key → { node, sources }

	constructor(parent) {
		this.parent = parent;
	}

	/** Show these entries in this order: `{key, sources, draw(node)}`; `draw` is called where a source has changed, with the old element or null. */
	show(entries) {
		const keys = new Set(entries.map((entry) => entry.key));
		for (const [key, { node }] of this.known) {
			if (keys.has(key)) continue;
			node.remove();
			this.known.delete(key);
		}
		let place = this.parent.firstChild;
		for (const { key, sources, draw } of entries) {
			const old = this.known.get(key);
			let node = old?.node;
			if (!old || !same(old.sources, sources)) {
				node = draw(old?.node ?? null);
				if (old && node !== old.node) {
					if (place === old.node) place = node;
					old.node.replaceWith(node);
				}
				this.known.set(key, { node, sources });
			}
			if (node === place) place = node.nextSibling;
			else this.parent.insertBefore(node, place);
		}
	}

	node = (key) => this.known.get(key)?.node ?? null;
}
