// The field: replies and internal notes, canned replies by "/", a draft, products. What is written stays with its conversation.
import { CannedMenu } from "./canned.js";
import { button, el, icon, iconButton } from "./dom.js";
import { keep, kept } from "./preferences.js";
import { openProducts } from "./product_search.js";

const LIMIT = 4000;
const WARN_BELOW = 300;
const TALLEST = 190; // px
const TYPING_EVERY_MS = 3000;
const blank = () => ({ reply: "", note: "", mode: "reply", products: [], draft: null });

export class Composer {
	constructor(console) {
		this.console = console;
		const { texts } = console;
		this.letters = kept(console.me, "letters", {});
		this.tabs = ["reply", "note"].map((mode) => el("button", { type: "button", class: "tab", "data-mode": mode, onclick: () => { this.setMode(mode); this.focus(); } }, icon(mode === "note" ? "lock" : "reply"), texts[mode]));
		this.field = el("textarea", { id: "desk-field", rows: 2, maxlength: LIMIT, enterkeyhint: "send", "aria-autocomplete": "list", "aria-describedby": "desk-left", oninput: () => this.typed(), onkeydown: (event) => this.key(event), onblur: () => this.rest() });
		this.left = el("span", { class: "left", id: "desk-left" });
		this.source = el("div", { class: "draft-source", hidden: true });
		this.chosen = el("ul", { class: "chosen", "aria-label": texts.toSend, hidden: true });
		this.canned = new CannedMenu(console, (text) => this.fill(text));
		this.field.setAttribute("aria-controls", this.canned.list.id);
		this.tools = [
			iconButton("flat tool", "slash", texts.canned, () => this.openCanned(), "/"),
			iconButton("flat tool", "draft", texts.draftLong, () => this.draft(), "d"),
			iconButton("flat tool", "product", texts.findProductsLong, () => this.findProducts(), "p"),
		];
		const words = [texts.cannedShort, texts.draft, texts.findProducts];
		this.tools.forEach((tool, index) => (tool.querySelector(".word").textContent = words[index]));
		this.send = el("button", { class: "main send" }, icon("send"), el("span", { class: "word" }));
		this.element = el("form", { class: "composer", onsubmit: (event) => this.submit(event) },
			el("div", { class: "tabs", role: "group", "aria-label": texts.modes }, this.tabs),
			this.source, this.chosen, this.canned.element,
			el("div", { class: "field" }, this.field),
			el("div", { class: "tools" }, this.tools, this.left, this.send));
	}

	get letter() {
		return (this.letters[this.id] ??= blank());
	}

	keep() {
		keep(this.console.me, "letters", this.letters);
	}

	/** Show what was written for this conversation. */
	show(id) {
		this.rest();
		this.id = id;
		this.canned.close();
		this.draw();
	}

	/** `write`: the agent may answer the shopper; `note`: notes may be written. */
	allow(write, note) {
		if (this.mayWrite === write && this.mayNote === note && this.allowed === this.id) return;
		Object.assign(this, { mayWrite: write, mayNote: note, allowed: this.id });
		this.element.hidden = !write && !note;
		this.draw();
	}

	draw() {
		const { texts } = this.console;
		const mode = this.mode;
		for (const tab of this.tabs) {
			tab.ariaPressed = String(tab.dataset.mode === mode);
			tab.hidden = tab.dataset.mode === "reply" && !this.mayWrite;
		}
		this.element.classList.toggle("noting", mode === "note");
		for (const tool of this.tools) tool.hidden = mode === "note";
		this.field.value = this.letter[mode];
		this.field.placeholder = mode === "note" ? texts.writeNote : texts.writeReply;
		this.field.ariaLabel = texts[mode];
		this.send.querySelector(".word").textContent = mode === "note" ? texts.saveNote : texts.send;
		this.send.ariaLabel = mode === "note" ? texts.saveNote : texts.send;
		this.drawChosen();
		this.drawSource();
		this.grow();
	}

	get mode() {
		return this.mayWrite ? this.letter.mode : "note";
	}

	setMode(mode) {
		this.letter.mode = mode;
		this.canned.close();
		this.draw();
	}

	/** Put the cursor into the field; tell whether there is one. */
	focus(mode) {
		if (this.element.hidden || (mode === "reply" && !this.mayWrite)) return false;
		if (mode && mode !== this.mode) this.setMode(mode);
		this.field.focus();
		return true;
	}

	fill(text) {
		this.field.value = text;
		this.field.focus();
		this.field.setSelectionRange(text.length, text.length);
		this.typed();
	}

	typed() {
		this.letter[this.mode] = this.field.value;
		this.keep();
		if (this.mode === "reply") this.canned.search(this.field.value, this.field);
		this.grow();
		if (this.mode === "reply" && this.field.value && !this.field.value.startsWith("/")) this.tellTyping();
		else this.rest();
	}

	tellTyping() {
		clearTimeout(this.resting);
		this.resting = setTimeout(() => this.rest(), TYPING_EVERY_MS * 1.6);
		if (Date.now() - (this.toldAt ?? 0) < TYPING_EVERY_MS) return;
		this.toldAt = Date.now();
		this.typingIn = this.id;
		this.console.line.send({ type: "typing", conversation_id: this.id, on: true });
	}

	rest() {
		clearTimeout(this.resting);
		const { board, line } = this.console;
		if (this.typingIn && board.isMine(board.items.get(this.typingIn))) line.send({ type: "typing", conversation_id: this.typingIn, on: false });
		this.typingIn = this.toldAt = null;
	}

	grow() {
		const { field, left } = this;
		field.style.height = "0";
		field.style.height = `${Math.min(TALLEST, Math.max(52, field.scrollHeight))}px`;
		const remaining = LIMIT - field.value.length;
		left.textContent = remaining < WARN_BELOW ? this.console.texts.left(remaining) : "";
		this.send.ariaDisabled = field.value.trim() || (this.mode === "reply" && this.letter.products.length) ? null : "true";
	}

	key(event) {
		if (event.isComposing || event.keyCode === 229) return;
		if (this.canned.key(event)) return event.preventDefault();
		if (event.key === "Enter" && !event.shiftKey) this.submit(event);
	}

	async submit(event) {
		event.preventDefault();
		const { id, mode, letter } = this;
		const text = this.field.value.trim();
		if (!text && !(mode === "reply" && letter.products.length)) return;
		if (mode === "note") {
			if (this.noting) return;
			this.noting = true;
			const stored = await this.console.actions.note(id, text);
			this.noting = false;
			if (!stored) return;
			this.letters[id] = { ...this.letters[id], note: "" };
		} else {
			this.console.chats.say(id, text, letter.products);
			this.letters[id] = blank();
			this.rest();
		}
		this.keep();
		if (this.id === id) this.draw();
	}

	openCanned() {
		if (this.mode !== "reply") return;
		if (!this.field.value.trim()) this.fill("/");
		else {
			this.field.focus();
			this.canned.search("/", this.field);
		}
	}

	/** Ask for a draft; it is put into the field to be checked, never sent. */
	async draft() {
		const { id, console } = this;
		if (!this.mayWrite || this.drafting) return;
		const tool = this.tools[1].querySelector(".word");
		this.drafting = true;
		tool.textContent = console.texts.drafting;
		const draft = await console.actions.draft(id);
		this.drafting = false;
		tool.textContent = console.texts.draft;
		if (!draft) return;
		const letter = (this.letters[id] ??= blank());
		letter.reply = [letter.reply.trim(), draft.text].filter(Boolean).join("\n");
		Object.assign(letter, { draft, mode: "reply" });
		this.keep();
		if (this.id !== id) return;
		this.draw();
		this.focus("reply");
	}

	drawSource() {
		const { texts } = this.console;
		const { draft } = this.letter;
		this.source.hidden = !draft || this.mode !== "reply";
		if (!draft) return;
		const names = draft.sources.map(({ document: name, section, version }) => texts.source(`${name} — ${section}`, version));
		this.source.replaceChildren(icon("draft"), el("span", {}, el("b", {}, texts.draftFrom[draft.from]), ` ${names.join(" ")}`),
			button("flat", () => { this.letter.draft = null; this.drawSource(); this.field.focus(); }, texts.dismiss, icon("close")));
	}

	findProducts() {
		if (!this.mayWrite) return;
		const { id } = this;
		openProducts(this.console, id, this.letter.products, () => {
			this.keep();
			if (this.id === id) this.draw();
		}, () => this.field);
	}

	drawChosen() {
		const { texts } = this.console;
		const { products } = this.letter;
		this.chosen.hidden = !products.length || this.mode !== "reply";
		this.chosen.replaceChildren(...products.map((card) => el("li", { class: "chip" }, card.title,
			button("flat", () => { products.splice(products.indexOf(card), 1); this.keep(); this.draw(); this.field.focus(); }, texts.removeProduct(card.title), icon("close")))));
	}
}
