// What the shopper pressed among the cards. What was shown, put into the cart and bought the shop notes itself.

/** Tell the shop of a press, once: a lost one only makes statistics poorer. `rank` is the card's place in its rail, from 1. */
export function recordClick(server, conversation_id, product_id, rank) {
	const body = JSON.stringify({ conversation_id, events: [{ kind: "click", product_id, rank, place: "chat" }] });
	const headers = { "content-type": "application/json" };
	fetch(new URL("api/events", server), { method: "POST", body, headers, credentials: "include", keepalive: true }).catch(() => null);
}
