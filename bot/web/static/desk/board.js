// Which conversations there are, and who has them. Of two states of one conversation the higher version holds.
const LISTED = new Set(["queued", "human"]);

export class Board extends EventTarget {
	items = new Map(); // conversation_id → Item, also those that have left the lists but are looked at
	agents = [];
	guesses = new Map(); // conversation_id → the Item before an optimistic change

	/** `me` is the agent who is signed in. */
	constructor(me) {
		super();
		this.me = me;
	}

	/** Take a whole board: what is not in it has left the lists. */
	replace({ queue, mine, others, agents }) {
		const listed = [...queue, ...mine, ...others];
		const before = this.lists().mine;
		const stay = new Set(listed.map((item) => item.conversation_id));
		for (const [id, item] of this.items) if (LISTED.has(item.status) && !stay.has(id)) this.items.delete(id);
		this.guesses.clear();
		for (const item of listed) this.items.set(item.conversation_id, item);
		if (agents) this.agents = agents;
		const lost = before.map((item) => ({ item, now: this.items.get(item.conversation_id) })).filter(({ now }) => !this.isMine(now));
		if (lost.length) this.emit("lost", lost);
		this.emit("change", { whole: true });
	}

	/** Take one conversation's news; older ones than what is known are left. `asked`: this console's own request did it. */
	put(item, { asked = false } = {}) {
		const id = item.conversation_id;
		const before = this.guesses.get(id) ?? this.items.get(id);
		if (before && before.version > item.version) return;
		const guessed = this.guesses.delete(id);
		const older = before?.version === item.version && (before.last?.seq ?? 0) > (item.last?.seq ?? 0);
		this.items.set(id, older ? { ...item, last: before.last, unread: before.unread } : item);
		const wasMine = this.isMine(before);
		if (wasMine && !this.isMine(item) && !asked && !guessed) this.emit("lost", [{ item: before, now: item }]);
		if (!wasMine && this.isMine(item) && !asked && !guessed) this.emit("got", { item });
		if (item.status === "queued" && before?.status !== "queued") this.emit("queued", { item });
		this.emit("change", { id });
	}

	/** Show a change at once, before the server has said yes; `undo` takes it back. */
	guess(id, changes) {
		const item = this.items.get(id);
		if (!item) return;
		if (!this.guesses.has(id)) this.guesses.set(id, item);
		this.items.set(id, { ...item, ...changes });
		this.emit("change", { id });
	}

	undo(id) {
		const before = this.guesses.get(id);
		if (!before) return;
		this.guesses.delete(id);
		this.items.set(id, before);
		this.emit("change", { id });
	}

	/** Change what does not count as a new version: what was said last, what is unread. */
	touch(id, changes) {
		const item = this.items.get(id);
		if (!item) return;
		this.items.set(id, { ...item, ...changes });
		const guess = this.guesses.get(id);
		if (guess) this.guesses.set(id, { ...guess, ...changes });
		this.emit("change", { id });
	}

	forget(id) {
		this.items.delete(id);
		this.guesses.delete(id);
		this.emit("change", { id });
	}

	isMine = (item) => item?.status === "human" && item.agent?.id === this.me.id;
	isSupervisor = () => this.me.role === "supervisor";

	/** Return the three lists, the longest waiting first; others' chats are for supervisors. */
	lists() {
		const all = [...this.items.values()].sort((a, b) => ((a.waiting_since ?? "") < (b.waiting_since ?? "") ? -1 : 1));
		const human = all.filter((item) => item.status === "human");
		return {
			queue: all.filter((item) => item.status === "queued"),
			mine: human.filter(this.isMine),
			others: this.isSupervisor() ? human.filter((item) => !this.isMine(item)) : [],
		};
	}

	/** Return what the agent may do with a conversation, as far as the console can tell by itself. */
	may(item) {
		const mine = this.isMine(item);
		const boss = this.isSupervisor() && LISTED.has(item?.status);
		return { take: item?.status === "queued", write: mine, note: mine || boss || item?.status === "queued", assign: mine || boss, hand_back: mine, close: mine };
	}

	emit(type, detail) {
		this.dispatchEvent(new CustomEvent(type, { detail }));
	}
}
