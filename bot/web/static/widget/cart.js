// The cart as the gateway last told it: a strip above the composer, and a view of its lines.
import { button, el, icon, unseen } from "./dom.js";
import { price, textsOf } from "./texts.js";

/** Draw the strip; nothing for an empty cart. */
export function cartStrip(cart, language, open) {
	const count = cart.lines.reduce((sum, line) => sum + line.quantity, 0);
	if (!count) return "";
	const texts = textsOf(language);
	return button("strip", open, "", icon("cart"), texts.cartCount(count), unseen(texts.showCart),
		el("b", {}, price(cart.total_minor, cart.currency, language)));
}

/** Draw the cart; `act(text)` says something to the assistant, which is the only one who changes a cart. */
export function cartView(cart, language, back, act) {
	const texts = textsOf(language);
	const money = (minor) => el("b", {}, price(minor, cart.currency, language));
	return el("section", { "aria-label": texts.cart },
		el("div", { class: "head" }, button("flat", back, texts.back, icon("left")), el("h3", {}, texts.cart)),
		el("ul", {}, cart.lines.map((item) => el("li", {}, item.title, money(item.price_minor * item.quantity),
			el("div", {}, [...Object.values(item.options), `× ${item.quantity}`].join(" · ")),
			button("link", () => act(texts.removeText(item.title)), `${texts.remove}: ${item.title}`, texts.remove)))),
		cart.lines.length ? [el("div", { class: "sum" }, texts.total, money(cart.total_minor)), button("action main", () => act(texts.checkoutText), "", texts.checkout)]
			: el("p", {}, texts.empty));
}
