// Dialogs: the browser's own, which keep the focus inside and close with Esc.
import { button, el, icon } from "./dom.js";

/** Open a dialog; return it. `build(close)` makes what it holds; the focus goes back to where it was, else to `fallback()`. */
export function openDialog({ title, texts, kind = "", build, fallback = () => null, onclose = () => null }) {
	const before = document.activeElement;
	const close = () => dialog.close();
	const dialog = el("dialog", { class: `dialog ${kind}`, "aria-labelledby": "dialog-title", onclose: () => {
		dialog.remove();
		onclose();
		if (document.activeElement !== document.body) return; // the browser gave it back, or the next key has moved it on
		if (before?.isConnected && before !== document.body) before.focus();
		else fallback()?.focus();
	}, onclick: (event) => event.target === dialog && close() },
	el("div", { class: "sheet" },
		el("header", {}, el("h2", { id: "dialog-title" }, title), button("flat", close, texts.dismiss, icon("close"))),
		build(close)));
	document.querySelector(".desk").append(dialog);
	dialog.showModal();
	(dialog.querySelector("[data-first]") ?? dialog.querySelector("input, textarea"))?.focus();
	return dialog;
}

/** Ask yes or no; `yes()` is called for yes. */
export function confirm({ title, text, label, texts, fallback, yes }) {
	return openDialog({ title, texts, kind: "small", fallback, build: (close) => el("div", {},
		el("p", {}, text),
		el("div", { class: "answers" }, button("plain", close, "", texts.cancel),
			el("button", { type: "button", class: "main", "data-first": true, onclick: () => { close(); yes(); } }, label))) });
}

/** Choose an agent; `choose(agent)` gets the one pressed. */
export function chooseAgent({ title, agents, texts, fallback, choose }) {
	const order = (agent) => (agent.on ? 0 : agent.away ? 1 : 2);
	const sorted = agents.toSorted((a, b) => order(a) - order(b) || a.chats - b.chats);
	return openDialog({ title, texts, kind: "small", fallback, build: (close) => el("ul", { class: "people" },
		sorted.length ? sorted.map((agent, index) => el("li", {},
			el("button", { type: "button", class: "person", "data-first": !index, onclick: () => { close(); choose(agent); } },
				presence(agent, texts), el("b", {}, agent.name), el("span", { class: "quiet" }, texts.chats(agent.chats))))) : el("li", { class: "quiet" }, texts.nobodyElse)) });
}

/** Draw whether an agent is there, as a dot and as a word. */
export function presence(agent, texts) {
	const state = agent.on ? "on" : agent.away ? "away" : "off";
	return el("span", { class: `presence ${state}` }, el("i", { "aria-hidden": true }), texts[state]);
}

/** Show the sheet of keyboard shortcuts; `use(on)` turns the single keys on or off. */
export function showKeys({ texts, on, use }) {
	const keys = (name) => name.split(" ").map((key) => el("kbd", {}, key));
	return openDialog({ title: texts.keys, texts, build: () => el("div", {},
		el("label", { class: "check" }, el("input", { type: "checkbox", "data-first": true, checked: on, onchange: ({ target }) => use(target.checked) }), texts.keysOn),
		el("p", { class: "quiet" }, texts.keysHint),
		el("dl", { class: "keys" }, Object.entries(texts.keyNames).map(([name, what]) => el("div", {}, el("dt", {}, keys(name)), el("dd", {}, what))))) });
}
