// One message of the conversation as an element.
import { carousel } from "./cards.js";
import { button, el, unseen } from "./dom.js";
import { clock, textsOf } from "./texts.js";

/** Draw quick replies; `chat` gets the one pressed. */
export const chips = (options, label, chat) =>
	el("div", { class: "chips", role: "group", "aria-label": label }, options.map((option) => button("chip", () => chat.press(option), "", option.title)));

const bubble = (speaker, text) => el("div", { class: "bubble" }, unseen(`${speaker}: `), text);

/** Draw a `Message` of the gateway's schema, in the language of its reply, else in that of the page. */
export function messageTurn({ seq, direction, text, sent_at, reply, agent, notice }, chat) {
	const language = reply?.language ?? chat.tongue;
	const texts = textsOf(language);
	const { cards = [], sources = [], quick_replies: options = [] } = reply ?? {};
	const said = reply?.text || text;
	if (/^[jmlc]/.test(notice)) return el("div", { class: "day", lang: texts.lang }, said);
	const speaker = agent?.name ?? texts.speakers[direction];
	return el("article", { class: `turn ${direction}`, lang: texts.lang, "data-seq": seq },
		said && bubble(speaker, said),
		sources.length && el("ul", { class: "sources" }, sources.map(({ document, section, version }) => el("li", {}, texts.source(`${document} — ${section}`, version)))),
		cards.length && carousel(cards, language, chat),
		options.length && chips(options, texts.suggestions, chat),
		el("div", { class: "meta" }, direction === "agent" && speaker, el("time", { datetime: sent_at }, clock(sent_at, chat.tongue))));
}

/** Draw a message that the gateway has not stored yet; `fail(reason)` of the result offers to send it again. */
export function pendingTurn(message, language, again) {
	const texts = textsOf(language);
	const meta = el("div", { class: "meta" });
	const turn = el("article", { class: "turn shopper pending", "data-id": message.client_message_id }, bubble(texts.speakers.shopper, message.text), meta);
	const wait = () => {
		turn.classList.remove("failed");
		meta.textContent = texts.sending;
	};
	turn.fail = (reason = texts.failed) => {
		turn.classList.add("failed");
		meta.replaceChildren(reason, button("link", () => { wait(); again(message); }, "", texts.retry));
	};
	wait();
	return turn;
}

/** Draw the three dots. */
export const typingTurn = (label) =>
	el("div", { class: "turn" }, el("div", { class: "bubble typing" }, unseen(label), el("i"), el("i"), el("i")));
