// Finding products to send: the cards as the shopper will see them, in the shopper's language.
import { openDialog } from "./dialogs.js";
import { button, el } from "./dom.js";
import { cardOf } from "./turns.js";

const MOST = 10;
const WAIT_MS = 250;

/** Open the search; `products` is changed in place, `changed()` is called after that. */
export function openProducts(console, id, products, changed, fallback) {
	const { texts, board } = console;
	const language = board.items.get(id)?.language ?? console.language;
	let cards = [];
	let asked = 0;
	let waiting;
	const list = el("ul", { class: "cards found", "aria-label": texts.products });
	const state = el("p", { class: "quiet", role: "status" });
	const isChosen = (card) => products.some((other) => other.product_id === card.product_id);

	const toggle = (card, node) => {
		const place = products.findIndex((other) => other.product_id === card.product_id);
		if (place >= 0) products.splice(place, 1);
		else if (products.length >= MOST) return void (state.textContent = texts.mostProducts(MOST));
		else products.push(card);
		state.textContent = "";
		dress(node, card);
		changed();
	};
	const dress = (node, card) => {
		const on = isChosen(card);
		node.ariaPressed = String(on);
		node.className = on ? "plain chosen-one" : "plain";
		node.textContent = on ? texts.added : texts.add;
		node.ariaLabel = `${texts.add}: ${card.title}`;
	};
	const show = () => list.replaceChildren(...cards.map((card) => {
		const add = button("plain", () => toggle(card, add), "");
		dress(add, card);
		return cardOf(card, console, add);
	}));
	const search = async (words) => {
		const mine = ++asked;
		state.textContent = texts.loading;
		try {
			const answer = await console.api.get("products", { q: words, lang: language });
			if (mine !== asked) return;
			({ cards } = answer);
			state.textContent = cards.length ? "" : texts.productNone;
			show();
		} catch (error) {
			if (mine === asked) state.textContent = error.text || texts.unreachable;
		}
	};
	const field = el("input", { type: "text", role: "searchbox", enterkeyhint: "search", "aria-label": texts.productQuery, placeholder: texts.productQuery, autocomplete: "off", maxlength: 200, "data-first": true, oninput: () => {
		clearTimeout(waiting);
		waiting = setTimeout(() => search(field.value.trim()), WAIT_MS);
	} });
	search(""); // what is bought most
	openDialog({ title: texts.findProductsLong, texts, fallback, build: (close) => el("div", { class: "product-search" },
		el("form", { class: "bar", role: "search", onsubmit: (event) => { event.preventDefault(); clearTimeout(waiting); search(field.value.trim()); } }, field),
		state, list, el("div", { class: "answers" }, button("main", close, "", texts.done))) });
}
