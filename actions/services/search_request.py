"""What a shopper wants, as it is remembered from one message to the next."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from rapidfuzz import fuzz, process

from actions.money import minor_units
from actions.services.brand_names import chinese_brands_in, english_brand
from actions.services.category_resolution import CategoryNames, resolve_kind, squeezed
from actions.services.currency import named_currency
from actions.services.message_words import content_words, has_content, plain_wish, remaining_text
from actions.services.shop_facts import ShopFacts
from actions.services.unwanted import told_apart
from actions.turn import Entity, Turn
from catalog.search.option_terms import COLOR, wanted_terms
from catalog.search.query import Limits, SearchQuery, SortOrder
from catalog.search.segmentation import normalize, tokens
from catalog.search.stop_words import ENGLISH

_BRAND_SCORE = 86
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]+")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
CANDIDATES = 24
_MOST_KINDS_NAMED = 2
_EVERYDAY = frozenset(("nothing", "honor", "vans", "beats", "dove", "element", "native", "ember", "method", "simple"))


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A wish for products.

    `kinds` are category slugs, `kind_words` what the shopper called the kind, `features` wishes in words that no hard
    limit covers, `unknown_brands` brands asked for that the shop does not carry, `not_brands` and `not_colors` what is
    not wanted. Price limits are in minor units of `currency`; `foreign_currency` is a currency that the shopper named
    and the shop has no prices in. `shown_ids` are the products of this list shown before. `relative_price` says that
    the price limit came from "cheaper" or "better".
    """

    kinds: tuple[str, ...] = ()
    kind_words: str = ""
    features: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    unknown_brands: tuple[str, ...] = ()
    not_brands: tuple[str, ...] = ()
    colors: tuple[str, ...] = ()
    not_colors: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    price_min_minor: int | None = None
    price_max_minor: int | None = None
    currency: str | None = None
    foreign_currency: str | None = None
    sort: SortOrder = SortOrder.RELEVANCE
    in_stock_only: bool = False
    relative_price: bool = False
    text: str = ""
    shown_ids: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return what the slot keeps: what differs from an empty wish."""
        empty = SearchRequest()
        row: dict[str, Any] = {}
        for item in fields(self):
            value = getattr(self, item.name)
            if value != getattr(empty, item.name):
                row[item.name] = list(value) if isinstance(value, tuple) else value
        return row

    @property
    def words(self) -> str:
        """Return the words to look for in titles and texts."""
        kind = "" if self.kinds else self.kind_words
        parts = [*self.unknown_brands, *self.features, kind, self.text]
        return " ".join(part for part in dict.fromkeys(parts) if part)

    def limits(self) -> Limits:
        """Return the hard limits."""
        return Limits(
            categories=self.kinds,
            brands=self.brands,
            not_brands=self.not_brands,
            colors=self.colors,
            not_colors=self.not_colors,
            sizes=self.sizes,
            materials=self.materials,
            price_min_minor=self.price_min_minor,
            price_max_minor=self.price_max_minor,
            in_stock_only=self.in_stock_only,
            exclude=self.shown_ids,
        )

    def without_price(self) -> "SearchRequest":
        """Return the wish at any price."""
        return replace(self, price_min_minor=None, price_max_minor=None, relative_price=False)

    @property
    def has_price_limit(self) -> bool:
        """Tell whether a price limit is set."""
        return self.price_min_minor is not None or self.price_max_minor is not None


def request_from_json(row: Mapping[str, Any] | None) -> SearchRequest:
    """Read a wish that `as_json` wrote; unknown keys are ignored."""
    known = {item.name for item in fields(SearchRequest)}
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in (row or {}).items() if name in known
    }
    if "sort" in values:
        values["sort"] = SortOrder(values["sort"])
    return SearchRequest(**values)


def search_query(request: SearchRequest, turn: Turn, currency: str, *, limit: int = CANDIDATES) -> SearchQuery:
    """Return the catalogue's form of a wish.

    Where a kind and limits say everything there is no text to match: popularity orders the list. The message's vector
    helps only where words are looked for.
    """
    text = request.words
    return SearchQuery(
        text=text,
        vector=turn.vector if text and not turn.is_button else None,
        limits=request.limits(),
        currency=currency,
        sort=request.sort,
        limit=limit,
    )


@dataclass(frozen=True, slots=True)
class Wishes:
    """The hard limits that one message names, what it turns down among them; empty where it says nothing."""

    brands: tuple[str, ...] = ()
    unknown_brands: tuple[str, ...] = ()
    not_brands: tuple[str, ...] = ()
    colors: tuple[str, ...] = ()
    not_colors: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    price_min_minor: int | None = None
    price_max_minor: int | None = None
    foreign_currency: str | None = None

    @property
    def has_price(self) -> bool:
        """Tell whether the message names a price limit."""
        return self.price_min_minor is not None or self.price_max_minor is not None


def read_wishes(turn: Turn, facts: ShopFacts, currency: str) -> Wishes:
    """Take the hard limits out of a message.

    Args:
        turn: the message.
        facts: the shop.
        currency: of the conversation; an amount without a currency is in it.
    """
    turn, unwanted = told_apart(turn, _brands_said(turn.text, facts))
    known, unknown, others = _brands([str(e.value) for e in turn.all("brand")], facts)
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
    if low is not None and high is not None and low > high:
        low, high = high, low
    return Wishes(
        brands=known,
        unknown_brands=unknown,
        not_brands=_brands([str(e.value) for e in unwanted if e.name == "brand"], facts)[0],
        colors=_texts(turn.entities, "color"),
        not_colors=_texts(unwanted, "color"),
        sizes=_texts(turn.entities, "size"),
        materials=_texts(turn.entities, "material"),
        features=tuple(dict.fromkeys((*_texts(turn.entities, "feature"), *others))),
        price_min_minor=low,
        price_max_minor=high,
        foreign_currency=foreign,
    )


def _texts(entities: Iterable[Entity], name: str) -> tuple[str, ...]:
    values = (str(entity.value).strip() for entity in entities if entity.name == name)
    return tuple(dict.fromkeys(value for value in values if value))


def _amount(turn: Turn, name: str, currency: str) -> int | None:
    entity = turn.first(name)
    if entity is None or not isinstance(entity.value, Mapping):
        return None
    amount = entity.value.get("amount")
    return minor_units(float(amount), currency) if isinstance(amount, int | float) and amount >= 0 else None


def _brands(names: Iterable[str], facts: ShopFacts) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return brands that the shop has, brands that it has not, and words that are no brand at all.

    A Chinese word that neither the shop nor the list of well-known brands knows is rather a property (降噪).
    """
    known: list[str] = []
    unknown: list[str] = []
    others: list[str] = []
    for name in names:
        brand = find_brand(name, facts)
        if brand is not None:
            known.append(brand)
        elif _CHINESE.search(name) and english_brand(name) is None:
            others.append(name)
        else:
            unknown.append(name)
    return tuple(dict.fromkeys(known)), tuple(dict.fromkeys(unknown)), tuple(dict.fromkeys(others))


def brands_in_text(text: str, facts: ShopFacts) -> tuple[str, ...]:
    """Return the shop's brands that a message names, where the model has marked none; everyday words do not count."""
    return tuple(dict.fromkeys(_brands_said(text, facts).values()))


def _brands_said(text: str, facts: ShopFacts) -> dict[str, str]:
    """Return {a brand's name as the message has it: the shop's brand}."""
    words = tokens(text)
    found = {}
    for start in range(len(words)):
        for end in range(min(len(words), start + 2), start, -1):
            name = " ".join(words[start:end])
            if len(name) > 2 and name in facts.brands and name not in ENGLISH | _EVERYDAY:
                found[name] = facts.brands[name]
    found |= {name: brand for name in chinese_brands_in(text) if (brand := find_brand(name, facts)) is not None}
    return found


def find_brand(name: str, facts: ShopFacts) -> str | None:
    """Return the shop's brand that is meant, small typing errors allowed, or None."""
    for candidate in (name, english_brand(name) or ""):
        key = normalize(candidate).strip()
        if key in facts.brands:
            return facts.brands[key]
    key = normalize(name).strip()
    if len(key) < 4:
        return None
    match = process.extractOne(key, facts.brands.keys(), scorer=fuzz.ratio, score_cutoff=_BRAND_SCORE)
    return facts.brands[match[0]] if match else None


def read_request(turn: Turn, facts: ShopFacts, names: CategoryNames, currency: str) -> SearchRequest:
    """Build a new wish from a message: the kind of product, and every limit that it names."""
    button = turn.first("category")
    wishes = read_wishes(turn, facts, currency)
    turn, unwanted = told_apart(turn, _brands_said(turn.text, facts))
    product_type = turn.first("product_type")
    if button is not None and str(button.value) in facts.categories:
        slug = str(button.value)
        request = SearchRequest(kinds=(slug,), kind_words=facts.name(slug, turn.language))
    else:
        words = str(product_type.value).strip().removeprefix("的") if product_type is not None else None
        kind = resolve_kind(
            names,
            facts,
            text="" if turn.is_button else turn.text,
            product_type=words,
            distribution=turn.categories,
        )
        request = SearchRequest(kinds=kind.slugs, kind_words=kind.words)
        wishes = _outside(wishes, kind.words)
        left = "" if turn.is_button else content_words(remaining_text(turn))
        if kind.slugs and words is not None and _CHINESE.search(words):  # "iphone手机": the Latin part says more
            left = " ".join(part for part in (left, *_LATIN.findall(words)) if part)
        if kind.slugs and product_type is not None and left:
            request = replace(request, text=left)
        if not kind.slugs and not kind.words and not turn.is_button:
            text = plain_wish(turn.text) if not turn.entities else remaining_text(turn)
            request = replace(request, text=text if has_content(text) or not unwanted else "")
    return apply_wishes(request, wishes, currency)


def _outside(wishes: Wishes, kind_words: str) -> Wishes:
    """Drop brands and features that are a part of the kind's own name (智能 of 智能手表)."""
    inside = squeezed(kind_words)

    def outside(values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(
            value for value in values if not inside or squeezed(value) not in inside or english_brand(value) is not None
        )

    return replace(wishes, unknown_brands=outside(wishes.unknown_brands), features=outside(wishes.features))


def apply_wishes(request: SearchRequest, wishes: Wishes, currency: str) -> SearchRequest:
    """Return the wish with the limits that a message names in place of the former ones of the same sort; what is not
    wanted adds up, until it is asked for."""
    not_brands = tuple(dict.fromkeys((*request.not_brands, *wishes.not_brands)))
    gone = [wanted_terms(COLOR, color) for color in wishes.not_colors]
    changed = replace(
        request,
        brands=wishes.brands or tuple(brand for brand in request.brands if brand not in wishes.not_brands),
        unknown_brands=wishes.unknown_brands or request.unknown_brands,
        not_brands=tuple(brand for brand in not_brands if brand not in wishes.brands),
        colors=wishes.colors or tuple(color for color in request.colors if wanted_terms(COLOR, color) not in gone),
        not_colors=tuple(dict.fromkeys((*(() if wishes.colors else request.not_colors), *wishes.not_colors))),
        sizes=wishes.sizes or request.sizes,
        materials=wishes.materials or request.materials,
        features=tuple(dict.fromkeys((*request.features, *wishes.features))),
        currency=currency,
        foreign_currency=wishes.foreign_currency,
        shown_ids=(),
    )
    if (wishes.brands or wishes.unknown_brands) and not (wishes.brands and wishes.unknown_brands):
        changed = replace(changed, brands=wishes.brands, unknown_brands=wishes.unknown_brands)
    if wishes.has_price:
        changed = replace(
            changed,
            price_min_minor=wishes.price_min_minor,
            price_max_minor=wishes.price_max_minor,
            relative_price=False,
        )
    return changed


def kind_name(request: SearchRequest, facts: ShopFacts, language: str) -> str:
    """Return what the kind is called in a sentence; `""` where none is fixed."""
    if len(request.kinds) > _MOST_KINDS_NAMED:
        return ""
    if request.kinds:
        joined = _joined([facts.name(slug, language) for slug in request.kinds], language)
        return joined if language == "zh" else lower_unless_named(joined)
    return request.kind_words or request.text


def lower_unless_named(name: str) -> str:
    """Return an English category name as it stands inside a sentence; words like "TVs" and "E-readers" survive."""
    return " ".join(w if any(c.isupper() for c in w[1:]) else w.lower() for w in name.split())


def _joined(parts: Sequence[str], language: str) -> str:
    return ("和" if language == "zh" else " and ").join(parts)
