// What the shopper saw and pressed among the cards, sent to the gateway in batches.
const WAIT_MS = 1500;

export class EventLog {
	events = [];
	watcher = new IntersectionObserver((entries) => {
		for (const { target } of entries.filter((entry) => entry.isIntersecting)) {
			this.watcher.unobserve(target);
			target.onseen();
		}
	}, { threshold: 0.6 });

	constructor(server, store) {
		Object.assign(this, { server, store });
		addEventListener("pagehide", () => this.flush());
	}

	/** Call `once` when most of `node` has come into view. */
	seen(node, once) {
		node.onseen = once;
		this.watcher.observe(node);
	}

	/** Note an event; `rank` is the card's place in its rail, from 1. */
	record(kind, product, rank) {
		this.events.push({ kind, product_id: product, rank, place: "chat" });
		clearTimeout(this.timer);
		this.timer = setTimeout(() => this.flush(), WAIT_MS);
	}

	async flush() {
		const events = this.events.splice(0, 100);
		if (!events.length) return;
		const body = JSON.stringify({ conversation_id: this.store.id, events });
		const headers = { "content-type": "application/json" };
		// Lost events only make statistics poorer: no second attempt.
		await fetch(new URL("api/events", this.server), { method: "POST", body, headers, credentials: "include", keepalive: true }).catch(() => null);
	}
}
