// Words that come and go at the edge of the screen, and what screen readers hear of new messages.
import { button, el, icon } from "./dom.js";

const STAY_MS = 9_000;

export class Notices {
	constructor(texts) {
		this.texts = texts;
		this.heard = el("div", { class: "unseen", role: "log", "aria-live": "polite", "aria-relevant": "additions" });
		this.alerts = el("div", { class: "toasts", role: "alert" });
		this.element = el("div", {}, this.heard, this.alerts);
	}

	/** Tell screen readers something, without showing it. */
	whisper(text) {
		this.heard.append(el("p", {}, text));
		while (this.heard.children.length > 5) this.heard.firstChild.remove();
	}

	/** Show a line; `bad` marks a failure. It waits while it is pointed at. */
	say(text, bad = false) {
		const toast = el("div", { class: bad ? "toast bad" : "toast" }, el("span", {}, text), button("flat", () => toast.remove(), this.texts.dismiss, icon("close")));
		const leave = () => (toast.matches(":hover, :focus-within") ? later() : toast.remove());
		const later = () => setTimeout(leave, STAY_MS);
		later();
		for (const other of [...this.alerts.children].slice(0, -3)) other.remove();
		this.alerts.append(toast);
	}
}
