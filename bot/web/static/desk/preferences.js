// What this browser remembers of an agent's taste, and the letters that are not sent yet.
const read = (area, key, otherwise) => {
	try {
		return JSON.parse(area().getItem(`shopkeeper.desk.${key}`)) ?? otherwise;
	} catch {
		return otherwise; // storage is forbidden here, or holds something else
	}
};
const write = (area, key, value) => {
	try {
		area().setItem(`shopkeeper.desk.${key}`, JSON.stringify(value));
	} catch {
		// storage is forbidden or full: it holds for this page only
	}
};
const local = () => localStorage;
const session = () => sessionStorage;

/** Return a setting of this browser. */
export const preference = (key, otherwise) => read(local, key, otherwise);
/** Keep a setting in this browser. */
export const prefer = (key, value) => write(local, key, value);

/** Return what this tab keeps of an agent until it is closed. */
export const kept = (agent, key, otherwise) => read(session, `${agent.id}.${key}`, otherwise);
/** Keep something of an agent until this tab is closed; `null` ends it. */
export const keep = (agent, key, value) => write(session, `${agent.id}.${key}`, value);

/** Return a new random id, 32 hexadecimal digits. */
export const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
