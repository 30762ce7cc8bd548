// What the console does with each frame of the desk's line.

/** Take one frame from the server. */
export function receive(console, frame) {
	HANDLERS[frame.type]?.(console, frame);
}

const OF_ITSELF = new Set(["desk_not_owner", "desk_role", "not_found"]); // what reading the conversation anew shows

const HANDLERS = {
	welcome(console, frame) {
		console.board.me = frame.agent;
		console.board.replace(frame);
		console.lineIs(true);
		console.chats.deliverAll();
		if (!console.intents.length || !console.canned.length) console.readWords();
		if (!console.open) return;
		console.watch(console.open, true);
		console.refresh().then(() => console.look());
	},

	item(console, { item }) {
		const id = item.conversation_id;
		const before = console.board.items.get(id);
		console.board.put(item);
		const now = console.board.items.get(id);
		if (id === console.open && before?.version !== now?.version) console.refresh();
	},

	message(console, { conversation_id: id, message, unread }) {
		const gap = console.chats.take(id, message, unread);
		if (gap && id === console.open) console.refresh();
		console.actions.heard(id, message);
	},

	accepted(console, frame) {
		console.chats.accepted(frame);
	},

	typing(console, { conversation_id: id, on, who, agent }) {
		console.chats.mark(id, who === "shopper" ? "" : (agent?.name ?? agent ?? console.board.items.get(id)?.agent?.name ?? console.texts.speakers.agent), on);
	},

	note(console, { conversation_id: id, note }) {
		console.chats.takeNote(id, note);
	},

	agents(console, { agents }) {
		console.board.agents = agents;
		console.board.me = agents.find((agent) => agent.id === console.me.id) ?? console.me;
		console.board.emit("change", { agents: true });
	},

	error(console, { code, text, conversation_id: id, client_message_id: key }) {
		if (key) console.chats.fail(key, text);
		else if (text && !OF_ITSELF.has(code)) console.notices.say(text, true);
		if (id && OF_ITSELF.has(code)) console.refresh(id);
	},
};
