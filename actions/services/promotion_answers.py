"""Offers and coupons that hold now: those of a product, of the shop, or those that its policies tell of.

Only where there are neither is it said that none are known.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

from babel.dates import format_date

from actions.money import format_price
from actions.reply import Outcome
from actions.services.product_question import Asked, ProductQuestions, points_at_something
from actions.services.storefront import Storefront, Visit
from actions.services.wording import limit_price
from actions.turn import Turn
from catalog.models import PromotionKind, PromotionScope
from catalog.repositories.promotions import PromotionView, current_promotions
from catalog.search.segmentation import normalize

_MOST = 6
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_THOUSANDS = re.compile(r"(?<=\d)[,，](?=\d{3})")
_LOCALES = {"en": "en_US", "zh": "zh_CN"}
FromPolicies = Callable[[Turn], Awaitable[Outcome | None]]


async def _no_policies(turn: Turn) -> Outcome | None:
    return None


class PromotionAnswers:
    """Handler for `ask_promotion`."""

    def __init__(self, store: Storefront, from_policies: FromPolicies = _no_policies) -> None:
        """Take the shop, and what answers from policies about offers (None: there are no such policies)."""
        self._store = store
        self._from_policies = from_policies
        self._questions = ProductQuestions(store)

    async def handle(self, turn: Turn) -> Outcome:
        """Say which offers hold, for the product meant or for the shop; those of the policies where none are stored."""
        visit = await self._store.visit(turn)
        promotions = await self._store.db.read(current_promotions)
        resolution = await self._questions.resolve(visit)
        asked: Asked | None = None
        if points_at_something(resolution) and resolution.product_id is not None:
            loaded = await self._questions.load(visit, resolution.product_id)
            if isinstance(loaded, Outcome):
                return loaded
            asked = loaded
        if not promotions and not (asked and self._reduced(asked)):
            told = await self._from_policies(turn)
            if told is not None:
                return replace(told, shopping=visit.context.focusing(asked.shown()).as_json()) if asked else told
        if asked is not None:
            return self._of_product(asked, promotions)
        if not promotions:
            return self._store.outcome(visit, self._store.say(visit, "promotion.none"))
        return self._store.outcome(visit, self._lines(visit, "promotion.intro", promotions))

    def _of_product(self, asked: Asked, promotions: list[PromotionView]) -> Outcome:
        visit = asked.visit
        context = visit.context.focusing(asked.shown())
        reduced = self._reduced(asked)
        fitting = [promotion for promotion in promotions if _applies(promotion, asked, visit)]
        own = [promotion for promotion in fitting if promotion.scope is not PromotionScope.ALL]
        if not fitting:
            text = reduced or self._store.say(visit, "promotion.none")
            return self._store.outcome(visit, text, context=context)
        key = "promotion.for_product" if own or reduced else "promotion.not_for_product"
        lines = self._lines(visit, key, own + [p for p in fitting if p not in own], title=asked.title)
        return self._store.outcome(visit, "\n".join(part for part in (reduced, lines) if part), context=context)

    def _reduced(self, asked: Asked) -> str:
        variant = asked.product.cheapest(asked.currency)
        price = variant.prices[asked.currency] if variant is not None else None
        if price is None or price.compare_at_minor is None or price.compare_at_minor <= price.price_minor:
            return ""
        return self._store.say(
            asked.visit,
            "promotion.reduced",
            title=asked.title,
            price=format_price(price.price_minor, asked.currency, asked.visit.language),
            before=format_price(price.compare_at_minor, asked.currency, asked.visit.language),
        )

    def _lines(self, visit: Visit, key: str, promotions: list[PromotionView], *, title: str = "") -> str:
        lines = [self._store.say(visit, key, title=title)]
        lines += [self._line(visit, promotion) for promotion in promotions[:_MOST]]
        return "\n".join(lines)

    def _line(self, visit: Visit, promotion: PromotionView) -> str:
        title = promotion.titles.get(visit.language) or next(iter(promotion.titles.values()), promotion.code)
        conditions = ""
        minimum = promotion.minimums_minor.get(visit.currency)
        if minimum and not _figures(limit_price(minimum, visit.currency, visit.language)) <= _figures(title):
            amount = format_price(minimum, visit.currency, visit.language)
            conditions += self._store.say(visit, "promotion.minimum", amount=amount)
        if promotion.ends_at is not None:
            date = format_date(promotion.ends_at, "medium", locale=_LOCALES[visit.language])
            conditions += self._store.say(visit, "promotion.until", date=date)
        return self._store.say(visit, "promotion.line", title=title, code=promotion.code, conditions=conditions)


def _figures(text: str) -> set[str]:
    """Return the numbers of a text, 1,000 as 1000."""
    return set(_FIGURE.findall(_THOUSANDS.sub("", text)))


def _applies(promotion: PromotionView, asked: Asked, visit: Visit) -> bool:
    value = promotion.scope_value or ""
    if promotion.kind is PromotionKind.AMOUNT and asked.currency not in promotion.amounts_minor:
        return False
    match promotion.scope:
        case PromotionScope.ALL:
            return True
        case PromotionScope.PRODUCT:
            return value == asked.product.product_id
        case PromotionScope.BRAND:
            return asked.product.brand is not None and normalize(value) == normalize(asked.product.brand)
        case PromotionScope.CATEGORY:
            return visit.facts.within(asked.product.category_slug, value)
