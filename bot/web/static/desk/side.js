// The right pane: what it is about, and who the shopper is, with orders and cart.
import { button, el, icon } from "./dom.js";
import { date, money } from "./format.js";
import { reasonOf } from "./lists.js";
import { intentName } from "./turns.js";

export class Side {
	constructor(console, signal) {
		this.console = console;
		this.heading = el("h2", { tabindex: -1 }, console.texts.details);
		this.body = el("div", { class: "parts", tabindex: 0, role: "region", "aria-label": console.texts.details });
		this.element = el("div", { class: "side" },
			el("header", { class: "side-top" }, button("flat back", () => console.goTo("main"), console.texts.backToChat, icon("back")), this.heading), this.body);
		console.chats.addEventListener("change", ({ detail }) => detail.id === console.open && detail.whole && this.show(console.open), { signal });
		if (console.open) this.show(console.open);
	}

	focus() {
		this.heading.focus();
	}

	/** Show what belongs to a conversation, as far as it is loaded. */
	show(id) {
		const chat = this.console.chats.get(id);
		const top = this.shown === id ? this.body.scrollTop : 0;
		this.shown = id;
		if (!chat) return this.body.replaceChildren(el("p", { class: "quiet" }, this.console.texts.loading));
		const { texts } = this.console;
		this.body.replaceChildren(...[
			this.part(texts.summary, this.summary(chat.summary)),
			this.part(texts.customer, this.customer(chat.customer)),
			this.part(texts.orders, this.orders(chat.orders ?? [])),
			this.part(texts.cart, this.cart(chat.cart)),
		]);
		this.body.scrollTop = top;
	}

	part = (title, content) => el("section", { class: "part" }, el("h3", {}, title), content);

	facts = (pairs) => el("dl", { class: "facts" }, pairs.filter(([, value]) => value && value.length !== 0).map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));

	summary(summary) {
		const { console } = this;
		const { texts } = console;
		if (!summary) return null;
		const list = (values, kind) => values?.length > 0 && el("ul", { class: kind }, values.map((value) => el("li", {}, value)));
		return this.facts([
			[texts.reason, summary.reason && el("span", { class: "chip" }, reasonOf(summary.reason, texts))],
			[texts.asked, list(summary.asked, "quotes")],
			[texts.wishes, list(summary.intents?.map((name) => intentName(name, console)), "chips")],
			[texts.seenProducts, list(summary.products?.map((product) => product.title), "lines")],
			[texts.seenOrders, list(summary.orders, "chips")],
			[texts.tried, list(summary.tried, "lines quiet")],
			[texts.messageCount, String(summary.messages ?? "")],
		]);
	}

	customer(customer) {
		const { texts } = this.console;
		if (!customer) return el("p", { class: "quiet" }, texts.notSignedIn);
		const { name, email, language, orders } = customer;
		return this.facts([[texts.name, name], [texts.email, email], [texts.language, texts.languages[language] ?? language], [texts.orderCount, String(orders ?? "")]]);
	}

	orders(orders) {
		const { texts } = this.console;
		if (!orders.length) return el("p", { class: "quiet" }, texts.noOrders);
		return el("div", { class: "orders" }, orders.map((order, index) => this.order(order, index === 0)));
	}

	order({ order_id, status, placed_at, total_minor, currency, lines }, open) {
		const { texts, language } = this.console;
		return el("details", { open },
			el("summary", {}, el("b", {}, order_id), el("span", { class: `chip state-${["cancelled", "returned", "exchanged"].includes(status) ? "over" : "on"}` }, texts.orderStates[status] ?? status),
				placed_at && el("span", { class: "quiet" }, date(placed_at, language)), el("b", { class: "sum" }, money(total_minor, currency, language))),
			this.lines(lines, currency));
	}

	lines(lines, currency) {
		const { language } = this.console;
		return el("ul", { class: "lines" }, lines.map(({ title, quantity, price_minor, options }) => el("li", {},
			el("span", {}, `${quantity} × ${title}`, options && Object.keys(options).length > 0 && el("span", { class: "quiet" }, ` ${Object.values(options).join(", ")}`)),
			el("span", { class: "sum" }, money(price_minor * quantity, currency, language)))));
	}

	cart(cart) {
		const { texts, language } = this.console;
		if (!cart?.lines?.length) return el("p", { class: "quiet" }, texts.emptyCart);
		return [this.lines(cart.lines, cart.currency), el("p", { class: "total" }, el("span", {}, texts.total), el("b", {}, money(cart.total_minor, cart.currency, language)))];
	}
}
