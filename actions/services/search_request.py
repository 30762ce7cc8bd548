"""What a shopper wants, as it is remembered from one message to the next."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from actions.services.brand_names import english_brand
from actions.services.brands_said import brands_said, is_brand_alone
from actions.services.category_resolution import CategoryNames, kind_key, resolve_kind, squeezed, without_adjectives
from actions.services.message_words import content_words, has_content, plain_wish, remaining_text
from actions.services.shop_facts import ShopFacts
from actions.services.unwanted import told_apart
from actions.services.wishes import Wishes, wishes_of
from actions.turn import Turn
from catalog.search.option_terms import COLOR, MATERIAL, SIZE, wanted_terms
from catalog.search.query import Limits, SearchQuery, SortOrder

_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]+")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_AUDIENCES = frozenset(("men", "women", "lady", "kid", "boy", "girl", "child", "children", "baby", "man", "woman"))
CANDIDATES = 24
_MOST_KINDS_NAMED = 2


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A wish for products.

    `kinds` are category slugs, `kind_words` what the shopper called the kind, `features` wishes in words that no hard
    limit covers, `unknown_brands` brands asked for that the shop does not carry. The `not_` limits are what is not
    wanted, `not_words` kinds and properties in words. Price limits are in minor units of `currency`;
    `foreign_currency` is a currency that the shopper named and the shop has no prices in. `shown_ids` are the products
    of this list shown before. `relative_price` says that the price limit came from "cheaper" or "better".
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
    not_sizes: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    not_materials: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()
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
            not_sizes=self.not_sizes,
            materials=self.materials,
            not_materials=self.not_materials,
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


def read_request(turn: Turn, facts: ShopFacts, names: CategoryNames, currency: str) -> SearchRequest:
    """Build a new wish from a message: the kind of product, and every limit that it names."""
    button = turn.first("category")
    turn, unwanted = told_apart(turn, brands_said(turn.text, facts))
    wishes = wishes_of(turn, unwanted, facts, currency)
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
        if kind.slugs:  # "a phone, not a tablet"
            wishes = replace(wishes, not_words=tuple(word for word in wishes.not_words if not names.exact(word)))
        left = "" if turn.is_button else content_words(remaining_text(turn))
        if kind.slugs and words is not None and _CHINESE.search(words):  # "iphone手机": the Latin part says more
            head = names.head_of(words).words
            prefix = words.partition(head)[0] if head and not names.exact(words) else ""
            left = " ".join(part for part in (left, prefix, *_LATIN.findall(words)) if part)
        if kind.slugs and product_type is not None and left:
            request = replace(request, text=left)
        if kind.slugs and words is not None and not turn.is_button:
            more = _modifiers(words, names, facts)
            wishes = replace(wishes, features=tuple(dict.fromkeys((*wishes.features, *more))))
        if not kind.slugs and not kind.words and not turn.is_button:
            text = plain_wish(turn.text) if not turn.entities else remaining_text(turn)
            said = has_content(text) or not unwanted
            request = replace(request, text=text if said and not is_brand_alone(turn.text, facts) else "")
    return apply_wishes(request, wishes, currency)


def _modifiers(words: str, names: CategoryNames, facts: ShopFacts) -> tuple[str, ...]:
    """Return what a kind's English words say beyond one of the shop's names for it: the "hdmi" of "hdmi cable"."""
    head = names.head_of(without_adjectives(words))
    if _CHINESE.search(words) or not head.slugs or names.exact(words):
        return ()
    known = {*kind_key(head.words).split(), *_AUDIENCES}
    more = [word for word in kind_key(words).split() if word not in known and word not in facts.brands_as_typed]
    more = [word for word in more if not names.is_misspelled(word)]
    said = content_words(" ".join(more))
    return (said,) if said else ()


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
    colors, not_colors = _options(COLOR, request.colors, request.not_colors, wishes.colors, wishes.not_colors)
    sizes, not_sizes = _options(SIZE, request.sizes, request.not_sizes, wishes.sizes, wishes.not_sizes)
    materials, not_materials = _options(
        MATERIAL, request.materials, request.not_materials, wishes.materials, wishes.not_materials
    )
    changed = replace(
        request,
        brands=wishes.brands or _brands_left(request.brands, wishes.not_brands),
        unknown_brands=wishes.unknown_brands or request.unknown_brands,
        not_brands=tuple(brand for brand in not_brands if brand not in wishes.brands),
        colors=colors,
        not_colors=not_colors,
        sizes=sizes,
        not_sizes=not_sizes,
        materials=materials,
        not_materials=not_materials,
        not_words=tuple(dict.fromkeys((*request.not_words, *wishes.not_words))),
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


def _brands_left(wanted: tuple[str, ...], unwanted: tuple[str, ...]) -> tuple[str, ...]:
    """Return the brands still wanted; none where only others are turned down, "anything but Adidas" after Asics."""
    left = tuple(brand for brand in wanted if brand not in unwanted)
    return () if unwanted and left == wanted else left


def _options(
    kind: str, had: Sequence[str], had_not: Sequence[str], wanted: tuple[str, ...], unwanted: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the wanted and the unwanted values of one kind of option, a message's wishes in place of the former."""
    gone = [wanted_terms(kind, value) for value in unwanted]
    kept = tuple(value for value in had if wanted_terms(kind, value) not in gone)
    return wanted or kept, tuple(dict.fromkeys((*(() if wanted else had_not), *unwanted)))


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
