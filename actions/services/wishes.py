"""What one message wants and turns down: its brands, colours, sizes, materials, features and prices."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from actions.money import minor_units
from actions.services.brand_names import chinese_brands_in
from actions.services.brands_said import brands_in_text, brands_said, find_brand, longest_brand, sorted_brands
from actions.services.currency import named_currency
from actions.services.shop_facts import ShopFacts
from actions.services.unwanted import told_apart
from actions.turn import Entity, Turn

_ABOUT = re.compile(r"(?:\b(?:around|about|roughly|approx\w*|circa)|~|大概|大约|差不多)[\s$¥€£]*$", re.IGNORECASE)
_ABOUT_ZH = re.compile(r"[元块钱]*\s*(?:左右|上下|出头)(?!以)")
_AT_MOST = re.compile(r"\b(?:under|below|up to|less than|max|budget)\b|不超过|最多|低于|小于|预算", re.IGNORECASE)
_NO_COLOR = re.compile(r"colou?rs?|颜色|色", re.IGNORECASE)
_PART_OF_IT = re.compile(r"\bwith(?:out)? (?:an? )?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wishes:
    """The hard limits that one message names, what it turns down among them; empty where it says nothing."""

    brands: tuple[str, ...] = ()
    unknown_brands: tuple[str, ...] = ()
    not_brands: tuple[str, ...] = ()
    colors: tuple[str, ...] = ()
    not_colors: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    not_sizes: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    not_materials: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    price_min_minor: int | None = None
    price_max_minor: int | None = None
    foreign_currency: str | None = None

    @property
    def has_price(self) -> bool:
        """Tell whether the message names a price limit."""
        return self.price_min_minor is not None or self.price_max_minor is not None

    @property
    def has_limits(self) -> bool:
        """Tell whether the message names a limit of any sort other than a brand that is wanted."""
        options = (self.colors, self.sizes, self.materials)
        unwanted = (self.not_brands, self.not_colors, self.not_sizes, self.not_materials, self.not_words)
        return self.has_price or any(options) or any(unwanted)


def read_wishes(turn: Turn, facts: ShopFacts, currency: str) -> Wishes:
    """Take the hard limits out of a message.

    Args:
        turn: the message.
        facts: the shop.
        currency: of the conversation; an amount without a currency is in it.
    """
    return wishes_of(*told_apart(turn, brands_said(turn.text, facts)), facts, currency)


def wishes_of(turn: Turn, unwanted: Sequence[Entity], facts: ShopFacts, currency: str) -> Wishes:
    """Take the hard limits out of a message told apart: what it wants, and what it turns down."""
    names = [e for e in turn.all("brand") if not _PART_OF_IT.search(turn.text[: e.start])]
    known, unknown, others = sorted_brands([longest_brand(str(e.value), turn.text, facts) for e in names], facts)
    others += tuple(str(e.value) for e in turn.all("brand") if e not in names)
    if not known and not unknown and not turn.is_button:
        known = brands_in_text(turn.text, facts)
        unknown = tuple(name for name in chinese_brands_in(turn.text) if find_brand(name, facts) is None)
    foreign = named_currency(turn)
    if foreign is not None and foreign in facts.currencies:
        foreign = None
    low, high = (
        (None, None) if foreign else (_amount(turn, "price_min", currency), _amount(turn, "price_max", currency))
    )
    if low is not None and low == high:  # "not more than 60" read both ways
        low = None
    figure = low if high is None else high
    if figure is not None and (low is None or high is None) and _is_about(turn):
        low, high = figure * 4 // 5, figure * 6 // 5
    if low is not None and high is not None and low > high:
        low, high = high, low
    return Wishes(
        brands=known,
        unknown_brands=unknown,
        not_brands=sorted_brands([str(e.value) for e in unwanted if e.name == "brand"], facts)[0],
        colors=tuple(color for color in _texts(turn.entities, "color") if not _NO_COLOR.fullmatch(color)),
        not_colors=_texts(unwanted, "color"),
        sizes=_texts(turn.entities, "size"),
        not_sizes=_texts(unwanted, "size"),
        materials=_texts(turn.entities, "material"),
        not_materials=_texts(unwanted, "material"),
        not_words=_texts(unwanted, "feature") + _texts(unwanted, "product_type"),
        features=tuple(dict.fromkeys((*_texts(turn.entities, "feature"), *others))),
        price_min_minor=low,
        price_max_minor=high,
        foreign_currency=foreign,
    )


def _texts(entities: Iterable[Entity], name: str) -> tuple[str, ...]:
    values = (str(entity.value).strip().strip("的") for entity in entities if entity.name == name)
    return tuple(dict.fromkeys(value for value in values if value))


def _amount(turn: Turn, name: str, currency: str) -> int | None:
    entity = turn.first(name)
    if entity is None or not isinstance(entity.value, Mapping):
        return None
    amount = entity.value.get("amount")
    return minor_units(float(amount), currency) if isinstance(amount, int | float) and amount >= 0 else None


def _is_about(turn: Turn) -> bool:
    """Tell whether the message's price is rough, a fifth more or less: "around 100", 「5000左右」."""
    price = turn.first("price_max") or turn.first("price_min")
    if price is None or turn.is_button:
        return False
    before, after = turn.text[: price.start], turn.text[price.end :]
    return bool(_ABOUT.search(before) or _ABOUT_ZH.match(after)) and not _AT_MOST.search(before)
