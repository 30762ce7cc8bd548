// What a supervisor sees of the team: who is there, how much each has, how long shoppers wait, and moving chats.
import { button, el, icon } from "./dom.js";
import { presence } from "./dialogs.js";
import { since, span } from "./format.js";
import { reasonOf } from "./lists.js";

const EVERY_MS = 10_000;

/** Draw how much of `most` a number is; browsers style their own `<meter>` too differently. */
function bar(value, most, label) {
	const filled = el("span");
	filled.style.width = `${(100 * value) / most}%`;
	return el("span", { class: "meter", role: "meter", "aria-valuemin": 0, "aria-valuemax": most, "aria-valuenow": value, "aria-label": label }, filled);
}

export class TeamView {
	constructor(console, signal) {
		this.console = console;
		const { texts } = console;
		this.heading = el("h2", { tabindex: -1 }, texts.team);
		this.numbers = el("dl", { class: "numbers" });
		this.people = el("tbody");
		this.chats = el("tbody");
		const table = (name, columns, body) => el("div", { class: "table", tabindex: 0, role: "region", "aria-label": name }, el("table", {}, el("caption", {}, name), el("thead", {}, el("tr", {}, columns.map((column) => el("th", { scope: "col" }, column)))), body));
		this.element = el("section", { class: "team", hidden: true },
			el("header", { class: "chat-top" }, button("flat back", () => console.showTeam(), texts.back, icon("back")), this.heading),
			el("div", { class: "parts" }, this.numbers,
				table(texts.agents, [texts.name, texts.status, texts.load], this.people),
				table(texts.allChats, [texts.shopper, texts.reason, texts.waitsSince, texts.speakers.agent, texts.reassign], this.chats)));
		console.board.addEventListener("change", () => this.later(), { signal });
		signal.addEventListener("abort", () => clearInterval(this.reading));
	}

	toggle(on) {
		if (this.element.hidden === !on) return;
		this.element.hidden = !on;
		clearInterval(this.reading);
		if (!on) return;
		this.reading = setInterval(() => this.read(), EVERY_MS);
		this.read();
		this.update();
	}

	async read() {
		try {
			this.overview = await this.console.api.get("overview");
			this.update();
		} catch (error) {
			if (!this.overview) await this.console.actions.explain(error);
		}
	}

	later() {
		if (this.asked || this.element.hidden) return;
		this.asked = requestAnimationFrame(() => {
			this.asked = null;
			this.update();
		});
	}

	update() {
		const { texts, language, board } = this.console;
		const { overview } = this;
		const { queue } = board.lists();
		const time = (seconds) => (seconds == null ? texts.none : span(seconds, language));
		const longest = queue[0] ? el("time", { "data-since": queue[0].waiting_since }, since(queue[0].waiting_since, language)) : texts.none;
		const numbers = [[texts.waitingNow, String(queue.length)], [texts.longestWait, longest], [texts.medianWait, time(overview?.median_wait_s)], [texts.takes, overview ? String(overview.takes) : texts.none]];
		this.numbers.replaceChildren(...numbers.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
		const most = Math.max(1, ...board.agents.map((agent) => agent.chats));
		this.people.replaceChildren(...board.agents.map((agent) => el("tr", {},
			el("th", { scope: "row" }, agent.name, agent.role === "supervisor" && el("span", { class: "chip" }, texts.supervisor)),
			el("td", {}, presence(agent, texts)),
			el("td", {}, el("span", { class: "load" }, bar(agent.chats, most, `${agent.name}: ${texts.chats(agent.chats)}`), el("span", { "aria-hidden": true }, String(agent.chats)))))));
		this.rows();
	}

	/** The chats keep their focus: only what has changed is drawn. */
	rows() {
		const { console } = this;
		const { texts, language, board, actions } = console;
		const { queue, mine, others } = board.lists();
		const focused = document.activeElement?.dataset?.move;
		this.chats.replaceChildren(...[...queue, ...mine, ...others].map((item) => el("tr", {},
			el("th", { scope: "row" }, button("link", () => console.show(item.conversation_id, { focus: true }), "", console.nameOf(item))),
			el("td", {}, item.reason ? reasonOf(item.reason, texts) : texts.none),
			el("td", {}, el("time", { "data-since": item.waiting_since }, since(item.waiting_since, language))),
			el("td", {}, item.status === "queued" ? el("span", { class: "chip reason-upset" }, texts.queue) : item.agent?.name),
			el("td", {}, el("button", { type: "button", class: "plain", "data-move": item.conversation_id, "aria-label": `${texts.reassign}: ${console.nameOf(item)}`, onclick: () => actions.transfer(item.conversation_id) }, texts.reassign)))));
		if (focused && document.activeElement === document.body) this.chats.querySelector(`[data-move="${CSS.escape(focused)}"]`)?.focus();
	}
}
