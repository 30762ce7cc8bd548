"""The people and conversations of the scripted desk."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.e2e.scripted_shop import HOSTILE


def _agent(number: int, login: str, name: str, role: str = "agent", **more: Any) -> dict[str, Any]:
    return {"id": number, "login": login, "name": name, "role": role, "away": False, "on": True, "chats": 0, **more}


AGENTS = [
    _agent(1, "anna", "Anna", chats=2),
    _agent(2, "ben", "Ben", chats=1),
    _agent(3, "carol", "Carol", "supervisor"),
    _agent(4, "dai", "戴敏", on=False, away=True),
]
INTENTS = [
    {"name": "return_item", "title": "Return an item"},
    {"name": "track_order", "title": "Track an order"},
    {"name": "get_refund", "title": "Get a refund"},
    {"name": "ask_return_policy", "title": "Ask about the return policy"},
    {"name": "contact_human_agent", "title": "Talk to a person"},
]
CANNED = [
    {
        "key": "greeting",
        "title": {"en": "Greeting", "zh": "问候"},
        "text": {"en": "Hello, this is {name}. How can I help?", "zh": "您好，我是{name}，请问有什么可以帮您？"},
    },
    {
        "key": "wait",
        "title": {"en": "One moment", "zh": "请稍等"},
        "text": {"en": "One moment please, I am looking into it.", "zh": "请您稍等，我马上为您核实。"},
    },
    {
        "key": "order-number",
        "title": {"en": "Order number", "zh": "询问订单号"},
        "text": {"en": "Could you give me the order number?", "zh": "麻烦您提供一下订单号。"},
    },
]
ORDERS = [
    {
        "order_id": "W100234",
        "status": "delivered",
        "placed_at": "2026-11-12T09:20:00+00:00",
        "total_minor": 21800,
        "currency": "USD",
        "lines": [
            {"title": "Trail boots, size 42", "quantity": 1, "price_minor": 18900},
            {"title": "Wool socks", "quantity": 2, "price_minor": 1450},
        ],
    },
    {
        "order_id": "W100101",
        "status": "cancelled",
        "placed_at": "2026-10-02T15:00:00+00:00",
        "total_minor": 4900,
        "currency": "USD",
        "lines": [{"title": "Enamel mug", "quantity": 1, "price_minor": 4900}],
    },
]
CART = {
    "lines": [
        {
            "product_id": "watch-1",
            "variant_id": "watch-1-1",
            "title": "Watch 1",
            "options": {"colour": "black"},
            "quantity": 1,
            "price_minor": 19900,
        }
    ],
    "total_minor": 19900,
    "currency": "USD",
}
SOURCE = {"document": "Returns", "section": "How to return something", "version": "2026-09"}


def agent_of(agents: dict[int, dict[str, Any]], agent_id: int | None) -> dict[str, Any] | None:
    """Return id and name of an agent, None for nobody."""
    return {"id": agent_id, "name": agents[agent_id]["name"]} if agent_id is not None else None


class ScriptedChat:
    """One conversation as the desk knows it."""

    def __init__(self, conversation_id: str, language: str, name: str | None, waited_s: float, **item: Any) -> None:
        self._began = datetime.now(UTC) - timedelta(seconds=waited_s)
        self.item: dict[str, Any] = {
            "conversation_id": conversation_id,
            "status": "queued",
            "version": 1,
            "channel": "web",
            "language": language,
            "reason": "requested",
            "waiting_since": self._began.isoformat(),
            "agent": None,
            "lease_until": None,
            "place": 1,
            "customer": {"id": f"c-{conversation_id}", "name": name} if name else None,
            "last": None,
            "unread": 0,
            "summary": "",
            **item,
        }
        self.messages: list[dict[str, Any]] = []
        self.notes: list[dict[str, Any]] = []
        self.had: set[int] = {self.item["agent"]["id"]} if self.item["agent"] else set()

    def add(self, direction: str, text: str, sent_at: str | None = None, **more: Any) -> dict[str, Any]:
        """Add a message with the next number and return it."""
        seq = len(self.messages) + 1
        if sent_at is None:
            sent_at = (self._began + timedelta(seconds=10 * (seq - 8))).isoformat()
        message = {"seq": seq, "direction": direction, "text": text, "sent_at": sent_at, "client_message_id": None}
        message |= {"reply": None, "agent": None, "notice": None, "understanding": None, "in_reply_to": None}
        message |= {"correction": None, **more}
        self.messages.append(message)
        self.item["last"] = {key: message[key] for key in ("seq", "direction", "text", "sent_at")}
        return message

    def change(self, status: str, agent: dict[str, Any] | None) -> None:
        """Go to another state; the version counts up."""
        if agent:
            self.had.add(agent["id"])
        version, place = self.item["version"] + 1, 1 if status == "queued" else None
        self.item = {**self.item, "status": status, "agent": agent, "version": version, "place": place}

    def conversation(self, agent_id: int) -> dict[str, Any]:
        """Return the `Conversation`, its last hundred messages."""
        mine = (self.item["agent"] or {}).get("id") == agent_id
        customer = self.item["customer"]
        return {
            "item": self.item,
            "messages": self.messages[-100:],
            "more": len(self.messages) > 100,
            "notes": self.notes,
            "summary": {
                "reason": self.item["reason"],
                "asked": [m["text"] for m in self.messages if m["direction"] == "shopper"][-3:],
                "intents": ["return_item"],
                "products": [{"product_id": "boots-1", "title": "Trail boots"}],
                "orders": ["W100234"],
                "tried": [m["text"][:80] for m in self.messages if m["direction"] == "bot"][-2:],
                "messages": len(self.messages),
            },
            "customer": customer and {**customer, "email": "mia@shop.example", "language": "en", "orders": 4},
            "orders": ORDERS if customer else [],
            "cart": CART if customer else {"lines": [], "total_minor": 0, "currency": "USD"},
            "may": dict.fromkeys(("write", "assign", "hand_back", "close"), mine)
            | {"take": self.item["status"] == "queued"},
        }


def first_chats() -> dict[str, ScriptedChat]:
    """Return the conversations that the desk begins with: three wait, two are Anna's, one is Ben's."""
    mia = ScriptedChat("mia", "en", "Mia Chen", 405)
    _boots(mia)
    guest = ScriptedChat("guest", "zh", None, 52, channel="telegram", reason="upset")
    guest.add("shopper", "我的快递到哪了，三天了还没动")
    guest.add("bot", "您的订单正在运输中。", understanding=_understood("track_order", 0.52), in_reply_to=1)
    guest.add("shopper", "别糊弄我，转人工！")
    hostile = ScriptedChat("hostile", "en", HOSTILE, 20, reason=HOSTILE)
    hostile.add("shopper", HOSTILE)
    hostile.add("bot", HOSTILE, understanding=_understood(HOSTILE, 0.3), in_reply_to=1)
    liu = ScriptedChat("liu", "zh", "刘洋", 900, **_taken(AGENTS[0]), reason="policy", unread=2)
    liu.add("shopper", "这双靴子穿了一次，还能退吗？")
    liu.add("agent", "您好，我是Anna，我帮您看一下。", agent={"name": "Anna"})
    liu.add("shopper", "好的，谢谢")
    liu.add("shopper", "吊牌还在")
    tom = ScriptedChat("tom", "en", "Tom Berger", 700, **_taken(AGENTS[0]), reason="failures")
    for number in range(1, 131):
        tom.add("shopper" if number % 2 else "agent", f"Line {number}", agent=None if number % 2 else {"name": "Anna"})
    nora = ScriptedChat("nora", "en", "Nora Lind", 300, **_taken(AGENTS[1]))
    nora.add("shopper", "Can I change my address?")
    return {chat.item["conversation_id"]: chat for chat in (mia, guest, hostile, liu, tom, nora)}


def _taken(agent: dict[str, Any]) -> dict[str, Any]:
    return {"status": "human", "agent": {"id": agent["id"], "name": agent["name"]}, "place": None}


def _understood(intent: str, confidence: float) -> dict[str, Any]:
    return {"intent": intent, "confidence": confidence, "decided": intent, "entities": []}


def _boots(chat: ScriptedChat) -> None:
    chat.add("shopper", "Hi, the boots from last week do not fit. How do I return them?")
    text = "You can send them back within 30 days.\n1. Open My orders.\n2. Choose the boots and print the label."
    reply = {"text": text, "language": "en", "cards": [], "sources": [SOURCE], "quick_replies": [], "handoff": None}
    chat.add("bot", text, reply=reply, understanding=_understood("track_order", 0.91), in_reply_to=1)
    chat.add("shopper", "The label page shows an error, twice now")
    chat.add("bot", "I am sorry, I did not get that.", understanding=_understood("nlu_fallback", 0.34), in_reply_to=3)
    chat.add("shopper", "I want to talk to a person please")
    chat.add("bot", "You are in the queue.", notice="queued")
    chat.notes.append({"id": 1, "agent": {"id": 3, "name": "Carol"}, "text": "Called yesterday about the same label."})
    chat.notes[0]["created_at"] = chat.messages[-1]["sent_at"]
