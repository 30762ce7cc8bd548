// Single keys for what one does all day; none of them while one types, or while a dialog is open.
import { showKeys } from "./dialogs.js";
import { prefer, preference } from "./preferences.js";

const PREFIX_MS = 1200;
const FIELDS = "input, textarea, select, [contenteditable]";

export class Shortcuts {
	on = preference("keys", true);

	constructor(console, signal) {
		this.console = console;
		console.shortcuts = this;
		addEventListener("keydown", (event) => this.press(event), { signal });
	}

	press(event) {
		const { key, ctrlKey, metaKey, altKey, isComposing, target } = event;
		if (ctrlKey || metaKey || altKey || isComposing || document.querySelector("dialog[open]")) return;
		if (key === "Escape") return this.leave(target);
		if (!this.on || target.closest?.(FIELDS)) return;
		const prefixed = this.prefix && Date.now() - this.prefix < PREFIX_MS;
		this.prefix = null;
		const action = prefixed ? this.places()[key] : this.keys()[key];
		if (key === "g" && !prefixed) this.prefix = Date.now();
		if (!action) return;
		event.preventDefault();
		action();
	}

	/** Go out of the field, so that the single keys work again. */
	leave(target) {
		const { chat } = this.console;
		if (target === chat.composer.field) chat.transcript.scroller.focus();
	}

	keys() {
		const { console } = this;
		const { actions, chat, open, view } = console;
		const { composer } = chat;
		const here = view === "chat" && open;
		return {
			j: () => this.step(1),
			k: () => this.step(-1),
			"?": () => this.help(),
			s: () => console.header.toggleSound(),
			...(here && {
				t: () => actions.take(open),
				r: () => composer.focus("reply"),
				n: () => composer.focus("note"),
				d: () => composer.draft(),
				"/": () => composer.focus("reply") && composer.openCanned(),
				p: () => composer.findProducts(),
				f: () => actions.transfer(open),
				b: () => actions.handBack(open),
				x: () => actions.close(open),
				i: () => console.goTo("side"),
			}),
		};
	}

	places() {
		const { console } = this;
		const list = (name) => () => {
			console.pane = "list";
			console.arrange();
			console.lists.focus(null, name);
		};
		return { q: list("queue"), m: list("mine"), ...(console.board.isSupervisor() && { o: list("others"), t: () => console.showTeam() }) };
	}

	/** Go to the next or the previous conversation; the focus goes along in the list. */
	step(by) {
		const { console } = this;
		const order = console.lists.order();
		if (!order.length) return;
		const at = order.indexOf(console.open);
		const next = at < 0 ? (by > 0 ? 0 : order.length - 1) : Math.min(order.length - 1, Math.max(0, at + by));
		console.show(order[next]);
		console.lists.focus(order[next]);
	}

	help() {
		const { texts } = this.console;
		showKeys({ texts, on: this.on, use: (on) => {
			this.on = on;
			prefer("keys", on);
		} });
	}
}
