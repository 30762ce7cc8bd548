// What an agent does with a conversation: shown at once, taken back where the server says no, and explained.
import { pathOf } from "./api.js";
import { chooseAgent, confirm } from "./dialogs.js";

export class Actions {
	constructor(console) {
		this.console = console;
	}

	get texts() {
		return this.console.texts;
	}

	async take(id) {
		const { console } = this;
		const { board } = console;
		if (!board.may(board.items.get(id)).take) return;
		const { me } = board;
		const taken = this.change(id, "take", {}, { status: "human", agent: { id: me.id, name: me.name }, place: null });
		console.show(id, { focus: !console.isPhone() });
		if (await taken) console.refresh(id).then(() => console.look());
	}

	transfer(id) {
		const { console } = this;
		const { board } = console;
		const item = board.items.get(id);
		if (!board.may(item).assign) return;
		const agents = board.agents.filter((agent) => agent.id !== item.agent?.id);
		chooseAgent({ title: this.texts.transferTitle, agents, texts: this.texts, fallback: this.fallback, choose: ({ id: agent_id, name }) =>
			this.change(id, "assign", { agent_id }, { status: "human", agent: { id: agent_id, name }, place: null }) });
	}

	handBack(id) {
		if (!this.console.board.may(this.console.board.items.get(id)).hand_back) return;
		const { handBackTitle: title, handBackText: text, handBack: label } = this.texts;
		confirm({ title, text, label, texts: this.texts, fallback: this.fallback, yes: () => this.change(id, "hand-back", {}, { status: "bot", agent: null }) });
	}

	close(id) {
		if (!this.console.board.may(this.console.board.items.get(id)).close) return;
		const { closeTitle: title, closeText: text, close: label } = this.texts;
		confirm({ title, text, label, texts: this.texts, fallback: this.fallback, yes: () => this.change(id, "close", {}, { status: "closed", agent: null }) });
	}

	fallback = () => this.console.chat.heading;

	/** Show the change, ask for it, and take it back where it is refused; tell whether it holds. */
	async change(id, path, body, guess) {
		const { board, api } = this.console;
		board.guess(id, guess);
		try {
			board.put(await api.post(pathOf(id, path), body), { asked: true });
			return true;
		} catch (error) {
			board.undo(id);
			await this.explain(error, id);
			return false;
		}
	}

	/** Say honestly why something failed; where the conversation has changed, look at it anew. */
	async explain(error, id) {
		const { console, texts } = this;
		const { notices, me } = console;
		if (error.status === 0) notices.say(texts.unreachable, true);
		else if (error.status === 409 || error.status === 404) {
			const item = await this.stateOf(id);
			const gone = item === null || item.status === "human";
			const other = item?.status === "human" && item.agent?.id !== me.id ? item.agent?.name : null;
			notices.say(other ? texts.tookByOther(other) : gone ? texts.tookBySomebody : texts.changedMeanwhile, true);
		} else if (error.code === "desk_role") notices.say(texts.notAllowed, true);
		else if (error.status !== 401) notices.say(error.text || texts.failedAction, true);
	}

	/** Return how a conversation stands now, null where this agent may not know any more. */
	async stateOf(id) {
		const { board, chats, api } = this.console;
		const known = board.items.get(id);
		if (known && known.status !== "queued" && !board.isMine(known)) return known; // the line was faster
		const read = await chats.load(id).catch(() => null);
		if (read) return read.item;
		const lists = await api.get("conversations").catch(() => null);
		if (lists) board.replace(lists);
		return board.items.get(id) ?? null;
	}

	/** Conversations that were mine are so no more, and not by what I did. */
	lost(all) {
		const { console, texts } = this;
		if (all.length > 1) return console.notices.say(texts.lostMany(all.length), true);
		const [{ item, now }] = all;
		const name = console.nameOf(item);
		const text = now?.status === "queued" ? texts.lostToQueue(name) : now?.status === "human" ? texts.lostToOther(name, now.agent?.name)
			: now?.status === "closed" ? texts.lostClosed(name) : now ? texts.lostToBot(name) : texts.lostUnknown(name);
		console.notices.say(text, true);
	}

	queued(item) {
		this.console.sound.play("queue");
		this.console.notices.whisper(this.texts.newInQueue(this.console.nameOf(item)));
	}

	/** A message came over the line. */
	heard(id, message) {
		const { console, texts } = this;
		const item = console.board.items.get(id);
		const looking = console.isOpen(id) && !document.hidden;
		if (console.isOpen(id)) console.look();
		if (message.direction === "agent" && message.agent?.name === console.me.name) return;
		const mine = console.board.isMine(item);
		if (looking) console.notices.whisper(`${message.direction === "shopper" ? console.nameOf(item) : (message.agent?.name ?? texts.speakers[message.direction])}: ${message.text}`);
		else if (mine && message.direction === "shopper") console.notices.whisper(texts.newMessageFrom(console.nameOf(item)));
		if (mine && message.direction === "shopper" && !looking) console.sound.play("message");
	}

	async note(id, text) {
		return this.console.api.post(pathOf(id, "notes"), { text }).then((note) => {
			this.console.chats.takeNote(id, note);
			return true;
		}, (error) => this.explain(error, id).then(() => false));
	}

	/** Return a `Draft`, null where there is none. */
	async draft(id) {
		try {
			const draft = await this.console.api.post(pathOf(id, "draft"));
			if (draft.from !== "none" && draft.text) return draft;
			this.console.notices.say(this.texts.draftNone);
		} catch (error) {
			await this.explain(error, id);
		}
		return null;
	}

	/** Say what the assistant should have understood or answered; tell whether it was kept. */
	async correct(id, seq, what) {
		try {
			this.console.chats.correct(id, await this.console.api.post(pathOf(id, "corrections"), { seq, ...what }));
			this.console.notices.say(this.texts.thanksCorrected);
			return true;
		} catch (error) {
			await this.explain(error, id);
			return false;
		}
	}

	async presence(away) {
		const { console } = this;
		try {
			console.board.me = await console.api.post("presence", { away });
			console.board.emit("change", { agents: true });
		} catch (error) {
			await this.explain(error);
		}
	}
}
