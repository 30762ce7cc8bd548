// Messages, notes and letters under way as elements; every text is set as text.
import { button, el, icon, safeUrl, unseen } from "./dom.js";
import { clock, money, plainWord } from "./format.js";

const time = (moment, language) => el("time", { datetime: moment }, clock(moment, language));

/** Draw a product as the shopper sees it, without its buttons. */
export function cardOf(card, { texts, language }, extra) {
	const source = safeUrl(card.image_url, location.origin);
	const href = safeUrl(card.url, location.origin);
	return el("li", { class: "card" },
		el("span", { class: "picture" }, source && el("img", { src: source, alt: "", loading: "lazy", onerror: ({ target }) => target.remove() })),
		el("span", { class: "about" },
			href ? el("a", { href, target: "_blank", rel: "noopener noreferrer" }, card.title) : el("span", {}, card.title),
			el("span", { class: "facts" }, el("b", {}, money(card.price_minor, card.currency, language)), el("span", { class: card.in_stock ? "quiet" : "bad" }, card.in_stock ? texts.inStock : texts.soldOut))),
		extra);
}

/** Name an intent by its title, where the server has given one. */
export const intentName = (name, console) => console.texts.ownIntents[name] ?? console.intents.find((intent) => intent.name === name)?.title ?? plainWord(name);

function understood({ intent, confidence }, console) {
	const percent = Math.round((confidence ?? 0) * 100);
	const name = intentName(intent, console);
	return el("span", { class: percent < 60 ? "chip unsure" : "chip", title: intent }, el("span", { "aria-hidden": true }, `${name} · ${percent}%`), unseen(console.texts.understood(name, percent)));
}

function corrected({ intent, answer, agent }, console) {
	return el("p", { class: "corrected" }, icon("done"), el("span", {}, console.texts.corrected(intent ? intentName(intent, console) : answer, agent.name)));
}

const speakerOf = (message, { texts, me, shopperName }) =>
	message.direction === "shopper" ? shopperName : message.direction === "bot" ? texts.speakers.bot : message.agent?.name === me.name ? texts.you : (message.agent?.name ?? texts.speakers.agent);

/** Draw a `Message`; `correct(message)` is called by the button on the assistant's. */
export function messageTurn(message, console, correct) {
	const { texts, language } = console;
	const { seq, direction, text, sent_at, reply, notice, understanding, correction } = message;
	if (notice) return el("p", { class: "event", "data-seq": seq }, el("span", {}, reply?.text || text), time(sent_at, language));
	const { cards = [], sources = [] } = reply ?? {};
	const said = reply?.text || text;
	const speaker = speakerOf(message, console);
	return el("article", { class: `turn ${direction}`, "data-seq": seq },
		el("div", { class: "meta" }, direction === "bot" && icon("bot"), el("b", {}, speaker), time(sent_at, language),
			direction === "bot" && understanding?.intent && understood(understanding, console),
			direction === "bot" && button("link correct", () => correct(message), "", icon("correct"), texts.correct)),
		said && el("div", { class: "bubble" }, said),
		sources.length > 0 && el("ul", { class: "sources" }, sources.map(({ document: name, section, version }) => el("li", {}, texts.source(`${name} — ${section}`, version)))),
		cards.length > 0 && el("ul", { class: "cards", "aria-label": texts.products }, cards.map((card) => cardOf(card, console))),
		correction && corrected(correction, console));
}

/** Draw an internal note. */
export function noteTurn({ agent, text, created_at }, { texts, language }) {
	return el("article", { class: "turn note" },
		el("div", { class: "meta" }, icon("lock"), el("b", {}, texts.noteOf(agent.name)), time(created_at, language)),
		el("div", { class: "bubble" }, text));
}

/** Draw a letter that the server does not have yet. */
export function pendingTurn(letter, console) {
	const { texts, online, chats } = console;
	const { text, products, failed } = letter;
	const state = failed == null ? [online ? texts.sending : texts.waitingForLine]
		: [el("span", { class: "bad" }, failed || texts.failed), button("link", () => { chats.deliver(letter); chats.emit("change", { id: letter.conversation_id }); }, "", texts.retry), button("link", () => chats.settle(letter.client_message_id), "", texts.discard)];
	return el("article", { class: "turn agent pending" },
		el("div", { class: "meta" }, el("b", {}, texts.you), state),
		text && el("div", { class: "bubble" }, text),
		products.length > 0 && el("ul", { class: "cards", "aria-label": texts.products }, products.map((card) => cardOf(card, console))));
}
