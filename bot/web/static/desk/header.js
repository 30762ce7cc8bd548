// The bar at the top: the line, presence, sound, the team, and the agent's own menu.
import { avatar, button, el, icon, iconButton } from "./dom.js";

export class Header {
	constructor(console, signal) {
		this.console = console;
		const { texts } = console;
		this.line = el("span", { class: "line", role: "status" });
		this.hurry = button("link", () => console.line.hurry(), "", texts.hurry);
		this.presence = el("button", { type: "button", class: "pill", onclick: () => console.actions.presence(!console.me.away) });
		this.sound = el("button", { type: "button", class: "flat", onclick: () => this.toggleSound() });
		this.team = iconButton("flat", "team", texts.team, () => console.showTeam(), "g t");
		this.team.hidden = !console.board.isSupervisor();
		this.element = el("header", { class: console.board.isSupervisor() ? "top four" : "top" },
			el("h1", { class: "brand" }, el("img", { src: "/static/logo.svg", alt: "", width: 26, height: 26 }), el("span", { class: "word" }, texts.desk)),
			this.line, this.hurry, el("span", { class: "gap" }),
			this.presence, this.team, this.sound,
			iconButton("flat keys-button", "keys", texts.keys, () => console.shortcuts.help(), "?"),
			this.menu());
		console.board.addEventListener("change", () => this.update(), { signal });
	}

	menu() {
		const { console } = this;
		const { texts, me, session } = console;
		const { shop } = session;
		const other = console.language === "zh" ? "en" : "zh";
		const now = document.documentElement.dataset.theme;
		const list = el("div", { class: "menu", id: "desk-menu", popover: "auto" },
			el("p", { class: "who" }, el("b", {}, me.name), el("span", { class: "quiet" }, me.role === "supervisor" ? `${me.login} · ${texts.supervisor}` : me.login)),
			shop && el("p", { class: "quiet" }, shop.open ? texts.shopOpen : texts.shopClosed, shop.hours && ` · ${shop.hours}`),
			el("fieldset", {}, el("legend", {}, texts.theme), el("div", { class: "choice" }, Object.entries(texts.themes).map(([theme, name]) =>
				el("label", {}, el("input", { type: "radio", name: "theme", checked: theme === now, onchange: () => console.desk.paint(theme) }), el("span", {}, name))))),
			el("button", { type: "button", class: "item", lang: other === "zh" ? "zh-CN" : "en", onclick: () => console.desk.speak(other) }, texts.otherLanguage),
			button("item", () => console.shortcuts.help(), "", texts.keys),
			button("item", () => console.desk.signOut(), "", texts.signOut));
		return el("div", {}, el("button", { type: "button", class: "me", popovertarget: "desk-menu", "aria-label": `${me.name}: ${texts.menu}` }, avatar(me.name, me.id)), list);
	}

	toggleSound() {
		this.console.sound.toggle();
		this.update();
	}

	update() {
		const { texts, online, wasOnline, me, sound, view } = this.console;
		const down = !online && wasOnline;
		const text = online || !wasOnline ? "" : texts.lineDown;
		if (this.line.textContent !== text) this.line.textContent = text;
		this.line.className = down ? "line down" : online ? "line up" : "line";
		this.hurry.hidden = !down;
		this.presence.replaceChildren(el("i", { "aria-hidden": true }), el("span", { class: "word" }, me.away ? texts.away : texts.available));
		this.presence.className = me.away ? "pill away" : "pill on";
		this.presence.ariaLabel = this.presence.title = me.away ? texts.comeBack : texts.goAway;
		this.sound.replaceChildren(icon(sound.on ? "sound" : "mute"));
		this.sound.ariaLabel = this.sound.title = sound.on ? texts.soundOn : texts.soundOff;
		this.sound.ariaPressed = String(sound.on);
		this.team.ariaPressed = String(view === "team");
	}
}
