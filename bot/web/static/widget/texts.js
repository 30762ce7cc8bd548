// What the widget itself says, in both languages.
const TEXTS = {
	en: {
		lang: "en", open: "Open the chat", close: "Close the chat", role: "Automated assistant", log: "Conversation",
		field: "Your message", placeholder: "Ask about products or orders", send: "Send", language: "中文",
		welcome: "Hello! I find products, answer questions about orders and returns, and fill your cart. What would you like?",
		starters: "What's popular?|Where's my order?|How do returns work?|How much is shipping?",
		typing: "Typing", speakers: { shopper: "You", bot: "Assistant", agent: "Customer service" },
		sending: "Sending", failed: "Not sent.", retry: "Try again", offline: "No connection. Trying again…",
		queued: (place) => `In line for a person${place ? `: no. ${place}` : ""}`, source: (name, version) => `Source: ${name}, version ${version}`,
		sponsored: "Sponsored", soldOut: "Out of stock", inStock: "In stock", rated: (stars) => `Rated ${stars} of 5`,
		products: "Products", previous: "Previous products", next: "Next products",
		cart: "Cart", cartCount: (n) => (n === 1 ? "1 item" : `${n} items`), showCart: "Show cart", back: "Back to the chat", empty: "The cart is empty.",
		total: "Total", checkout: "Check out", checkoutText: "I want to check out", remove: "Remove", removeText: (title) => `Remove ${title} from my cart`,
		unread: (n) => `${n} unread`, left: (n) => `${n} characters left`, dismiss: "Dismiss", suggestions: "Suggestions",
	},
	zh: {
		lang: "zh-CN", open: "打开客服对话", close: "关闭对话", role: "智能助手", log: "对话",
		field: "输入消息", placeholder: "想找什么，或有什么问题", send: "发送", language: "English",
		welcome: "您好！我可以帮您找商品、查订单、解答退换货问题，也能帮您加购物车。今天想看点什么？",
		starters: "有哪些热销款|我的快递到哪了|怎么退货|运费怎么算",
		typing: "正在输入", speakers: { shopper: "我", bot: "智能助手", agent: "人工客服" },
		sending: "发送中", failed: "未发送。", retry: "重试", offline: "网络已断开，正在重连…",
		queued: (place) => (place ? `排队等候人工，第${place}位` : "等候人工回复"), source: (name, version) => `依据：${name}，版本${version}`,
		sponsored: "广告", soldOut: "缺货", inStock: "有货", rated: (stars) => `评分${stars}，满分5分`,
		products: "商品", previous: "上一组商品", next: "下一组商品",
		cart: "购物车", cartCount: (n) => `${n}件商品`, showCart: "查看购物车", back: "返回对话", empty: "购物车是空的。",
		total: "合计", checkout: "去结算", checkoutText: "我要结算", remove: "删除", removeText: (title) => `把${title}从购物车删掉`,
		unread: (n) => `${n}条未读`, left: (n) => `还可输入${n}字`, dismiss: "关闭提示", suggestions: "推荐问题",
	},
};

/** Return the texts of a language, `en` or `zh`. */
export const textsOf = (language) => TEXTS[language];

/** Format minor units (cents, fen) of a currency, which has its own number of decimals. */
export function price(minor, currency, language) {
	const format = new Intl.NumberFormat(TEXTS[language].lang, { style: "currency", currency, currencyDisplay: "narrowSymbol" });
	return format.format(minor / 10 ** format.resolvedOptions().maximumFractionDigits);
}

/** Format the hour and minute of a moment. */
export const clock = (date, language) => new Date(date).toLocaleTimeString(TEXTS[language].lang, { timeStyle: "short" });

/** Name a day: today, yesterday, or its date. */
export function day(date, language) {
	const { lang } = TEXTS[language];
	const days = Math.round((new Date(date).setHours(0, 0, 0, 0) - new Date().setHours(0, 0, 0, 0)) / 864e5);
	return days > -2 ? new Intl.RelativeTimeFormat(lang, { numeric: "auto" }).format(days, "day")
		: new Date(date).toLocaleDateString(lang, { dateStyle: "long" });
}
