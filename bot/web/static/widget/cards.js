// Product cards: a rail that snaps, with arrows for those who do not swipe.
import { button, el, icon, safeUrl, unseen } from "./dom.js";
import { recordClick } from "./events.js";
import { price, textsOf } from "./texts.js";

const STEP = 218; // the width of a card and the gap, px

function productCard(card, rank, language, chat) {
	const texts = textsOf(language);
	const href = safeUrl(card.url, chat.settings.server);
	const source = safeUrl(card.image_url, chat.settings.server);
	const clicked = () => recordClick(chat.settings.server, chat.store.id, card.product_id, rank);
	const target = href?.startsWith(location.origin) ? null : "_blank";
	const stars = card.rating?.toFixed(1);
	const press = (pressed, index) =>
		button(index ? "action" : "action main", () => { clicked(); chat.press(pressed); }, `${pressed.title}: ${card.title}`, pressed.title);
	return el("li", { class: "card" },
		el("div", { class: "picture" }, source && el("img", { src: source, alt: "", onerror: (event) => event.target.remove() }),
			card.sponsored && el("span", { class: "tag" }, texts.sponsored)),
		el("div", { class: "about" },
			el(href ? "a" : "span", { class: "title", href, target, rel: "noopener", onclick: href && clicked }, card.title),
			el("b", {}, price(card.price_minor, card.currency, language)),
			el("div", { class: "facts" },
				stars && el("span", { class: "rating" }, icon("star"), el("span", { "aria-hidden": true }, stars), unseen(texts.rated(stars))),
				el("span", { class: card.in_stock ? "" : "out" }, card.in_stock ? texts.inStock : texts.soldOut)),
			card.reason && el("span", { class: "reason" }, card.reason),
			el("div", { class: "buttons" }, card.buttons.map(press))));
}

/** Draw the cards of a reply. */
export function carousel(cards, language, chat) {
	const texts = textsOf(language);
	const rail = el("ul", { class: "rail", "aria-label": texts.products, tabindex: 0 },
		cards.map((card, index) => productCard(card, index + 1, language, chat)));
	const back = button("arrow back", () => rail.scrollBy(-STEP, 0), texts.previous, icon("left"));
	const on = button("arrow on", () => rail.scrollBy(STEP, 0), texts.next, icon("right"));
	const update = () => {
		back.ariaDisabled = rail.scrollLeft < 4;
		on.ariaDisabled = rail.scrollLeft + rail.clientWidth > rail.scrollWidth - 4;
	};
	rail.addEventListener("scroll", update);
	new ResizeObserver(update).observe(rail);
	return el("div", { class: "carousel" }, rail, back, on);
}
