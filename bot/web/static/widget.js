// The one script that a shop embeds: reads its own data attributes, then puts <shopkeeper-chat> on the page.
(() => {
	const { src, dataset } = document.currentScript;
	const server = new URL(".", src).href;

	async function start() {
		const { ShopkeeperChat } = await import(`${server}widget/chat.js`);
		if (customElements.get("shopkeeper-chat")) return;
		customElements.define("shopkeeper-chat", ShopkeeperChat);
		const chat = new ShopkeeperChat();
		chat.settings = { server, ...dataset };
		chat.role = "complementary";
		document.body.append(chat);
	}

	if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
	else start();
})();
