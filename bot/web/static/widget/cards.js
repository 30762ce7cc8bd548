// Product cards: a rail that snaps, with arrows for those who do not swipe.
import { el, icon, safeUrl } from "./dom.js";
import { price, textsOf } from "./texts.js";

function picture(card, context, texts) {
  const source = safeUrl(card.image_url, context.server);
  const image = source && el("img", { src: source, alt: "", loading: "lazy", onerror: () => image.remove() });
  return el("div", { class: "picture" }, image, card.sponsored && el("span", { class: "tag" }, texts.sponsored));
}

function productCard(card, rank, language, context) {
  const texts = textsOf(language);
  const href = safeUrl(card.url, context.server);
  const record = (kind) => context.record({ kind, product_id: card.product_id, rank, place: "chat" });
  const title = href
    ? el("a", { class: "title", href, target: context.sameSite(href) ? null : "_blank", rel: "noopener", onclick: () => record("click") }, card.title)
    : el("span", { class: "title" }, card.title);
  const rating = card.rating != null && el("span", { class: "rating" }, icon("star"),
    el("span", { "aria-hidden": "true" }, card.rating.toFixed(1)), el("span", { class: "unseen" }, texts.rated(card.rating.toFixed(1))));
  const buttons = card.buttons.map((button, index) => el("button", {
    type: "button", class: index ? "action" : "action main", "aria-label": `${button.title}: ${card.title}`,
    onclick: () => { record("click"); context.press(button, card.product_id); },
  }, button.title));
  const node = el("li", { class: "card" }, picture(card, context, texts), el("div", { class: "about" },
    title,
    el("span", { class: "price" }, price(card.price_minor, card.currency, language)),
    el("span", { class: "facts" }, rating, el("span", { class: card.in_stock ? "" : "out" }, card.in_stock ? texts.inStock : texts.soldOut)),
    card.reason && el("span", { class: "reason" }, card.reason),
    buttons.length && el("div", { class: "buttons" }, buttons)));
  context.seen(node, () => record("impression"));
  return node;
}

/** Draw the cards of a reply. */
export function carousel(cards, language, context) {
  const texts = textsOf(language);
  const rail = el("ul", { class: "rail", "aria-label": texts.products, tabindex: cards.length > 1 ? "0" : null, onscroll: update, onkeydown: keys },
    cards.map((card, index) => productCard(card, index + 1, language, context)));
  const move = (by) => rail.scrollBy({ left: by * 218, behavior: "smooth" });
  const arrow = (name, label, by, mark) => el("button", { type: "button", class: `arrow ${mark}`, "aria-label": label, onclick: () => move(by) }, icon(name));
  const back = arrow("left", texts.previous, -1, "back");
  const on = arrow("right", texts.next, 1, "on");
  function update() {
    back.setAttribute("aria-disabled", rail.scrollLeft < 4);
    on.setAttribute("aria-disabled", rail.scrollLeft + rail.clientWidth > rail.scrollWidth - 4);
  }
  function keys(event) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by || event.target !== rail) return;
    event.preventDefault();
    move(by);
  }
  context.resized(rail, update);
  return el("div", { class: "carousel" }, rail, back, on);
}
