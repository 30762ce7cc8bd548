// The one script that a shop embeds: reads its own data attributes, then puts <shopkeeper-chat> on the page.
(() => {
	const script = document.currentScript;
	const base = new URL(".", script.src);

	async function start() {
		const { ShopkeeperChat } = await import(new URL("widget/chat.js", base).href);
		if (!customElements.get("shopkeeper-chat")) customElements.define("shopkeeper-chat", ShopkeeperChat);
		if (document.querySelector("shopkeeper-chat")) return;
		const chat = document.createElement("shopkeeper-chat");
		chat.settings = { server: base.href, ...script.dataset };
		document.body.append(chat);
	}

	if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
	else start();
})();
