// The form to sign in with, and clear words for what goes wrong.
import { el } from "./dom.js";
import { span } from "./format.js";
import { textsOf } from "./texts.js";

export class SignIn {
	/** `enter(session)` gets the `Session`; `notice` is said above the form. */
	constructor(api, language, enter, notice = "") {
		const texts = textsOf(language);
		Object.assign(this, { api, language, enter, texts });
		this.error = el("p", { class: "bad", id: "sign-in-error", role: "alert" });
		this.login = this.field("login", texts.login, "username", "text");
		this.password = this.field("password", texts.password, "current-password", "password");
		this.button = el("button", { class: "main wide" }, texts.signIn);
		this.element = el("main", { class: "sign-in" },
			el("form", { novalidate: true, onsubmit: (event) => this.submit(event), "aria-labelledby": "sign-in-title" },
				el("img", { src: "/static/logo.svg", alt: "", width: 44, height: 44 }),
				el("h1", { id: "sign-in-title" }, texts.desk),
				notice && el("p", { class: "hint-box", role: "status" }, notice),
				this.error,
				el("label", { for: "login" }, texts.login), this.login,
				el("label", { for: "password" }, texts.password), this.password,
				this.button,
				el("p", { class: "quiet" }, texts.noAccount)));
	}

	field = (id, label, autocomplete, type) =>
		el("input", { id, name: id, type, autocomplete, autocapitalize: "none", spellcheck: "false", required: true, maxlength: 200, "aria-describedby": "sign-in-error" });

	focus() {
		this.login.focus();
	}

	async submit(event) {
		event.preventDefault();
		if (this.busy || this.until > Date.now()) return;
		const [login, password] = [this.login.value.trim(), this.password.value];
		if (!login || !password) return this.fail(this.texts.fillBoth, login ? this.password : this.login);
		this.busy = true;
		this.button.textContent = this.texts.signingIn;
		this.error.textContent = "";
		try {
			const session = await this.api.post("session", { login, password });
			this.stop();
			return this.enter(session);
		} catch (error) {
			this.explain(error);
		} finally {
			this.busy = false;
			this.button.textContent = this.texts.signIn;
		}
	}

	explain({ status, text, retryAfter }) {
		if (status === 401) {
			this.fail(this.texts.wrongPassword, this.password);
			this.password.select();
		} else if (status === 429) this.wait(retryAfter ?? 60);
		else this.fail(status ? text || this.texts.failedAction : this.texts.unreachable);
	}

	fail(text, field) {
		this.error.textContent = text;
		for (const one of [this.login, this.password]) one.ariaInvalid = String(one === field);
		field?.focus();
	}

	/** Count the seconds down; screen readers hear the beginning and the end alone. */
	wait(seconds) {
		this.until = Date.now() + seconds * 1000;
		this.button.ariaDisabled = true;
		const left = el("span", { "aria-hidden": true });
		const heard = el("span", { class: "unseen" }, this.texts.tooMany(span(seconds, this.language)));
		this.error.replaceChildren(left, heard);
		const show = () => {
			const rest = Math.ceil((this.until - Date.now()) / 1000);
			left.textContent = this.texts.tooMany(span(rest, this.language));
			if (rest > 0) return;
			this.stop();
			this.error.textContent = this.texts.tryAgainNow;
			this.button.ariaDisabled = null;
		};
		this.counting = setInterval(show, 500);
		show();
	}

	stop() {
		clearInterval(this.counting);
	}
}
