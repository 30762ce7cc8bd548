// What was said, oldest first: keeps to the end while one reads there, and one's place while one reads above.
import { button, el, icon } from "./dom.js";
import { day } from "./format.js";
import { Rows } from "./reconcile.js";
import { messageTurn, noteTurn, pendingTurn } from "./turns.js";

const NEAR_END = 60; // px

export class Transcript {
	constructor(console, correct) {
		Object.assign(this, { console, correct });
		const { texts } = console;
		this.list = el("div", { class: "turns" });
		this.rows = new Rows(this.list);
		this.earlier = button("plain earlier", () => this.loadEarlier(), "", texts.earlier);
		this.typing = el("p", { class: "typing", hidden: true });
		this.jump = button("jump", () => this.toEnd(), "", icon("down"), texts.newBelow);
		this.jump.hidden = true;
		this.scroller = el("section", { class: "transcript", tabindex: 0, "aria-label": texts.transcript, onscroll: () => this.isAtEnd() && (this.jump.hidden = true) }, this.earlier, this.list, this.typing);
		this.element = el("div", { class: "reading" }, this.scroller, this.jump);
		new ResizeObserver(() => this.stuck && this.toEnd()).observe(this.scroller);
		this.scroller.addEventListener("scroll", () => (this.stuck = this.isAtEnd()));
	}

	isAtEnd = () => this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR_END;

	toEnd() {
		this.scroller.scrollTop = this.scroller.scrollHeight;
		this.jump.hidden = true;
		this.stuck = true;
	}

	/** Show a conversation's messages; `fresh`: another conversation than before, `own`: something that this agent has just said. */
	show(id, chat, { fresh = false, own = false, earlier = false } = {}) {
		const { scroller } = this;
		const atEnd = fresh || own || this.isAtEnd();
		const before = scroller.scrollHeight - scroller.scrollTop;
		const last = this.last;
		this.earlier.hidden = !chat?.more;
		this.rows.show(this.entries(id, chat));
		this.last = chat?.messages.at(-1)?.seq;
		if (earlier) scroller.scrollTop = scroller.scrollHeight - before;
		else if (atEnd) this.toEnd();
		else if (this.last > last) this.jump.hidden = false;
	}

	entries(id, chat) {
		const { console } = this;
		const { online, intents } = console;
		const name = (console.shopperName = console.nameOf(chat?.item ?? console.board.items.get(id)));
		const said = (chat?.messages ?? []).map((message) => ({ at: message.sent_at, key: `m${message.seq}`, sources: [message, name, intents], draw: () => messageTurn(message, console, this.correct) }));
		const notes = (chat?.notes ?? []).map((note) => ({ at: note.created_at, key: `n${note.id}`, sources: [note], draw: () => noteTurn(note, console) }));
		const all = merge(said, notes);
		const dated = [];
		let today = null;
		for (const entry of all) {
			const date = new Date(entry.at).toDateString();
			if (date !== today) dated.push({ key: `d${date}`, sources: [], draw: () => el("p", { class: "day" }, day(entry.at, console.language)) });
			today = date;
			dated.push(entry);
		}
		const letters = console.chats.pendingOf(id).map((letter) => ({ key: `p${letter.client_message_id}`, sources: [letter.failed, online], draw: () => pendingTurn(letter, console) }));
		return [...dated, ...letters];
	}

	async loadEarlier() {
		const { console } = this;
		this.earlier.disabled = true;
		await console.chats.loadEarlier(console.open).catch((error) => console.actions.explain(error, console.open));
		this.earlier.disabled = false;
	}

	/** Say who types just now. */
	showTyping(names) {
		const atEnd = this.isAtEnd();
		this.typing.hidden = !names.length;
		this.typing.replaceChildren(el("span", { class: "dots", "aria-hidden": true }, el("i"), el("i"), el("i")), names.map((name) => this.console.texts.isTyping(name)).join(" "));
		if (atEnd && names.length) this.toEnd();
	}
}

/** Put notes among the messages by their times; the messages keep the order of their numbers. */
function merge(messages, notes) {
	const rest = notes.toSorted((a, b) => new Date(a.at) - new Date(b.at));
	const all = [];
	for (const message of messages) {
		while (rest.length && new Date(rest[0].at) < new Date(message.at)) all.push(rest.shift());
		all.push(message);
	}
	return [...all, ...rest];
}
