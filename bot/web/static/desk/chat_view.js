// The middle pane: whose conversation it is, what can be done with it, what was said, and the field to write.
import { Composer } from "./composer.js";
import { openCorrection } from "./correction.js";
import { button, el, icon, iconButton } from "./dom.js";
import { Transcript } from "./transcript.js";

export class ChatView {
	constructor(console, signal) {
		this.console = console;
		const { texts, actions } = console;
		const act = (name, kind, label, hint) => iconButton(`${kind} act`, name, label, () => this.run(name), hint);
		this.buttons = { take: act("take", "main", texts.take, "t"), transfer: act("transfer", "plain", texts.transfer, "f"), bot: act("bot", "plain", texts.handBack, "b"), close: act("close", "plain", texts.close, "x") };
		this.run = (name) => ({ take: () => actions.take(this.id), transfer: () => actions.transfer(this.id), bot: () => actions.handBack(this.id), close: () => actions.close(this.id) })[name]();
		this.heading = el("h2", { tabindex: -1 });
		this.facts = el("p", { class: "quiet facts" });
		this.banner = el("p", { class: "banner", role: "status" });
		this.trouble = el("div", { class: "trouble", role: "alert", hidden: true });
		this.transcript = new Transcript(console, (message) => openCorrection(console, this.id, message));
		this.composer = new Composer(console, signal);
		const { take, transfer, bot, close } = this.buttons;
		this.chat = el("div", { class: "chat", hidden: true },
			el("header", { class: "chat-top" },
				button("flat back", () => console.goTo("list"), texts.back, icon("back")),
				el("div", { class: "names" }, this.heading, this.facts),
				el("div", { class: "acts" }, take, transfer, bot, close),
				iconButton("flat info", "info", texts.details, () => console.goTo("side"), "i")),
			this.banner, this.trouble, this.transcript.element, this.composer.element);
		this.nothing = el("div", { class: "nothing" }, el("img", { src: "/static/logo.svg", alt: "", width: 56, height: 56 }), el("p", {}, texts.chooseChat), el("p", { class: "quiet wide-only" }, texts.chooseHint));
		this.element = el("section", { class: "chat-view" }, this.nothing, this.chat);
		console.chats.addEventListener("change", ({ detail }) => this.changed(detail), { signal });
		console.chats.addEventListener("typing", ({ detail }) => detail.id === this.id && this.type(), { signal });
		console.board.addEventListener("change", () => this.update(), { signal });
		if (console.open) this.show(console.open);
	}

	/** Show a conversation, at once with what is known of it. */
	show(id) {
		this.id = id;
		this.nothing.hidden = Boolean(id);
		this.chat.hidden = !id;
		this.trouble.hidden = true;
		if (!id) return;
		const chat = this.console.chats.get(id);
		this.transcript.show(id, chat, { fresh: true });
		this.chat.classList.toggle("loading", !chat);
		this.composer.show(id);
		this.type();
		this.update();
	}

	changed({ id, whole, pending, note, earlier }) {
		if (id !== this.id) return;
		this.chat.classList.remove("loading");
		this.trouble.hidden = true;
		this.transcript.show(id, this.console.chats.get(id), { fresh: whole && !earlier && !this.drawn(id), own: Boolean(pending || (note && note.agent.id === this.console.me.id)), earlier });
		this.update();
	}

	/** Tell whether this conversation was drawn before, so that reading it anew does not move the reader. */
	drawn(id) {
		const before = this.shown === id;
		this.shown = id;
		return before;
	}

	type() {
		const { chats } = this.console;
		this.transcript.showTyping(chats.typing(this.id).map((name) => name || this.console.nameOf(this.item)));
	}

	get item() {
		return this.console.board.items.get(this.id) ?? this.console.chats.get(this.id)?.item;
	}

	/** Say who has the conversation, and offer what may be done. */
	update() {
		const { item, console } = this;
		if (!this.id || this.chat.hidden) return;
		const { texts, board } = console;
		if (item) this.heading.textContent = console.nameOf(item);
		if (item) this.facts.textContent = [texts.channels[item.channel] ?? item.channel, texts.languages[item.language]].filter(Boolean).join(" · ");
		const may = board.may(item);
		const show = { take: may.take, transfer: may.assign, bot: may.hand_back, close: may.close };
		const focused = document.activeElement;
		for (const [name, node] of Object.entries(this.buttons)) node.hidden = !show[name];
		if (focused?.hidden && this.element.contains(focused)) this.heading.focus();
		const text = this.state(item);
		if (this.banner.textContent !== text) this.banner.textContent = text;
		this.banner.hidden = !text;
		this.composer.allow(may.write, may.note);
	}

	state(item) {
		const { texts, board, online, wasOnline } = this.console;
		if (!online && wasOnline) return texts.lineDownLong;
		if (!item || board.isMine(item)) return "";
		return { bot: texts.stateBot, queued: texts.stateQueued, closed: texts.stateClosed, human: (board.isSupervisor() ? texts.stateOther : texts.stateGone)(item.agent?.name ?? "") }[item.status] ?? "";
	}

	/** Say that the conversation could not be read. */
	failed({ status, code, text }) {
		if (code === "desk_role" && this.console.chats.get(this.id)) return; // it is somebody else's now: what was read stays
		const { texts } = this.console;
		this.chat.classList.remove("loading");
		this.trouble.hidden = false;
		this.trouble.replaceChildren(el("span", {}, status ? text || texts.failedAction : texts.unreachable), button("link", () => this.console.refresh(), "", texts.retry));
	}

	/** Put the cursor where the agent goes on. */
	focus() {
		if (!this.composer.focus()) this.heading.focus();
	}
}
