// Everything that the widget itself says, in both languages.
const TEXTS = {
  en: {
    open: "Open the chat", close: "Close the chat", role: "Automated assistant", log: "Conversation",
    field: "Your message", placeholder: "Ask about products or orders", send: "Send",
    language: "中文", languageLabel: "切换到中文",
    welcome: "Hello! I can find products, answer questions about orders and returns, and fill your cart. What are you looking for?",
    starters: ["Smartwatch under $200", "A gift for my dad", "How do I return something?", "Where is my order?"],
    typing: "The assistant is typing", you: "You", bot: "Assistant", agent: "Customer service",
    sending: "Sending", failed: "Not sent.", retry: "Try again", offline: "No connection. Trying again …",
    handoff: "A colleague will take over this conversation.",
    source: "Source", version: "version", sponsored: "Sponsored", soldOut: "Out of stock", inStock: "In stock",
    previous: "Previous products", next: "Next products", products: "Products", rated: (r) => `Rated ${r} of 5`,
    cart: "Cart", cartCount: (n) => (n === 1 ? "1 item" : `${n} items`), showCart: "Show cart", back: "Back to the chat",
    empty: "The cart is empty.", total: "Total", checkout: "Check out", checkoutText: "I want to check out",
    remove: "Remove", removeText: (title) => `Remove ${title} from my cart`,
    unread: (n) => `${n} unread`, left: (n) => `${n} characters left`, newest: "Newest messages",
    today: "Today", yesterday: "Yesterday", dismiss: "Dismiss", suggestions: "Suggestions", image: "Picture of",
  },
  zh: {
    open: "打开客服对话", close: "关闭对话", role: "智能客服", log: "对话",
    field: "输入消息", placeholder: "想找什么，或有什么问题", send: "发送",
    language: "EN", languageLabel: "Switch to English",
    welcome: "您好！我可以帮您找商品、查订单、解答退换货问题，也可以帮您加购物车。今天想看点什么？",
    starters: ["1500元以下的智能手表", "送爸爸什么礼物好", "如何操作退货", "我的快递到哪了"],
    typing: "客服正在输入", you: "我", bot: "智能客服", agent: "人工客服",
    sending: "发送中", failed: "未发送。", retry: "重试", offline: "网络已断开，正在重连…",
    handoff: "人工客服将接手这次对话。",
    source: "依据", version: "版本", sponsored: "广告", soldOut: "缺货", inStock: "有货",
    previous: "上一组商品", next: "下一组商品", products: "商品", rated: (r) => `评分${r}，满分5分`,
    cart: "购物车", cartCount: (n) => `${n}件`, showCart: "查看购物车", back: "返回对话",
    empty: "购物车是空的。", total: "合计", checkout: "去结算", checkoutText: "我要结算",
    remove: "删除", removeText: (title) => `把${title}从购物车删掉`,
    unread: (n) => `${n}条未读`, left: (n) => `还可输入${n}字`, newest: "最新消息",
    today: "今天", yesterday: "昨天", dismiss: "关闭提示", suggestions: "推荐问题", image: "图片：",
  },
};

/** Return the texts of a language, `en` or `zh`. */
export const textsOf = (language) => TEXTS[language] ?? TEXTS.en;

const locale = (language) => (language === "zh" ? "zh-CN" : "en");

/** Format minor units (cents, fen) of a currency; its own number of decimals, none where they are zero. */
export function price(minor, currency, language) {
  const options = { style: "currency", currency, currencyDisplay: "narrowSymbol" };
  const digits = new Intl.NumberFormat("en", options).resolvedOptions().maximumFractionDigits;
  const amount = minor / 10 ** digits;
  const whole = Number.isInteger(amount) ? { minimumFractionDigits: 0 } : {};
  return new Intl.NumberFormat(locale(language), { ...options, ...whole }).format(amount);
}

/** Format the hour and minute of a moment. */
export const clock = (date, language) =>
  new Intl.DateTimeFormat(locale(language), { hour: "numeric", minute: "2-digit" }).format(date);

/** Name a day: today, yesterday, or its date. */
export function day(date, language) {
  const texts = textsOf(language);
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(date).setHours(0, 0, 0, 0)) / 864e5);
  if (days === 0) return texts.today;
  if (days === 1) return texts.yesterday;
  return new Intl.DateTimeFormat(locale(language), { dateStyle: "long" }).format(date);
}
