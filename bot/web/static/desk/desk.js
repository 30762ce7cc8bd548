// `<shopkeeper-desk>`: signing in, else the console; the language and the colours of both.
import { Api } from "./api.js";
import { Console } from "./console.js";
import { keep, prefer, preference } from "./preferences.js";
import { SignIn } from "./sign_in.js";
import { textsOf } from "./texts.js";
import { button, el } from "./dom.js";

class ShopkeeperDesk extends HTMLElement {
	connectedCallback() {
		const asked = new URLSearchParams(location.search).has("lang");
		this.tongue = (!asked && preference("language", null)) || this.getAttribute("language");
		this.paint(preference("theme", "auto"));
		this.api = new Api(() => this.tongue, () => this.leave("sessionEnded"));
		this.begin();
	}

	async begin() {
		document.documentElement.lang = textsOf(this.tongue).lang;
		document.title = textsOf(this.tongue).desk;
		if (!this.hasAttribute("session")) return this.askToSignIn(); // no cookie: nothing to ask for
		try {
			this.enter(await this.api.get("session"));
		} catch {
			this.askToSignIn();
		}
	}

	askToSignIn(notice) {
		this.token = this.api.token = null;
		const texts = textsOf(this.tongue);
		this.form?.stop();
		this.form = new SignIn(this.api, this.tongue, (session) => this.enter(session), notice && texts[notice]);
		this.form.element.append(button("link other-language", () => this.speak(this.tongue === "zh" ? "en" : "zh"), "", el("span", { lang: this.tongue === "zh" ? "en" : "zh-CN" }, texts.otherLanguage)));
		this.notice = notice;
		this.replaceChildren(this.form.element);
		document.title = texts.desk;
		this.form.focus();
	}

	enter(session) {
		this.form = null;
		this.api.token = session.token;
		this.console = new Console(this, this.api, session);
		this.console.start();
	}

	/** Show the form again: the agent signed out, or the session has ended. */
	leave(notice) {
		this.console?.stop();
		this.console = null;
		this.askToSignIn(notice);
	}

	async signOut() {
		for (const key of ["outbox", "letters"]) keep(this.console.me, key, null);
		await this.api.delete("session").catch(() => null);
		this.leave();
	}

	/** Change the language of everything that the console says. */
	speak(language) {
		this.tongue = language;
		prefer("language", language);
		document.documentElement.lang = textsOf(language).lang;
		if (this.console) {
			this.console.draw();
			this.console.readWords();
		}
		else this.askToSignIn(this.notice);
	}

	/** Choose the colours: `auto`, `light` or `dark`. */
	paint(theme) {
		prefer("theme", theme);
		document.documentElement.dataset.theme = theme;
	}
}

customElements.define("shopkeeper-desk", ShopkeeperDesk);
