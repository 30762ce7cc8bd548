// The left pane: who waits, my chats, and for supervisors everybody's.
import { avatar, button, el, unseen } from "./dom.js";
import { clock, plainWord, since } from "./format.js";
import { Rows } from "./reconcile.js";

/** Name why a person was wanted. */
export const reasonOf = (reason, texts) => texts.reasons[reason] ?? plainWord(reason ?? "");

export class ChatLists {
	constructor(console, signal) {
		this.console = console;
		const { texts } = console;
		this.sections = Object.fromEntries(["queue", "mine", "others"].map((name) => [name, this.section(name, texts)]));
		this.sections.others.element.hidden = !console.board.isSupervisor();
		this.element = el("nav", { class: "lists", "aria-label": texts.conversations }, Object.values(this.sections).map((section) => section.element));
		console.board.addEventListener("change", () => this.later(), { signal });
		this.update();
	}

	section(name, texts) {
		const list = el("ul", { class: "rows" });
		const count = el("span", { class: "count" });
		const empty = el("p", { class: "quiet empty" }, texts[`${name}Empty`]);
		const heading = el("h2", { id: `list-${name}`, tabindex: -1 }, texts[name], " ", count);
		return { list, count, empty, heading, rows: new Rows(list), element: el("section", { class: name, "aria-labelledby": `list-${name}` }, heading, list, empty) };
	}

	/** Many changes in one frame are drawn once. */
	later() {
		if (this.asked) return;
		this.asked = requestAnimationFrame(() => {
			this.asked = null;
			this.update();
		});
	}

	update() {
		const lists = this.console.board.lists();
		for (const [name, section] of Object.entries(this.sections)) {
			const items = lists[name];
			section.count.textContent = items.length || "";
			section.empty.hidden = items.length > 0;
			section.rows.show(items.map((item) => ({
				key: item.conversation_id,
				sources: [item, this.console.isOpen(item.conversation_id)],
				draw: (row) => this.row(name, item, row),
			})));
		}
	}

	/** Draw a row, or draw it anew in the same elements, so that the focus stays. */
	row(name, item, old) {
		const { console } = this;
		const { texts } = console;
		const id = item.conversation_id;
		const row = old ?? el("li", { class: "row", "data-id": id },
			el("button", { type: "button", class: "open", onclick: () => console.show(id, { focus: !console.isPhone() }) }),
			name === "queue" && button("main take", () => console.actions.take(id), `${texts.take}: ${console.nameOf(item)}`, texts.take));
		const open = row.querySelector(".open");
		const isOpen = console.isOpen(id);
		row.classList.toggle("current", isOpen);
		open.ariaCurrent = isOpen ? "true" : null;
		open.replaceChildren(avatar(console.nameOf(item), item.customer?.id ?? id), el("span", { class: "about" }, this.first(name, item), this.second(item), this.third(name, item)));
		return row;
	}

	first(name, item) {
		const { console } = this;
		const time = name === "queue"
			? el("span", { class: "time" }, unseen(`${console.texts.queue} `), el("time", { "data-since": item.waiting_since }, since(item.waiting_since, console.language)))
			: item.last && el("time", { class: "time", datetime: item.last.sent_at }, clock(item.last.sent_at, console.language));
		return el("span", { class: "one" }, el("b", {}, console.nameOf(item)), time);
	}

	second(item) {
		const { texts } = this.console;
		const { last, unread } = item;
		const mine = last?.direction === "shopper" ? "" : texts.says(last?.direction === "agent" ? texts.speakers.agent : texts.speakers.bot);
		const said = item.status === "queued" && item.summary ? item.summary : last ? mine + last.text : "";
		return el("span", { class: "two" }, el("span", { class: "last" }, said),
			unread > 0 && this.console.board.isMine(item) && el("span", { class: "badge" }, el("span", { "aria-hidden": true }, String(Math.min(unread, 99))), unseen(texts.unread(unread))));
	}

	third(name, item) {
		const { texts } = this.console;
		return el("span", { class: "three" },
			name === "others" && item.agent && el("span", { class: "chip" }, texts.with(item.agent.name)),
			name !== "others" && item.reason && el("span", { class: `chip reason-${item.reason === "upset" ? "upset" : "other"}` }, reasonOf(item.reason, texts)),
			el("span", { class: "chip" }, texts.channels[item.channel] ?? item.channel),
			item.language && el("span", { class: "chip", title: texts.languages[item.language] }, el("span", { "aria-hidden": true }, texts.languageCodes[item.language] ?? item.language), unseen(texts.languages[item.language] ?? "")));
	}

	/** Show which conversation is open. */
	mark() {
		this.update();
	}

	/** Return the ids in the order in which they are seen. */
	order() {
		const { queue, mine, others } = this.console.board.lists();
		return [...queue, ...mine, ...others].map((item) => item.conversation_id);
	}

	/** Put the focus on a conversation's row, else on a list's first row, else on its heading. */
	focus(id, name = "queue") {
		const row = id && this.element.querySelector(`[data-id="${CSS.escape(id)}"] .open`);
		const section = this.sections[name];
		(row || section.list.querySelector(".open") || section.heading).focus();
	}
}
