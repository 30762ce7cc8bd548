// What the shopper pressed among the cards, in batches. What was shown, put into the cart and bought the shop notes itself.
const WAIT_MS = 1500;

export class EventLog {
	events = [];

	constructor(server, store) {
		Object.assign(this, { server, store });
		addEventListener("pagehide", () => this.flush());
	}

	/** Note an event; `rank` is the card's place in its rail, from 1. */
	record(kind, product, rank) {
		this.events.push({ kind, product_id: product, rank, place: "chat" });
		clearTimeout(this.timer);
		this.timer = setTimeout(() => this.flush(), WAIT_MS);
	}

	async flush() {
		const events = this.events.splice(0, 100);
		if (!events.length) return;
		const body = JSON.stringify({ conversation_id: this.store.id, events });
		const headers = { "content-type": "application/json" };
		// Lost events only make statistics poorer: no second attempt.
		await fetch(new URL("api/events", this.server), { method: "POST", body, headers, credentials: "include", keepalive: true }).catch(() => null);
	}
}
