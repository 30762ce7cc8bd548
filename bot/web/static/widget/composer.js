// The field: grows with its text, sends on Enter, shows the right keyboard for what was asked.
import { el, icon } from "./dom.js";
import { textsOf } from "./texts.js";

const LIMIT = 4000;
const WARN_BELOW = 200;
const KEYBOARDS = {
	email: ["email", "email"], phone: ["tel", "tel"], quantity: ["numeric"], postal_code: ["text", "postal-code"],
	person_name: ["text", "name"], address: ["text", "street-address"],
};

export class Composer {
	/** `send(text)` gets what was written, trimmed and not empty. */
	constructor(send, typing) {
		this.send = send;
		this.input = el("textarea", { rows: 1, maxlength: LIMIT, enterkeyhint: "send", oninput: () => { this.update(); typing(); }, onkeydown: (event) => this.key(event) });
		this.left = el("div", { class: "left", "aria-live": "polite", hidden: true });
		this.button = el("button", { class: "send", "aria-disabled": true }, icon("send"));
		this.form = el("form", { onsubmit: (event) => this.submit(event) },
			el("div", { class: "field" }, this.input, this.left), this.button);
	}

	translate(language) {
		this.texts = textsOf(language);
		this.input.ariaLabel = this.texts.field;
		this.button.ariaLabel = this.texts.send;
	}

	/** Choose the keyboard by the slot that the last reply asks for (or null). */
	expect(slot, language) {
		const [mode = "text", complete = "off"] = KEYBOARDS[slot] ?? [];
		this.input.inputMode = slot === "postal_code" && language === "zh" ? "numeric" : mode; // letters occur abroad
		this.input.autocomplete = complete;
	}

	fill(text) {
		this.input.value = text;
		this.update();
	}

	key(event) {
		if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) this.submit(event);
	}

	submit(event) {
		event.preventDefault();
		const text = this.input.value.trim();
		if (!text) return;
		this.fill("");
		this.send(text);
	}

	update() {
		const { input, left } = this;
		input.style.height = "42px";
		input.style.height = `${Math.min(132, input.scrollHeight)}px`;
		const remaining = LIMIT - input.value.length;
		left.hidden = remaining >= WARN_BELOW;
		left.textContent = this.texts.left(remaining);
		this.button.ariaDisabled = !input.value.trim();
	}
}
