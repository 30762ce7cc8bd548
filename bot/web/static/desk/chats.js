// The conversations that were opened: messages, notes and what belongs to the shopper, kept so that going back is instant.
import { pathOf } from "./api.js";
import { keep, kept, newId } from "./preferences.js";

const KEPT = 40; // conversations
const ACCEPT_MS = 12_000;
const TYPING_MS = 6_000;

export class Chats extends EventTarget {
	loaded = new Map(); // conversation_id → Conversation, with `pending` letters
	typists = new Map(); // conversation_id → Map of name → timer
	timers = new Map();
	reading = new Set(); // what comes over the line while a conversation is read: the answer may be older

	constructor(api, line, board) {
		super();
		Object.assign(this, { api, line, board });
		this.outbox = kept(board.me, "outbox", []);
	}

	get = (id) => this.loaded.get(id);

	/** Read a conversation from the server; what was loaded before it stays. */
	async load(id) {
		const news = { id, messages: [], notes: [] };
		this.reading.add(news);
		const fresh = await this.api.get(pathOf(id)).finally(() => this.reading.delete(news));
		const last = fresh.messages.at(-1)?.seq ?? 0;
		fresh.messages.push(...news.messages.filter((message) => message.seq > last).sort((a, b) => a.seq - b.seq));
		fresh.notes.push(...news.notes.filter((note) => !fresh.notes.some((other) => other.id === note.id)));
		const old = this.loaded.get(id);
		const first = fresh.messages[0]?.seq ?? 0;
		const earlier = (old?.messages ?? []).filter((message) => message.seq < first);
		const joined = fresh.more && earlier.at(-1)?.seq === first - 1;
		this.loaded.delete(id); // to the end: used last
		this.loaded.set(id, joined ? { ...fresh, messages: [...earlier, ...fresh.messages], more: old.more } : fresh);
		for (const message of fresh.messages) this.settle(message.client_message_id);
		for (const key of [...this.loaded.keys()].slice(0, -KEPT)) this.loaded.delete(key);
		this.board.put(fresh.item, { asked: true });
		this.emit("change", { id, whole: true });
		return this.loaded.get(id);
	}

	/** Read the hundred messages before the first that is here. */
	async loadEarlier(id) {
		const chat = this.loaded.get(id);
		const { messages, more } = await this.api.get(pathOf(id, "messages"), { before: chat.messages[0].seq });
		chat.messages.unshift(...messages);
		chat.more = more;
		this.emit("change", { id, whole: true, earlier: true });
	}

	/** Take a message that came over the line, or as an answer; tell whether one before it is missing here. */
	take(id, message, unread) {
		this.settle(message.client_message_id);
		for (const news of this.reading) if (news.id === id) news.messages.push(message);
		const { seq, direction, text, sent_at } = message;
		const item = this.board.items.get(id);
		if ((item?.last?.seq ?? 0) <= seq) this.board.touch(id, { last: { seq, direction, text, sent_at }, ...(unread == null ? {} : { unread }) });
		const chat = this.loaded.get(id);
		if (!chat) return false;
		const gap = seq > (chat.messages.at(-1)?.seq ?? 0) + 1;
		const place = chat.messages.findIndex((other) => other.seq >= seq);
		if (place < 0) chat.messages.push(message);
		else if (chat.messages[place].seq === seq) chat.messages[place] = message;
		else chat.messages.splice(place, 0, message);
		this.mark(id, direction === "shopper" ? "" : message.agent?.name, false);
		this.emit("change", { id, message });
		return gap;
	}

	correct(id, correction) {
		const chat = this.loaded.get(id);
		const place = chat?.messages.findIndex((message) => message.seq === correction.seq) ?? -1;
		if (place < 0) return;
		chat.messages[place] = { ...chat.messages[place], correction };
		this.emit("change", { id });
	}

	takeNote(id, note) {
		for (const news of this.reading) if (news.id === id) news.notes.push(note);
		const chat = this.loaded.get(id);
		if (!chat || chat.notes.some((other) => other.id === note.id)) return;
		chat.notes.push(note);
		this.emit("change", { id, note });
	}

	/** Say something to the shopper; it stays in the outbox until the server has it. */
	say(id, text, products) {
		const letter = {
			conversation_id: id, client_message_id: newId(), text, product_ids: products.map((card) => card.product_id), products, written_at: new Date().toISOString(),
		};
		this.store([...this.outbox, letter]);
		this.deliver(letter);
		this.emit("change", { id, pending: letter });
	}

	deliver(letter) {
		const { client_message_id: key, conversation_id, text, product_ids } = letter;
		letter.failed = null;
		clearTimeout(this.timers.get(key));
		const sent = this.line.ready && this.line.send({ type: "message", conversation_id, client_message_id: key, text, product_ids });
		if (sent) this.timers.set(key, setTimeout(() => this.fail(key, ""), ACCEPT_MS));
	}

	/** Send again what the server has not said yes to. */
	deliverAll() {
		for (const letter of this.outbox) if (letter.failed == null) this.deliver(letter);
	}

	fail(key, reason) {
		clearTimeout(this.timers.get(key));
		const letter = this.outbox.find((other) => other.client_message_id === key);
		if (!letter) return;
		letter.failed = reason;
		this.emit("change", { id: letter.conversation_id, pending: letter });
	}

	/** The server has a letter: it is a message from now on; its own frame follows and replaces it. */
	accepted({ conversation_id: id, client_message_id: key, seq }) {
		const letter = this.outbox.find((other) => other.client_message_id === key);
		if (!letter) return;
		const cards = letter.products.map((card) => ({ ...card, buttons: [] }));
		const reply = cards.length ? { text: letter.text, language: null, cards, sources: [], quick_replies: [], handoff: null } : null;
		const known = this.loaded.get(id)?.messages.some((message) => message.seq === seq);
		if (known) return this.settle(key);
		this.take(id, { seq, direction: "agent", text: letter.text, sent_at: letter.written_at, client_message_id: key, reply, agent: { name: this.board.me.name }, notice: null, understanding: null, in_reply_to: null, correction: null });
	}

	settle(key) {
		if (!key) return;
		clearTimeout(this.timers.get(key));
		const letter = this.outbox.find((other) => other.client_message_id === key);
		if (!letter) return;
		this.store(this.outbox.filter((other) => other !== letter));
		this.emit("change", { id: letter.conversation_id, pending: letter });
	}

	store(outbox) {
		this.outbox = outbox;
		keep(this.board.me, "outbox", outbox);
	}

	pendingOf = (id) => this.outbox.filter((letter) => letter.conversation_id === id);

	/** Note that somebody types; `name` is empty for the shopper. It ends by itself. */
	mark(id, name, on) {
		const names = this.typists.get(id) ?? new Map();
		const had = names.has(name);
		clearTimeout(names.get(name));
		names.delete(name);
		if (on) names.set(name, setTimeout(() => this.mark(id, name, false), TYPING_MS));
		this.typists.set(id, names);
		if (on || had) this.emit("typing", { id });
	}

	typing = (id) => [...(this.typists.get(id)?.keys() ?? [])];

	emit(type, detail) {
		this.dispatchEvent(new CustomEvent(type, { detail }));
	}
}
