// Requests to `/desk/api`: the token goes along, errors come as `ApiError` with the server's text.
const TIMEOUT_MS = 15_000;

export class ApiError extends Error {
	/** `status` is 0 where the server was not reached; `retryAfter` is in seconds, null where not given. */
	constructor(status, code, text, retryAfter = null) {
		super(text);
		Object.assign(this, { status, code, text, retryAfter });
	}
}

export class Api {
	token = null;

	/** `language()` is the one for error texts; `expired()` is called when the session has ended. */
	constructor(language, expired) {
		Object.assign(this, { language, expired });
	}

	get = (path, query = {}) => this.request("GET", path, undefined, query);
	post = (path, body = {}) => this.request("POST", path, body);
	delete = (path) => this.request("DELETE", path);

	/** Ask; return the answer's JSON, or throw an `ApiError`. */
	async request(method, path, body, query = {}) {
		const headers = {};
		if (body !== undefined) headers["content-type"] = "application/json";
		if (method !== "GET" && this.token) headers["x-desk-token"] = this.token;
		const address = `/desk/api/${path}?${new URLSearchParams({ lang: this.language(), ...query })}`;
		const token = this.token;
		let response, answer;
		try {
			response = await fetch(address, { method, headers, body: body && JSON.stringify(body), credentials: "same-origin", signal: AbortSignal.timeout(TIMEOUT_MS) });
			answer = await response.json().catch(() => ({}));
		} catch {
			throw new ApiError(0, "unreachable", "");
		}
		if (response.ok) return answer;
		const { code = "failed", text = "" } = answer.error ?? {};
		if (response.status === 401 && token && token === this.token) this.expired();
		throw new ApiError(response.status, code, text, Number(response.headers.get("retry-after")) || null);
	}
}

/** Return the path of a conversation. */
export const pathOf = (id, rest = "") => `conversations/${encodeURIComponent(id)}${rest && `/${rest}`}`;
