// The WebSocket to the desk: reconnects with growing pauses, pings, and says when it is down.
const PING_MS = 15_000;
const SILENCE_MS = 40_000;
const MAX_PAUSE_MS = 10_000;
const SIGN_IN_AGAIN = 4401;

export class Line extends EventTarget {
	attempt = 0;
	ready = false;

	constructor(token) {
		super();
		this.token = token;
	}

	/** Connect, and stay connected until `stop`. */
	start() {
		clearTimeout(this.waiting);
		const socket = (this.socket = new WebSocket(new URL("/desk/ws", location.href.replace(/^http/, "ws"))));
		socket.onopen = () => {
			this.heard = Date.now();
			this.send({ type: "hello", token: this.token });
		};
		socket.onmessage = ({ data }) => socket === this.socket && this.receive(JSON.parse(data));
		socket.onclose = ({ code }) => {
			if (socket !== this.socket) return;
			if (code === SIGN_IN_AGAIN) this.end();
			else this.later();
		};
		this.pinging = setInterval(() => (Date.now() - this.heard > SILENCE_MS ? this.later() : this.send({ type: "ping" })), PING_MS);
	}

	/** Close it for good. */
	stop() {
		clearInterval(this.pinging);
		clearTimeout(this.waiting);
		this.ready = false;
		const { socket } = this;
		this.socket = null;
		socket?.close();
	}

	end() {
		this.stop();
		this.emit("expired");
	}

	later() {
		this.stop();
		this.emit("down");
		const pause = Math.min(MAX_PAUSE_MS, 500 * 2 ** this.attempt++);
		this.waiting = setTimeout(() => this.start(), pause * (0.75 + Math.random() / 2));
	}

	/** Connect now: the network is back, or somebody asks for it. */
	hurry() {
		if (!this.socket) this.start();
	}

	receive(frame) {
		this.heard = Date.now();
		if (frame.type === "welcome") {
			this.attempt = 0;
			this.ready = true;
		} else if (frame.type === "error" && frame.code === "desk_sign_in") return this.end();
		this.emit("frame", frame);
	}

	/** Send a frame; tell whether the line took it. */
	send(frame) {
		const open = this.socket?.readyState === WebSocket.OPEN;
		if (open) this.socket.send(JSON.stringify(frame));
		return open;
	}

	emit(type, detail) {
		this.dispatchEvent(new CustomEvent(type, { detail }));
	}
}
