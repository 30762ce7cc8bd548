// Making elements, as the widget does, with the icons of the console.
import { el } from "/widget/dom.js";

export { button, el, safeUrl, unseen } from "/widget/dom.js";

const PATHS = {
	back: "M14.5 6l-6 6 6 6",
	bot: "M12 4v3M6 7h12a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V9a2 2 0 0 1 2-2zM9 12v1.5M15 12v1.5M2 12v3M22 12v3",
	close: "M6 6l12 12M18 6L6 18",
	correct: "M4 20l4.5-1L19 8.5l-3.5-3.5L5 15.5zM13.5 7l3.5 3.5",
	done: "M5 12.5l4.5 4.5L19 7.5",
	down: "M6 9.5l6 6 6-6",
	draft: "M12 3l1.8 5.2L19 10l-5.2 1.8L12 17l-1.8-5.2L5 10l5.2-1.8zM18.5 15.5l.8 2.2 2.2.8-2.2.8-.8 2.2-.8-2.2-2.2-.8 2.2-.8z",
	info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5M12 7.8h.01",
	keys: "M4 6h16a1.5 1.5 0 0 1 1.5 1.5v9A1.5 1.5 0 0 1 20 18H4a1.5 1.5 0 0 1-1.5-1.5v-9A1.5 1.5 0 0 1 4 6zM6.5 10h.01M10 10h.01M13.5 10h.01M17 10h.01M8 14h8",
	lock: "M7 11V8a5 5 0 0 1 10 0v3M6 11h12v9H6z",
	menu: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.8-4 3.7-6 7.5-6s6.7 2 7.5 6",
	mute: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM16 9.5l5 5M21 9.5l-5 5",
	note: "M5 4h14v10l-5.5 6H5zM19 14h-5.5v6M8.5 8.5h7M8.5 12h4",
	product: "M5 8h14l-1 12H6zM9 8V7a3 3 0 0 1 6 0v1",
	reply: "M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v7a2.5 2.5 0 0 1-2.5 2.5H11l-4.5 4v-4A2.5 2.5 0 0 1 4 13.5z",
	send: "M12 19V5M6 11l6-6 6 6",
	slash: "M4 5h16v14H4zM14 8.5l-4 7",
	sound: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11",
	take: "M12 4v11M7 10.5l5 5 5-5M4.5 20h15",
	team: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6M16 4.5a3.5 3.5 0 0 1 0 6.3M18 14.3c2 .7 3.2 2.7 3.5 5.7",
	transfer: "M4 8h14M14 4l4 4-4 4M20 16H6M10 12l-4 4 4 4",
};

/** Draw one of the line icons; decoration only, so hidden from screen readers. */
export function icon(name) {
	const [svg, path] = ["svg", "path"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
	svg.setAttribute("viewBox", "0 0 24 24");
	svg.setAttribute("aria-hidden", "true");
	svg.setAttribute("class", "icon");
	path.setAttribute("d", PATHS[name]);
	svg.append(path);
	return svg;
}

/** Make a button with an icon and a word beside it; the word hides on narrow screens, the name stays. */
export const iconButton = (kind, name, label, onclick, hint) =>
	el("button", { type: "button", class: kind, onclick, "aria-label": label, title: hint ? `${label} (${hint})` : label }, icon(name), el("span", { class: "word" }, label));

/** Make an initial in a circle, coloured by the name. */
export function avatar(name, key = name) {
	const tone = [...String(key)].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 6, 0);
	return el("span", { class: `avatar tone${tone}`, "aria-hidden": true }, [...name.trim()][0]?.toUpperCase() ?? "?");
}
