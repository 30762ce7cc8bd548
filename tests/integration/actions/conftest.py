"""A small shop in a database, and a shopper who talks to the shopping half of the assistant."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from actions.bootstrap import build_storefront
from actions.impressions import ImpressionLog
from actions.message_language import choose_language
from actions.names import ActionName
from actions.rasa_action import Handler
from actions.reply import Reply
from actions.services.models_port import Float32, Kind, ModelsUnavailableError, PolicyAnswer
from actions.services.ranking import Ranking
from actions.services.storefront import Storefront
from actions.shopping import shopping_handlers
from actions.texts import load_texts
from actions.turn import Entity, Turn
from catalog.migrations import upgrade
from catalog.repositories.categories import save_categories
from catalog.repositories.product_records import CategoryRecord, Price, ProductRecord, VariantRecord
from catalog.repositories.product_writer import ProductWriter
from catalog.session import Database
from tests.engines import database_address

ACTION_OF = {
    "search_product": ActionName.SEARCH_PRODUCTS,
    "refine_search": ActionName.REFINE_SEARCH,
    "recommend_product": ActionName.RECOMMEND_PRODUCTS,
    "compare_products": ActionName.COMPARE_PRODUCTS,
    "ask_product_detail": ActionName.SHOW_PRODUCT_DETAIL,
    "show_product": ActionName.SHOW_PRODUCT_DETAIL,
    "ask_price": ActionName.SHOW_PRICE,
    "ask_availability": ActionName.SHOW_AVAILABILITY,
    "ask_promotion": ActionName.SHOW_PROMOTIONS,
}
CATEGORIES = (
    CategoryRecord("electronics", {"en": "Electronics", "zh": "数码"}),
    CategoryRecord(
        "smartwatches",
        {"en": "Smartwatches", "zh": "智能手表"},
        "electronics",
        {"en": ("smartwatch", "smart watch"), "zh": ("智能手表", "运动手表")},
    ),
    CategoryRecord(
        "smartphones", {"en": "Smartphones", "zh": "手机"}, "electronics", {"en": ("phone",), "zh": ("手机",)}
    ),
    CategoryRecord(
        "headphones", {"en": "Headphones", "zh": "耳机"}, "electronics", {"en": ("headset",), "zh": ("耳麦",)}
    ),
)


def _variants(product_id: str, usd: int, stocks: dict[str, int]) -> tuple[VariantRecord, ...]:
    prices = {"USD": Price(usd * 100), "CNY": Price(usd * 700)}
    return tuple(
        VariantRecord(f"{product_id}-{color}", prices, {"color": color}, stock) for color, stock in stocks.items()
    )


def _product(
    product_id: str, title: str, zh: str, category: str, brand: str, usd: int, stocks: dict[str, int], **attributes: Any
) -> ProductRecord:
    return ProductRecord(
        product_id=product_id,
        titles={"en": title, "zh": zh},
        variants=_variants(product_id, usd, stocks),
        descriptions={"en": f"{title} is a good buy.", "zh": f"{zh}很值得买。"},
        category_slug=category,
        brand=brand,
        attributes=attributes,
        rating=4.5,
        rating_count=1000 - usd,
    )


BOTH = {"black": 9, "silver": 9}
PRODUCTS = (
    _product("apple-se", "Apple Watch SE", "Apple Watch SE 智能手表", "smartwatches", "Apple", 249, BOTH,
             water_resistance={"en": "50 m", "zh": "50米防水"}, weight_g=26),
    _product("galaxy-6", "Samsung Galaxy Watch6", "三星 Galaxy Watch6 智能手表", "smartwatches", "Samsung", 299,
             {"black": 3, "gold": 0}, water_resistance={"en": "5 ATM", "zh": "5ATM防水"}, weight_g=29),
    _product("galaxy-6-classic", "Samsung Galaxy Watch6 Classic", "三星 Galaxy Watch6 Classic 智能手表",
             "smartwatches", "Samsung", 399, BOTH, weight_g=52),
    _product("bip-5", "Amazfit Bip 5", "跃我 Bip 5 智能手表", "smartwatches", "Amazfit", 79, {"black": 4, "pink": 2}),
    _product("gt-4", "Huawei Watch GT 4", "华为 WATCH GT 4 智能手表", "smartwatches", "Huawei", 199, BOTH),
    _product("iphone", "Apple iPhone 15", "Apple iPhone 15 手机", "smartphones", "Apple", 799, BOTH),
    _product("sony-xm5", "Sony WH-1000XM5 Headphones", "索尼 WH-1000XM5 耳机", "headphones", "Sony", 349, BOTH),
)  # fmt: skip


class NoModels:
    """A model server that is down."""

    async def encode(self, texts: Any, kind: Kind, *, bulk: bool = False) -> tuple[Float32, str]:
        """Fail."""
        raise ModelsUnavailableError("down")

    async def put_items(self, version: str, items: Any) -> None:
        """Fail."""
        raise ModelsUnavailableError("down")

    async def rank(self, version: str, history: Any, candidates: Any) -> list[float]:
        """Fail."""
        raise ModelsUnavailableError("down")

    async def generate(self, question: str, language: str, passages: Any, previous: str = "") -> PolicyAnswer:
        """Fail."""
        raise ModelsUnavailableError("down")


@pytest.fixture
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Give a shop with seven products; `on_both_engines("shop")` makes it on PostgreSQL too."""
    with database_address(request, tmp_path / "shop.db") as url, Database(url, threads=2) as db:
        upgrade(db)
        with db.session() as session:
            save_categories(session, CATEGORIES)
            ProductWriter(session).write(PRODUCTS)
        yield db


@dataclass
class Shopper:
    """Talks to the handlers and keeps the slots between turns."""

    handlers: dict[ActionName, Handler]
    store: Storefront
    impressions: ImpressionLog
    shopping: dict[str, Any] = field(default_factory=dict)
    conversation: dict[str, Any] = field(default_factory=dict)

    async def say(self, text: str, intent: str, **entities: Any) -> Reply:
        """Say something that was understood as `intent` with `entities` (a price is `(amount, currency)`, several
        of a name are a list)."""
        found = []
        pairs = [(n, v) for n, values in entities.items() for v in (values if isinstance(values, list) else [values])]
        for name, value in pairs:
            is_price = isinstance(value, tuple)
            said = {"amount": value[0], "currency": value[1]} if is_price else value
            words = str(value[0]) if is_price else str(value)
            at = text.find(words)
            found.append(Entity(name, said, words, max(at, 0), at + len(words) if at >= 0 else 0))
        language = choose_language(text, self.conversation.get("language"), None)
        turn = Turn(
            "c1", text, intent, 1.0, (), tuple(found), language, (), None, "web", None, False,
            self.shopping, (), self.conversation,
        )  # fmt: skip
        outcome = await self.handlers[ACTION_OF[intent]](turn)
        self.shopping = outcome.shopping if outcome.shopping is not None else self.shopping
        self.conversation = {**self.conversation, **(outcome.conversation or {}), "language": language}
        assert outcome.reply is not None
        assert outcome.reply.text
        return outcome.reply

    async def tap(self, intent: str, **entities: Any) -> Reply:
        """Tap a button."""
        return await self.say(f"/{intent}", intent, **entities)


@pytest.fixture
def shopper(shop: Database) -> Shopper:
    """Give a shopper at the shop, the model server being down."""
    impressions = ImpressionLog(shop)
    store = build_storefront(shop, Ranking(shop, NoModels()), impressions, load_texts())
    return Shopper(dict(shopping_handlers(store)), store, impressions)
