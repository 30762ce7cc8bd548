// Canned replies, found by what is written after "/": the shopper's language first.
import { el } from "./dom.js";

const MOST = 40;

export class CannedMenu {
	current = 0;

	/** `choose(text)` gets the reply that was chosen. */
	constructor(console, choose) {
		Object.assign(this, { console, choose });
		this.list = el("ul", { id: "desk-canned", role: "listbox", tabindex: 0, "aria-label": console.texts.canned, onkeydown: (event) => this.key(event) && event.preventDefault() });
		this.none = el("p", { class: "quiet", hidden: true }, console.texts.cannedNone);
		this.element = el("div", { class: "canned", hidden: true }, this.list, this.none);
	}

	get isOpen() {
		return !this.element.hidden;
	}

	/** Show what fits to `/words`; any other text closes the menu. */
	search(text, field) {
		this.field = field;
		if (!/^\/[^\n]*$/.test(text)) return this.close();
		const words = text.slice(1).toLowerCase().split(/\s+/).filter(Boolean);
		const { language } = this.console.board.items.get(this.console.open) ?? {};
		const first = ["en", "zh"].includes(language) ? language : this.console.language;
		const second = first === "en" ? "zh" : "en";
		const fits = ({ key, title, text: said }) => words.every((word) => [key, title.en, title.zh, said.en, said.zh].some((part) => part?.toLowerCase().includes(word)));
		const found = this.console.canned.filter(fits);
		this.options = [...found.map((reply) => this.option(reply, first)), ...found.map((reply) => this.option(reply, second))].filter(Boolean).slice(0, MOST);
		this.list.replaceChildren(...this.options.map((option) => option.element));
		this.list.hidden = !this.options.length;
		this.none.hidden = this.options.length > 0;
		this.element.hidden = false;
		this.mark(0);
	}

	option({ key, title, text }, language) {
		if (!text[language]) return null;
		const said = text[language].replaceAll("{name}", this.console.me.name);
		const element = el("li", { role: "option", id: `desk-canned-${key}-${language}`, lang: language === "zh" ? "zh-CN" : "en", onmousedown: (event) => event.preventDefault(), onclick: () => this.take(said) },
			el("b", {}, title[this.console.language] ?? key), el("span", { class: "quiet" }, said));
		return { element, said };
	}

	mark(index) {
		if (!this.options.length) return this.field.removeAttribute("aria-activedescendant");
		this.current = (index + this.options.length) % this.options.length;
		this.options.forEach(({ element }, place) => (element.ariaSelected = String(place === this.current)));
		const { element } = this.options[this.current];
		element.scrollIntoView({ block: "nearest" });
		this.field.setAttribute("aria-activedescendant", element.id);
	}

	/** Take a key of the field; tell whether it was one for the menu. */
	key({ key, shiftKey }) {
		if (!this.isOpen) return false;
		if (key === "ArrowDown") this.mark(this.current + 1);
		else if (key === "ArrowUp") this.mark(this.current - 1);
		else if ((key === "Enter" || key === "Tab") && !shiftKey && this.options.length) this.take(this.options[this.current].said);
		else if (key === "Escape") this.close();
		else return false;
		return true;
	}

	take(said) {
		this.close();
		this.choose(said);
	}

	close() {
		this.element.hidden = true;
		this.list.replaceChildren();
		this.field?.removeAttribute("aria-activedescendant");
	}
}
