// <shopkeeper-chat>: launcher, panel, and what joins the connection to what is seen.
import { cartStrip, cartView } from "./cart.js";
import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { button, el, icon } from "./dom.js";
import { chips, messageTurn, pendingTurn, typingTurn } from "./messages.js";
import { Store, newId } from "./store.js";
import { styleSheet, textOn } from "./styles.js";
import { day, textsOf } from "./texts.js";

export class ShopkeeperChat extends HTMLElement {
	settings = {};
	messages = [];
	cart = { lines: [] };
	unread = 0;
	owner = {};

	get texts() {
		return textsOf(this.tongue);
	}

	connectedCallback() {
		const { accent, position = "right", theme, language } = this.settings;
		this.store = new Store();
		this.tongue = /^zh/.test(this.store.get("language") ?? language ?? (document.documentElement.lang || navigator.language)) ? "zh" : "en";
		this.setAttribute("position", position);
		if (/^(light|dark)$/.test(theme)) this.style.colorScheme = theme;
		this.attachShadow({ mode: "open" }).adoptedStyleSheets = [styleSheet()];
		if (textOn(accent)) this.style.setProperty("--shopkeeper-accent", accent);
		this.style.setProperty("--on-accent", textOn(getComputedStyle(this).getPropertyValue("--accent")) ?? "#fff");
		this.build();
		this.listen();
		if (this.store.get("begun")) this.connection.start();
		if (this.store.get("open") && !this.phone.matches) this.open(false);
	}

	disconnectedCallback() {
		this.connection.stop();
	}

	build() {
		const name = this.settings.shopName ?? "Shop";
		this.phone = matchMedia("(max-width: 480px)");
		this.badge = el("span", { class: "badge", hidden: true });
		this.launcher = button("launcher", () => this.open(), "", icon("chat"), this.badge);
		this.unhint = button("flat", () => this.dismiss(), "", icon("close"));
		this.hint = el("div", { class: "hint", hidden: this.store.get("hinted") ?? !this.settings.hint }, this.settings.hint, this.unhint);
		this.subtitle = el("p");
		this.switch = button("flat", () => this.speak(this.tongue === "en" ? "zh" : "en"));
		this.closer = button("flat", () => this.close(), "", icon("down"));
		this.banner = el("p", { class: "banner", role: "status", hidden: true });
		this.log = el("div", { class: "log", role: "log", "aria-live": "polite", tabindex: 0 });
		this.typing = el("div");
		this.below = el("div");
		this.composer = new Composer((text) => this.say(text), () => this.tell());
		this.panel = el("dialog", { "aria-labelledby": "name", onclose: () => this.closed() },
			el("div", { class: "head" }, el("span", { class: "mark", "aria-hidden": true }, [...name][0]),
				el("div", { class: "names" }, el("h2", { id: "name" }, name), this.subtitle), this.switch, this.closer),
			this.banner, this.log, this.below, this.composer.form);
		this.shadowRoot.append(this.hint, this.launcher, this.panel);
		this.translate();
	}

	listen() {
		this.connection = new Connection(this.settings.server, this.store, () => this.tongue, {
			welcome: ({ messages, cart, owner }) => { messages.forEach((message) => this.take(message)); this.own(owner); this.show(cart); this.draw(); },
			owner: (owner) => this.own(owner),
			message: ({ message }) => this.arrive(message),
			typing: ({ on, agent }) => this.type(on, agent),
			cart: ({ cart }) => this.show(cart),
			online: (online) => this.warn(online ? "" : this.texts.offline),
			unsent: (id) => this.failed(id),
			error: ({ client_message_id: id, text }) => this.failed(id, text),
			renewed: () => { this.messages = []; this.draw(); },
		});
		const hurry = () => this.store.get("begun") && this.connection.hurry();
		addEventListener("online", hurry);
		document.addEventListener("visibilitychange", hurry);
		this.panel.addEventListener("keydown", (event) => event.key === "Escape" && !event.isComposing && this.close());
		visualViewport.onresize = visualViewport.onscroll = () => this.fit();
		new ResizeObserver(() => this.settle()).observe(this.log);
	}

	/** Stay at the end when the keyboard, the field or the cart takes room. */
	settle() {
		const { scrollHeight, scrollTop, clientHeight } = this.log;
		if (scrollHeight - scrollTop - this.height < 8) this.end();
		this.height = clientHeight;
	}

	end() {
		this.log.scrollTop = this.log.scrollHeight;
	}

	/** Keep a full-screen panel above the phone's keyboard. */
	fit() {
		this.style.setProperty("--height", `${visualViewport.height}px`);
		this.style.setProperty("--top", `${visualViewport.offsetTop}px`);
	}

	/** Open the panel; `focus` puts the cursor into the field. */
	open(focus = true) {
		this.dismiss();
		if (!this.panel.open) this.phone.matches ? this.panel.showModal() : (this.panel.open = true); // `show()` would take the focus
		this.launcher.hidden = true;
		this.store.set("open", true);
		this.store.set("begun", true);
		this.connection.hurry();
		this.count(0);
		this.draw();
		if (focus) this.rest();
	}

	/** Put the focus into the field, on a phone into the conversation: no keyboard unasked. */
	rest() {
		const { input } = this.composer;
		if (this.shadowRoot.activeElement !== input) (this.phone.matches ? this.log : input).focus({ preventScroll: true });
	}

	/** Close the panel and give the focus back to the bubble. */
	close() {
		this.panel.close();
	}

	closed() {
		this.launcher.hidden = false;
		this.store.set("open", false);
		this.launcher.focus();
	}

	/** Open and send `text`; `payload` is the id of a button pressed. */
	say(text, payload) {
		if (!this.panel.open) this.open();
		this.view();
		const message = { client_message_id: newId(), text, payload, language: this.tongue };
		this.connection.send(message);
		this.pend(message);
		this.rest();
	}

	/** Open and put `text` into the field, for the shopper to change and send. */
	ask(text) {
		this.open();
		this.composer.fill(text);
	}

	press({ title, payload }) {
		this.say(title, payload);
	}

	pend(message) {
		this.typing.before(pendingTurn(message, this.tongue, (again) => this.connection.send(again)));
		this.end();
	}

	pending(id) {
		return this.log.querySelector(`[data-id="${CSS.escape(id)}"]`);
	}

	failed(id, reason) {
		const turn = this.pending(id);
		turn ? turn.fail(reason) : reason && this.warn(reason);
	}

	warn(text) {
		this.banner.hidden = !text;
		this.banner.textContent = text;
		if (text) this.type(false);
	}

	/** Keep a stored message, once, in the order of the conversation; tell whether it is new. */
	take(message) {
		if (this.messages.some(({ seq }) => seq === message.seq)) return false;
		this.messages.push(message);
		this.messages.sort((a, b) => a.seq - b.seq);
		this.store.lastSeq = this.messages.at(-1).seq;
		return true;
	}

	arrive(message) {
		this.pending(message.client_message_id)?.remove();
		if (!this.take(message)) return;
		const answer = message.direction !== "shopper";
		if (answer) this.type(false);
		if (this.panel.open) this.append(message);
		else this.count(this.unread + answer);
	}

	append(message) {
		const { direction, reply } = message;
		if (direction !== "shopper") this.composer.expect(reply?.expects, reply?.language);
		const before = this.log.querySelector(".pending") ?? this.typing;
		const date = day(message.sent_at, this.tongue);
		if (date !== this.lastDay) before.before(el("div", { class: "day" }, (this.lastDay = date)));
		const turn = messageTurn(message, this);
		before.before(turn);
		// A long answer is shown from its beginning.
		this.log.scrollTop = direction === "shopper" ? this.log.scrollHeight : turn.offsetTop - this.log.offsetTop - 12;
	}

	/** Draw the whole conversation anew, unheard by screen readers. */
	draw() {
		if (!this.panel.open) return;
		const { welcome, starters, suggestions } = this.texts;
		const own = this.settings[this.tongue === "en" ? "startersEn" : "startersZh"] ?? this.settings.starters;
		const titles = (own ?? starters).match(/[^|\s]([^|]*[^|\s])?/g); // none where it is empty
		this.lastDay = null;
		this.log.ariaLive = "off";
		this.log.replaceChildren(el("div", { class: "turn" }, el("div", { class: "bubble" }, welcome),
			titles && chips(titles.map((title) => ({ title })), suggestions, this)), this.typing);
		this.messages.forEach((message) => this.append(message));
		this.store.waiting().forEach((message) => this.pend(message));
		this.end();
		setTimeout(() => { this.log.ariaLive = "polite"; });
		this.view();
	}

	/** Show who has it. */
	own(owner) {
		this.owner = owner;
		this.subtitle.textContent = owner.agent ?? (owner.status === "queued" ? this.texts.queued(owner.place) : this.texts.role);
		this.composer.input.placeholder = this.texts[owner.agent ? "field" : "placeholder"];
	}

	/** Tell a person that the shopper writes. */
	tell() {
		if (!this.owner.agent || Date.now() < this.told) return;
		this.told = Date.now() + 3e3;
		this.connection.transmit({ type: "typing", on: true });
	}

	type(on, name = "") {
		clearTimeout(this.fade);
		if (name) this.fade = setTimeout(() => this.type(), 6e3);
		this.typing.replaceChildren(on ? typingTurn(`${name} ${this.texts.typing}`) : "");
		if (on) this.end();
	}

	show(cart) {
		this.cart = cart;
		this.view(this.viewing);
	}

	/** Show the cart instead of the conversation, or the conversation. */
	view(cart) {
		const opened = cart && !this.viewing;
		this.viewing = this.log.hidden = this.composer.form.hidden = cart;
		const back = () => { this.view(); this.rest(); };
		this.below.className = cart ? "basket" : "";
		this.below.replaceChildren(cart ? cartView(this.cart, this.tongue, back, (text) => this.say(text))
			: cartStrip(this.cart, this.tongue, () => this.view(true)));
		if (opened) this.below.querySelector("button").focus();
	}

	count(unread) {
		this.unread = unread;
		this.badge.hidden = !unread;
		this.badge.textContent = unread;
		this.launcher.ariaLabel = this.texts.open + (unread ? ` (${this.texts.unread(unread)})` : "");
	}

	dismiss() {
		this.hint.hidden = true;
		this.store.set("hinted", true);
	}

	/** Switch the language; the assistant follows with the next message. */
	speak(language) {
		this.tongue = language;
		this.store.set("language", language);
		this.translate();
		this.draw();
	}

	translate() {
		const { texts } = this;
		this.panel.lang = this.hint.lang = texts.lang;
		this.own(this.owner);
		this.switch.textContent = texts.language;
		this.closer.ariaLabel = texts.close;
		this.unhint.ariaLabel = texts.dismiss;
		this.log.ariaLabel = texts.log;
		this.composer.translate(this.tongue);
		this.count(this.unread);
	}
}
