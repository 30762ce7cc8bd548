// The cart as the gateway last told it: a strip above the composer, and a view of its lines.
import { el, icon } from "./dom.js";
import { price, textsOf } from "./texts.js";

/** Return how many pieces lie in the cart. */
export const countOf = (cart) => cart?.lines.reduce((sum, line) => sum + line.quantity, 0) ?? 0;

/** Draw the strip, or nothing for an empty cart. */
export function cartStrip(cart, language, open) {
  const count = countOf(cart);
  if (!count) return null;
  const texts = textsOf(language);
  return el("button", { type: "button", class: "strip", onclick: open }, icon("cart"),
    el("span", {}, texts.cartCount(count), el("span", { class: "unseen" }, ` · ${texts.showCart}`)),
    el("b", {}, price(cart.total_minor, cart.currency, language)));
}

/** Draw the cart; `act(text)` says something to the assistant, which is the only one who changes a cart. */
export function cartView(cart, language, back, act) {
  const texts = textsOf(language);
  const line = (item) => el("li", {},
    el("span", {}, item.title),
    el("span", {}, price(item.price_minor * item.quantity, cart.currency, language)),
    el("div", {}, [...Object.values(item.options), `× ${item.quantity}`].join(" · ")),
    el("button", { type: "button", class: "link", "aria-label": `${texts.remove}: ${item.title}`, onclick: () => act(texts.removeText(item.title)) }, texts.remove));
  const filled = countOf(cart) > 0;
  return el("section", { class: "cart", "aria-label": texts.cart },
    el("div", { class: "top" }, el("button", { type: "button", class: "flat", "aria-label": texts.back, onclick: back }, icon("left")), el("h3", {}, texts.cart)),
    filled ? el("ul", {}, cart.lines.map(line)) : el("p", {}, texts.empty),
    filled && el("div", { class: "sum" }, el("span", {}, texts.total), el("span", {}, price(cart.total_minor, cart.currency, language))),
    filled && el("button", { type: "button", class: "action main", onclick: () => act(texts.checkoutText) }, texts.checkout));
}
