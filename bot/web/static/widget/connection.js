// The WebSocket to the gateway: reconnects with growing pauses, sends again what was not acknowledged.
// A message keeps its client_message_id through every attempt, so the gateway never takes it twice.
const PING_MS = 25_000;
const SILENCE_MS = 60_000;
const ACCEPT_MS = 12_000;
const MAX_PAUSE_MS = 15_000;

export class Connection {
	attempt = 0;
	timers = new Map();

	/** `handlers`, by type, get the server's frames, and `online`, `unsent` (a message's id) and `renewed`. */
	constructor(server, store, language, handlers) {
		Object.assign(this, { server, store, language, handlers });
	}

	/** Connect, and stay connected until `stop`. */
	async start() {
		const socket = (this.socket = {}); // taken: nobody else starts meanwhile
		try {
			// The first request makes the session cookie, so that the conversation belongs to this shopper alone.
			const answer = await fetch(new URL("api/session", this.server), { credentials: "include", signal: AbortSignal.timeout(8000) });
			if (!answer.ok) return this.later();
			this.store.identify((await answer.json()).customer?.id);
		} catch {
			return this.later();
		}
		if (this.socket === socket) this.connect();
	}

	connect() {
		const socket = (this.socket = new WebSocket(new URL("ws", this.server.replace(/^http/, "ws"))));
		socket.onopen = () => {
			this.heard = Date.now();
			const { id, lastSeq } = this.store;
			this.transmit({ type: "hello", conversation_id: id, last_seq: lastSeq, language: this.language() });
		};
		socket.onmessage = ({ data }) => this.receive(JSON.parse(data));
		socket.onclose = () => socket === this.socket && this.later();
		this.pinging = setInterval(() => (Date.now() - this.heard > SILENCE_MS ? this.later() : this.transmit({ type: "ping" })), PING_MS);
	}

	stop() {
		clearInterval(this.pinging);
		clearTimeout(this.waiting);
		this.ready = false;
		const { socket } = this;
		this.socket = null;
		socket?.close?.();
	}

	later() {
		this.stop();
		this.emit("online", false);
		this.waiting = setTimeout(() => this.start(), Math.min(MAX_PAUSE_MS, 500 * 2 ** this.attempt++) * (0.75 + Math.random() / 2));
	}

	/** Connect now: the network is back, or the page is looked at again. */
	hurry() {
		if (this.socket) return;
		clearTimeout(this.waiting);
		this.start();
	}

	/** Say something; it stays in the outbox until the gateway has stored it. */
	send(message) {
		this.store.keep(message);
		this.deliver(message);
	}

	deliver({ client_message_id: id, text, payload, language }) {
		clearTimeout(this.timers.get(id));
		this.timers.set(id, setTimeout(() => this.emit("unsent", id), ACCEPT_MS));
		if (this.ready) this.transmit({ type: "message", client_message_id: id, text, payload, language });
	}

	receive(frame) {
		this.heard = Date.now();
		if (frame.type === "welcome") {
			frame.messages.forEach((message) => this.settle(message.client_message_id));
			this.attempt = 0;
			this.ready = true;
			this.emit("online", true);
			this.store.waiting().forEach((message) => this.deliver(message));
		} else if (frame.code === "forbidden") {
			this.store.renew(); // the conversation is another session's: begin a new one
			this.emit("renewed");
			return this.later();
		}
		this.settle(frame.client_message_id ?? frame.message?.client_message_id); // stored, or refused
		this.emit(frame.type, frame);
		if (frame.type === "error" && !this.ready) this.later(); // the hello was refused, for now
	}

	settle(id) {
		clearTimeout(this.timers.get(id));
		this.store.forget(id);
	}

	transmit(frame) {
		if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
	}

	emit(type, detail) {
		this.handlers[type]?.(detail);
	}
}
