// What the shopper saw and pressed among the cards, sent to the gateway in batches.
const WAIT_MS = 1500;
const MOST = 100;

export class EventLog {
  constructor(server, store) {
    this.address = new URL("api/events", server);
    this.store = store;
    this.events = [];
    this.seenOnce = new WeakMap();
    this.watcher = new IntersectionObserver((entries) => entries.forEach((entry) => {
      if (!entry.isIntersecting) return;
      this.watcher.unobserve(entry.target);
      this.seenOnce.get(entry.target)();
    }), { threshold: 0.6 });
    addEventListener("pagehide", () => this.flush());
  }

  /** Call `once` when most of `node` has come into view. */
  seen(node, once) {
    this.seenOnce.set(node, once);
    this.watcher.observe(node);
  }

  record(event) {
    this.events.push(event);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), WAIT_MS);
  }

  async flush() {
    const events = this.events.splice(0, MOST);
    if (!events.length) return;
    const body = JSON.stringify({ conversation_id: this.store.id, events });
    const headers = { "content-type": "application/json" };
    // Lost events only make statistics poorer: no second attempt.
    await fetch(this.address, { method: "POST", body, headers, credentials: "include", keepalive: true }).catch(() => null);
  }
}
