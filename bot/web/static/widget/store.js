// What survives a reload: the conversation's id (for months) and the messages not yet acknowledged (for this tab).
const PREFIX = "shopkeeper.";

function read(area, key) {
  try {
    return JSON.parse(area.getItem(PREFIX + key));
  } catch {
    return null; // storage is forbidden here, or holds something else
  }
}

function write(area, key, value) {
  try {
    area.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // storage is forbidden or full: the chat works, for this page only
  }
}

/** Return a new random id. */
export const newId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

export class Store {
  constructor() {
    this.lastSeq = 0;
    this.id = read(localStorage, "conversation");
    this.outbox = read(sessionStorage, "outbox")?.filter((message) => message.conversation === this.id) ?? [];
    if (typeof this.id !== "string" || !/^[\w-]{1,64}$/.test(this.id)) this.renew();
  }

  /** Begin another conversation. */
  renew() {
    this.id = newId();
    this.lastSeq = 0;
    this.outbox = [];
    write(localStorage, "conversation", this.id);
    write(sessionStorage, "outbox", []);
  }

  keep(message) {
    this.outbox = [...this.outbox.filter((kept) => kept.client_message_id !== message.client_message_id), message];
    this.save();
  }

  forget(id) {
    if (!this.outbox.some((message) => message.client_message_id === id)) return;
    this.outbox = this.outbox.filter((message) => message.client_message_id !== id);
    this.save();
  }

  save() {
    write(sessionStorage, "outbox", this.outbox.map((message) => ({ ...message, conversation: this.id })));
  }

  get(key) {
    return read(localStorage, key);
  }

  set(key, value) {
    write(localStorage, key, value);
  }
}
