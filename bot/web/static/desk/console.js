// The console of an agent who is signed in: what is known, what is looked at, and who hears of what.
import { Actions } from "./actions.js";
import { Board } from "./board.js";
import { ChatView } from "./chat_view.js";
import { Chats } from "./chats.js";
import { el } from "./dom.js";
import { since } from "./format.js";
import { Header } from "./header.js";
import { Line } from "./line.js";
import { ChatLists } from "./lists.js";
import { Notices } from "./notices.js";
import { receive } from "./receive.js";
import { Shortcuts } from "./shortcuts.js";
import { Side } from "./side.js";
import { Sound } from "./sound.js";
import { TeamView } from "./team.js";
import { textsOf } from "./texts.js";

const TICK_MS = 1000;
const PHONE = matchMedia("(max-width: 760px)");

export class Console {
	open = null; // the conversation that is looked at
	view = "chat"; // or "team"
	pane = "list"; // what a phone shows: "list", "main" or "side"
	online = false;
	intents = [];
	canned = [];

	constructor(desk, api, session) {
		Object.assign(this, { desk, api, session });
		this.board = new Board(session.agent);
		this.line = new Line(session.token);
		this.chats = new Chats(api, this.line, this.board);
		this.sound = new Sound();
		this.actions = new Actions(this);
		this.life = new AbortController();
		this.seen = new AbortController();
	}

	get language() {
		return this.desk.tongue;
	}

	get texts() {
		return textsOf(this.desk.tongue);
	}

	get me() {
		return this.board.me;
	}

	/** Draw, connect, and load what hardly changes. */
	start() {
		const { signal } = this.life;
		this.draw();
		this.line.addEventListener("frame", ({ detail }) => receive(this, detail), { signal });
		this.line.addEventListener("down", () => this.lineDown(), { signal });
		this.line.addEventListener("expired", () => this.desk.leave("sessionEnded"), { signal });
		this.board.addEventListener("change", () => this.entitle(), { signal });
		this.board.addEventListener("lost", ({ detail }) => this.actions.lost(detail), { signal });
		this.board.addEventListener("got", ({ detail }) => this.notices.say(this.texts.gotFrom(this.nameOf(detail.item))), { signal });
		this.board.addEventListener("queued", ({ detail }) => this.actions.queued(detail.item), { signal });
		addEventListener("online", () => this.line.hurry(), { signal });
		addEventListener("visibilitychange", () => this.look(), { signal });
		addEventListener("focus", () => this.look(), { signal });
		addEventListener("hashchange", () => this.show(decodeURIComponent(location.hash.slice(1)) || null), { signal });
		new Shortcuts(this, signal);
		this.ticking = setInterval(() => this.tick(), TICK_MS);
		this.line.start();
		this.readWords();
		const asked = decodeURIComponent(location.hash.slice(1));
		if (asked) this.show(asked);
	}

	/** Read the intents' titles, which come in the language of now, and the canned replies. */
	readWords() {
		const failed = () => null; // they are read again with the next welcome
		this.api.get("intents").then(({ intents }) => (this.intents = intents), failed);
		this.api.get("canned-replies").then(({ replies }) => (this.canned = replies), failed);
	}

	stop() {
		this.life.abort();
		this.seen.abort();
		this.line.stop();
		clearInterval(this.ticking);
		document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());
		history.replaceState(null, "", location.pathname + location.search);
	}

	/** Draw everything, in the language of now; what was written and loaded stays. */
	draw() {
		this.seen.abort();
		this.seen = new AbortController();
		const { signal } = this.seen;
		this.notices = new Notices(this.texts);
		this.header = new Header(this, signal);
		this.lists = new ChatLists(this, signal);
		this.chat = new ChatView(this, signal);
		this.team = new TeamView(this, signal);
		this.side = new Side(this, signal);
		this.root = el("div", { class: "desk" }, this.header.element,
			el("main", { class: "panes" }, this.lists.element, el("div", { class: "middle" }, this.chat.element, this.team.element), this.side.element), this.notices.element);
		this.desk.replaceChildren(this.root);
		this.arrange();
		this.entitle();
	}

	/** Say which panes are seen. */
	arrange() {
		Object.assign(this.root.dataset, { view: this.view, pane: this.pane });
		this.chat.element.hidden = this.view !== "chat";
		this.side.element.hidden = this.view !== "chat" || !this.open;
		this.team.toggle(this.view === "team");
		this.lists.mark();
		this.header.update();
	}

	isPhone = () => PHONE.matches;
	isOpen = (id) => this.open === id && this.view === "chat";
	nameOf = (item) => item?.customer?.name || `${this.texts.guest} ${item?.conversation_id.slice(-4) ?? ""}`.trim();

	/** Look at a conversation, or at none; `focus` puts the cursor where the agent goes on. */
	async show(id, { focus = false } = {}) {
		if (this.open && this.open !== id) this.watch(this.open, false);
		this.open = id;
		this.view = "chat";
		this.pane = id ? "main" : "list";
		this.remember(id);
		this.chat.show(id);
		this.side.show(id);
		this.arrange();
		if (!id) return;
		if (focus) this.chat.focus();
		this.watch(id, true);
		await this.refresh(id);
		this.look();
	}

	/** Put the conversation into the address; on a phone the browser's "back" then goes to the lists. */
	remember(id) {
		const now = decodeURIComponent(location.hash.slice(1));
		if (now === (id ?? "")) return;
		const address = id ? `#${encodeURIComponent(id)}` : location.pathname + location.search;
		history[this.isPhone() && id && !now ? "pushState" : "replaceState"](null, "", address);
	}

	/** Read the conversation that is looked at once more. */
	async refresh(id = this.open) {
		try {
			await this.chats.load(id);
		} catch (error) {
			if (this.open === id) this.chat.failed(error);
		}
	}

	goTo(pane) {
		this.pane = pane;
		this.arrange();
		if (pane === "list") this.lists.focus(this.open);
		else if (pane === "side") this.side.focus();
		else this.chat.heading.focus();
	}

	showTeam() {
		this.view = this.view === "team" ? "chat" : "team";
		this.pane = this.view === "team" || this.open ? "main" : "list";
		this.arrange();
		if (this.view === "team") this.team.heading.focus();
	}

	watch(id, on) {
		if (!this.board.isMine(this.board.items.get(id))) this.line.send({ type: on ? "watch" : "unwatch", conversation_id: id });
	}

	/** What is looked at is read. */
	look() {
		const item = this.board.items.get(this.open);
		if (document.hidden || this.view !== "chat" || !item?.unread || !this.board.isMine(item)) return;
		this.board.touch(this.open, { unread: 0 });
		this.line.send({ type: "read", conversation_id: this.open, seq: item.last.seq });
	}

	/** Say so; a session that has ended refuses the line without saying why, so that it is asked for. */
	lineDown() {
		this.lineIs(false);
		this.api.get("session").catch(() => null);
	}

	lineIs(up) {
		if (this.online === up && this.wasOnline != null) return;
		if (up && this.wasOnline) this.notices.whisper(this.texts.lineBack);
		this.wasOnline ||= up;
		this.online = up;
		this.header.update();
		this.chat.update();
	}

	entitle() {
		const unread = this.board.lists().mine.reduce((sum, item) => sum + (item.unread ?? 0), 0);
		document.title = `${unread ? `(${unread}) ` : ""}${this.texts.desk}`;
	}

	tick() {
		for (const time of this.root.querySelectorAll("[data-since]")) {
			const text = since(time.dataset.since, this.language);
			if (time.textContent !== text) time.textContent = text;
		}
	}
}
