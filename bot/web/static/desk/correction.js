// Saying what the assistant should have done: the right intent with one press, or the right answer.
import { openDialog } from "./dialogs.js";
import { button, el } from "./dom.js";
import { intentName } from "./turns.js";

/** Open the dialog for a message of the assistant's. */
export function openCorrection(console, id, message) {
	const { texts } = console;
	const { understanding, in_reply_to: asked, seq } = message;
	const question = console.chats.get(id)?.messages.find((other) => other.seq === asked)?.text;
	openDialog({ title: texts.correctTitle, texts, fallback: () => console.chat.transcript.scroller, build: (close) => {
		const save = async (what) => {
			if (await console.actions.correct(id, seq, what)) close();
		};
		return el("div", { class: "correction" },
			el("dl", { class: "facts" },
				question && el("div", {}, el("dt", {}, texts.shopperSaid), el("dd", {}, question)),
				understanding?.intent && el("div", {}, el("dt", {}, texts.botUnderstood), el("dd", {}, intentName(understanding.intent, console)))),
			intentPart(console, understanding?.intent, (intent) => save({ intent })),
			answerPart(texts, message.correction?.answer ?? "", (answer) => save({ answer })));
	} });
}

function intentPart(console, now, choose) {
	const { texts, intents } = console;
	const list = el("ul", { class: "intents" });
	const none = el("p", { class: "quiet", role: "status" });
	const show = (words) => {
		const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
		const found = intents.filter(({ name, title }) => name !== now && wanted.every((word) => `${name} ${title}`.toLowerCase().includes(word)));
		list.replaceChildren(...found.map(({ name, title }) => el("li", {}, el("button", { type: "button", class: "chip pick", title: name, onclick: () => choose(name) }, title))));
		none.textContent = found.length ? "" : texts.noIntent;
	};
	const field = el("input", { type: "text", role: "searchbox", enterkeyhint: "search", id: "intent-search", placeholder: texts.findIntent, "data-first": true, autocomplete: "off", oninput: () => show(field.value), onkeydown: (event) => {
		if (event.key !== "Enter" || event.isComposing) return;
		event.preventDefault();
		if (list.children.length === 1) list.querySelector("button").click();
		else list.querySelector("button")?.focus();
	} });
	show("");
	return el("section", {}, el("h3", {}, texts.rightIntent), el("label", { class: "unseen", for: "intent-search" }, texts.findIntent), field, list, none);
}

function answerPart(texts, before, choose) {
	const field = el("textarea", { rows: 3, id: "right-answer", maxlength: 4000 });
	field.value = before;
	return el("section", {}, el("h3", {}, el("label", { for: "right-answer" }, texts.rightAnswer)), field,
		el("div", { class: "answers" }, button("main", () => (field.value.trim() ? choose(field.value.trim()) : field.focus()), "", texts.saveAnswer)));
}
