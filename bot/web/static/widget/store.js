// What survives a reload: the conversation's id, and this tab's messages that are not yet acknowledged.
function read(area, key) {
	try {
		return JSON.parse(area().getItem(`shopkeeper.${key}`));
	} catch {
		return null; // storage is forbidden here, or holds something else
	}
}

function write(area, key, value) {
	try {
		area().setItem(`shopkeeper.${key}`, JSON.stringify(value));
	} catch {
		// storage is forbidden or full: the chat works, for this page only
	}
}

const local = () => localStorage;
const session = () => sessionStorage;

/** Return a new random id. */
export const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

export class Store {
	lastSeq = 0;
	customer = null;
	get = (key) => read(local, key);
	set = (key, value) => write(local, key, value);

	constructor() {
		this.id = read(local, "conversation");
		this.outbox = read(session, "outbox") ?? [];
		if (!/^[\w-]{1,64}$/.test(this.id ?? "")) this.renew();
	}

	/** Begin another conversation; the outbox goes along. */
	renew() {
		this.id = newId();
		this.lastSeq = 0;
		this.set("conversation", this.id);
	}

	/** Note who is signed in: a guest's messages go along, as the conversation does; a customer's wait for that customer. */
	identify(customer = null) {
		this.customer = customer;
		this.save(this.outbox.map((message) => ({ ...message, customer: message.customer ?? customer })));
	}

	/** Return what may be sent now. */
	waiting = () => this.outbox.filter(({ customer }) => customer === this.customer);

	keep(message) {
		this.forget(message.client_message_id);
		this.save([...this.outbox, { customer: this.customer, ...message }]);
	}

	forget(id) {
		if (id) this.save(this.outbox.filter((message) => message.client_message_id !== id));
	}

	save(outbox) {
		this.outbox = outbox;
		write(session, "outbox", outbox);
	}
}
