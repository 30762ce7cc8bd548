// Making elements. Text is always set as text: nothing that comes from a server is ever parsed as HTML.

/** Make an element: `on…` keys are listeners; what is null or false is left out. */
export function el(tag, attributes = {}, ...children) {
	const node = document.createElement(tag);
	for (const [key, value] of Object.entries(attributes)) {
		if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
		else if (value !== false && value != null) node.setAttribute(key, value);
	}
	node.append(...children.flat().filter(Boolean));
	return node;
}

/** Make a button that submits nothing; `label` is its name where the children do not say it. */
export const button = (kind, onclick, label, ...children) =>
	el("button", { type: "button", class: kind, onclick, "aria-label": label || null }, children);

/** Text for screen readers alone. */
export const unseen = (text) => el("span", { class: "unseen" }, text);

const PATHS = {
	chat: "M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v7a2.5 2.5 0 0 1-2.5 2.5H11l-4.5 4v-4A2.5 2.5 0 0 1 4 13.5zM8.5 8.8h7M8.5 11.7h4.5",
	close: "M6 6l12 12M18 6L6 18",
	down: "M6 9.5l6 6 6-6",
	left: "M14.5 6l-6 6 6 6",
	right: "M9.5 6l6 6-6 6",
	send: "M12 19V5M6 11l6-6 6 6",
	cart: "M4 5h2l2 10.5h9.5L20 8H7M9.5 19.5h.01M16.5 19.5h.01",
	star: "M12 4l2.4 5 5.6.7-4.1 3.8 1.1 5.5-5-2.8-5 2.8 1.1-5.5L4 9.7l5.6-.7z",
};

/** Draw one of the line icons; decoration only, so hidden from screen readers. */
export function icon(name) {
	const [svg, path] = ["svg", "path"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
	svg.setAttribute("viewBox", "0 0 24 24");
	svg.setAttribute("aria-hidden", "true");
	svg.setAttribute("class", `icon i-${name}`);
	path.setAttribute("d", PATHS[name]);
	svg.append(path);
	return svg;
}

/** Return the address if it is http, https or relative to `base`, else null. */
export function safeUrl(address, base) {
	const url = address && URL.canParse(address, base) ? new URL(address, base) : null;
	return /^https?:$/.test(url?.protocol) ? url.href : null;
}
