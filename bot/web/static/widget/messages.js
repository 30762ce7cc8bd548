// One message of the conversation as an element.
import { carousel } from "./cards.js";
import { el } from "./dom.js";
import { clock, textsOf } from "./texts.js";

const LANG = { en: "en", zh: "zh-CN" };

/** Draw quick replies; `choose` gets the button pressed. */
export const chips = (buttons, label, choose) =>
  el("div", { class: "chips", role: "group", "aria-label": label },
    buttons.map((button) => el("button", { type: "button", class: "chip", onclick: () => choose(button) }, button.title)));

function sources(list, texts) {
  const line = ({ document, section, version }) =>
    el("li", {}, `${texts.source}: ${[document, section].filter(Boolean).join(" — ")}${version ? `, ${texts.version} ${version}` : ""}`);
  return el("ul", { class: "sources" }, list.map(line));
}

/** Draw a `Message` of the gateway's schema; the language of the reply counts, else that of the page. */
export function messageTurn(message, context) {
  const { reply, direction } = message;
  const language = reply?.language ?? context.language();
  const texts = textsOf(language);
  const at = new Date(message.sent_at);
  const text = reply?.text || message.text;
  const speaker = { shopper: textsOf(context.language()).you, bot: texts.bot, agent: texts.agent }[direction];
  return el("article", { class: `turn ${direction}`, lang: LANG[language], "data-seq": message.seq },
    text && el("div", { class: "bubble" }, el("span", { class: "unseen" }, `${speaker}: `), el("span", { class: "text" }, text)),
    reply?.sources?.length > 0 && sources(reply.sources, texts),
    reply?.cards?.length > 0 && carousel(reply.cards, language, context),
    reply?.handoff && el("p", { class: "notice" }, texts.handoff),
    reply?.quick_replies?.length > 0 && chips(reply.quick_replies, texts.suggestions, (button) => context.press(button)),
    el("div", { class: "meta" }, direction === "agent" && el("span", {}, texts.agent), el("time", { datetime: message.sent_at }, clock(at, context.language()))));
}

/** Draw a message that the gateway has not stored yet; `fail(reason)` on the result offers to send it again. */
export function pendingTurn(message, context, again) {
  const texts = textsOf(context.language());
  const meta = el("div", { class: "meta" }, texts.sending);
  const turn = el("article", { class: "turn shopper pending", "data-id": message.client_message_id },
    el("div", { class: "bubble" }, el("span", { class: "unseen" }, `${texts.you}: `), el("span", { class: "text" }, message.text)), meta);
  const waiting = () => {
    turn.classList.remove("failed");
    meta.replaceChildren(texts.sending);
  };
  turn.fail = (reason) => {
    turn.classList.add("failed");
    const button = el("button", { type: "button", class: "link", onclick: () => { waiting(); again(message); } }, texts.retry);
    meta.replaceChildren(reason || texts.failed, button);
  };
  return turn;
}

/** Draw the three dots. */
export const typingTurn = (language) =>
  el("div", { class: "turn bot" }, el("div", { class: "bubble typing" },
    el("span", { class: "unseen" }, textsOf(language).typing), el("i"), el("i"), el("i")));
