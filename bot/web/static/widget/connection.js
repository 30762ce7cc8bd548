// The WebSocket to the gateway: reconnects with growing pauses, sends again what was not acknowledged.
// A message keeps its client_message_id through every attempt, so the gateway never takes it twice.
const PING_EVERY_MS = 25_000;
const SILENCE_LIMIT_MS = 60_000;
const ACCEPT_LIMIT_MS = 12_000;
const MAX_PAUSE_MS = 15_000;

export class Connection extends EventTarget {
  /** `store` is a `Store`; `language` is asked for at each hello. */
  constructor(server, store, language) {
    super();
    this.server = new URL(server);
    this.store = store;
    this.language = language;
    this.attempt = 0;
    this.ready = false;
    this.timers = new Map();
  }

  /** Begin, and stay connected until `stop`. */
  async start() {
    this.stopped = false;
    try {
      // The first request makes the session cookie, so that the conversation belongs to this shopper alone.
      const signal = AbortSignal.timeout(8000);
      const response = await fetch(new URL("api/session", this.server), { credentials: "include", signal });
      if (response.status >= 500) throw new Error(`session: ${response.status}`);
    } catch {
      return this.later();
    }
    if (this.stopped) return;
    const address = new URL("ws", this.server);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = (this.socket = new WebSocket(address));
    socket.onopen = () => {
      this.heard = Date.now();
      this.transmit({ type: "hello", conversation_id: this.store.id, last_seq: this.store.lastSeq, language: this.language() });
    };
    socket.onmessage = (event) => this.receive(JSON.parse(event.data));
    socket.onclose = () => socket === this.socket && this.later();
    this.pinging = setInterval(() => this.ping(), PING_EVERY_MS);
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.waiting);
    this.drop();
  }

  /** Say something; it stays in the outbox until the gateway has stored it. */
  send(message) {
    this.store.keep(message);
    this.deliver(message);
  }

  deliver(message) {
    const id = message.client_message_id;
    clearTimeout(this.timers.get(id));
    this.timers.set(id, setTimeout(() => this.emit("unsent", { id }), ACCEPT_LIMIT_MS));
    const { text, payload, language } = message;
    if (this.ready) this.transmit({ type: "message", client_message_id: id, text, payload, language });
  }

  receive(frame) {
    this.heard = Date.now();
    if (frame.type === "welcome") this.welcome(frame);
    else if (frame.type === "accepted") this.settle(frame.client_message_id);
    else if (frame.type === "error" && frame.code === "forbidden") {
      this.store.renew();
      this.emit("renewed", {});
      this.drop();
      this.later();
      return;
    } else if (frame.type === "error") clearTimeout(this.timers.get(frame.client_message_id));
    if (frame.type === "message") this.settle(frame.message.client_message_id);
    this.emit(frame.type, frame);
  }

  welcome(frame) {
    this.attempt = 0;
    this.ready = true;
    for (const message of frame.messages) this.settle(message.client_message_id);
    this.emit("online", { online: true });
    for (const message of this.store.outbox) this.deliver(message);
  }

  settle(id) {
    if (!id) return;
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
    this.store.forget(id);
  }

  transmit(frame) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  ping() {
    if (Date.now() - this.heard > SILENCE_LIMIT_MS) {
      this.drop();
      this.later();
    } else this.transmit({ type: "ping" });
  }

  drop() {
    const socket = this.socket;
    this.socket = null;
    this.ready = false;
    clearInterval(this.pinging);
    socket?.close();
  }

  later() {
    this.drop();
    if (this.stopped) return;
    this.emit("online", { online: false });
    const pause = Math.min(MAX_PAUSE_MS, 500 * 2 ** this.attempt++) * (0.75 + Math.random() / 2);
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.start(), pause);
  }

  /** Try at once: the browser says that the network is back, or the page is looked at again. */
  hurry() {
    if (this.stopped || this.socket) return;
    clearTimeout(this.waiting);
    this.start();
  }

  emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
