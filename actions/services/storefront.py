"""What every shopping service works with: the catalogue's search, the shop's facts, the order, the texts."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from actions.product_names import NO_NAMES, ProductNames
from actions.reply import Button, Card, Language, Outcome, Reply, payload
from actions.services.cards import card_of_hit, reasons, shown_of_hit, shown_of_product
from actions.services.category_resolution import CategoryNames
from actions.services.currency import conversation_currency
from actions.services.diversity import taking_turns
from actions.services.kind_filter import of_the_kind
from actions.services.name_match import name_words, said_in_full, words_of
from actions.services.property_lookup import only_property, states
from actions.services.ranking import Ranking
from actions.services.references import Found, References, Resolution
from actions.services.search_request import CANDIDATES, SearchRequest, search_query
from actions.services.shop_facts import ShopFacts, ShopFactsCache
from actions.services.shop_words import in_shop_words
from actions.services.shopping_context import ShoppingContext, ShownProduct, context_from_json
from actions.services.whole_words import with_whole_words
from actions.texts import Texts
from actions.turn import Turn
from catalog.errors import CatalogError
from catalog.repositories.products import ProductView, get_products
from catalog.search.name_lookup import NameMatch, find_by_name
from catalog.search.product_search import ProductSearch
from catalog.search.query import Limits, ProductHit, SearchQuery, SearchResult
from catalog.search.snapshot import CatalogSnapshot
from catalog.session import Database

logger = logging.getLogger(__name__)
_NAME_SCORE = 0.75
_SAME_SCORE = 0.02
_MOST_CHOICES = 6
_MOST_STATING = 200
_PAGE = 6


class Impressions(Protocol):
    """Takes what was shown, without making anybody wait."""

    def record(self, turn: Turn, product_ids: Sequence[str]) -> None:
        """Keep that these products were shown in this order."""
        ...


@dataclass(frozen=True, slots=True)
class Visit:
    """One turn with all that a shopping service needs to know before it decides."""

    turn: Turn
    facts: ShopFacts
    names: CategoryNames
    currency: str
    context: ShoppingContext

    @property
    def language(self) -> Language:
        """Return the shopper's language."""
        return self.turn.language

    @property
    def shopper_id(self) -> str:
        """Return whose events count: the customer's id, or the conversation's."""
        return self.turn.customer_id or self.turn.conversation_id

    @property
    def state(self) -> dict[str, str]:
        """Return what the conversation slot must keep."""
        return {"currency": self.currency}


class Storefront:
    """The shop as the shopping services see it; one lives in a process."""

    def __init__(
        self,
        db: Database,
        search: ProductSearch,
        facts: ShopFactsCache,
        ranking: Ranking,
        impressions: Impressions,
        texts: Texts,
    ) -> None:
        self.db = db
        self.ranking = ranking
        self.texts = texts
        self.references = References(self)
        self._search = search
        self._facts = facts
        self._impressions = impressions
        self._names: tuple[int, CategoryNames] | None = None

    async def warm_up(self) -> None:
        """Read the shop's facts, vocabulary and vectors."""
        await self._facts.get()
        await self.find(SearchQuery(text="", limit=1))

    async def visit(self, turn: Turn) -> Visit:
        """Gather what a turn needs.

        Raises:
            catalog.errors.CatalogError: the database does not answer.
        """
        facts = await self._facts.get()
        if self._names is None or self._names[0] != facts.version:
            self._names = (facts.version, CategoryNames(facts))
        turn = in_shop_words(with_whole_words(turn), facts)
        return Visit(
            turn=turn,
            facts=facts,
            names=self._names[1],
            currency=conversation_currency(turn, facts.currencies),
            context=context_from_json(turn.shopping),
        )

    async def product_names(self) -> ProductNames:
        """Return the names of brands and products in Latin letters; none while the database does not answer."""
        try:
            return (await self._facts.get()).product_names
        except (CatalogError, SQLAlchemyError, TimeoutError) as error:
            logger.warning("the names of products cannot be read: %s", error)
            return NO_NAMES

    async def find(self, query: SearchQuery) -> SearchResult:
        """Search."""
        return await self.db.read(self._search.search, query)

    async def find_for(self, visit: Visit, request: SearchRequest, *, limit: int = CANDIDATES) -> SearchResult:
        """Search for a wish."""
        query = search_query(request, visit.turn, visit.currency, limit=limit)
        result = await self.find(replace(query, limits=await self.limits(visit, request)))
        return of_the_kind(request, result)

    async def limits(self, visit: Visit, request: SearchRequest) -> Limits:
        """Return the hard limits of a wish; what it turns down in words is a kind, or products whose data state it."""
        limits = request.limits()
        kinds = {word: visit.names.exact(word) for word in request.not_words}
        stating = [
            product_id for word, slugs in kinds.items() if not slugs for product_id in await self.stating(word, limits)
        ]
        return replace(
            limits,
            not_categories=tuple(slug for slugs in kinds.values() for slug in slugs),
            exclude=tuple(dict.fromkeys((*limits.exclude, *stating))),
        )

    async def stating(self, words: str, limits: Limits) -> list[str]:
        """Return the products within limits that have words in their title or among their attributes."""
        found = await self.find(SearchQuery(text=words, limits=limits, limit=_MOST_STATING))
        ids = [hit.product_id for hit in found.hits if hit.text_match == "full"]
        return [product.product_id for product in await self.products(ids) if states(product, words)]

    async def find_above(self, query: SearchQuery, *, limit: int = 3) -> SearchResult:
        """Return the cheapest just above the highest price of a query."""
        return await self.db.read(self._search.nearest_above, query, limit=limit)

    async def products(self, product_ids: Sequence[str]) -> list[ProductView]:
        """Return products with all there is to know, in the order asked; unknown ones are left out."""
        return await self.db.read(get_products, list(product_ids))

    async def by_name(self, text: str, language: Language) -> list[ShownProduct]:
        """Return the products that a text names: one, several that fit equally well, or none."""
        name = name_words(text)
        return await self.db.read(self._by_name, name, language) if len(name) > 1 and not only_property(name) else []

    async def named(self, text: str) -> list[NameMatch]:
        """Return what a text names as `by_name` does, without reading the products."""
        name = name_words(text)
        return await self.db.read(self._named, name) if len(name) > 1 and not only_property(name) else []

    def _named(self, session: Session, text: str) -> list[NameMatch]:
        return _best_named(session, self._search.snapshot(session), text)

    def _by_name(self, session: Session, text: str, language: Language) -> list[ShownProduct]:
        snapshot = self._search.snapshot(session)
        matches = _best_named(session, snapshot, text)
        if not matches:
            return []
        currency = "CNY" if language == "zh" and "CNY" in snapshot.currencies else snapshot.default_currency
        views = get_products(session, [match.product_id for match in matches])
        return [shown_of_product(view, currency, language) for view in views]

    async def ordered(self, visit: Visit, hits: Sequence[ProductHit], *, relevance_matters: bool) -> list[ProductHit]:
        """Return hits in the order for this shopper; what is sold out stays last.

        The catalogue's order (relevance, popularity) stays for a shopper of whom nothing is known. Where relevance
        does not tell the hits apart, brands take turns, so that a page is not one brand's.
        """
        by_id = {hit.product_id: hit for hit in hits}
        ids = await self.ranking.order(visit.shopper_id, list(by_id), relevance_matters=relevance_matters)
        if ids is None:
            ids = list(by_id)
        if not relevance_matters:
            ids = taking_turns(ids, {product_id: hit.brand or product_id for product_id, hit in by_id.items()}, _PAGE)
        return sorted((by_id[product_id] for product_id in ids), key=lambda hit: not hit.in_stock)

    def listed(
        self,
        visit: Visit,
        text: str,
        hits: Sequence[ProductHit],
        *,
        query: Mapping[str, object] | None,
        quick_replies: Sequence[Button] = (),
        given_reasons: Mapping[str, str] | None = None,
    ) -> Outcome:
        """Return the reply that shows these hits and nothing else, remembered."""
        focused = visit.context.known(visit.context.focus) if visit.context.focus else None
        if focused is not None and any(hit.product_id == focused.product_id for hit in hits):
            focused = None
        why = reasons(
            hits,
            visit.language,
            self.texts,
            liked_brand=focused.brand if focused is not None else None,
            given=given_reasons,
        )
        cards = tuple(card_of_hit(hit, visit.language, self.texts, why.get(hit.product_id)) for hit in hits)
        context = visit.context.showing([shown_of_hit(hit, visit.language) for hit in hits], query=query)
        return self.outcome(visit, text, cards=cards, quick_replies=quick_replies, context=context)

    def outcome(
        self,
        visit: Visit,
        text: str,
        *,
        cards: Sequence[Card] = (),
        quick_replies: Sequence[Button] = (),
        context: ShoppingContext | None = None,
        expects: str | None = None,
    ) -> Outcome:
        """Return a reply with what must be remembered; its cards are counted as shown."""
        self._impressions.record(visit.turn, [card.product_id for card in cards])
        return Outcome(
            reply=Reply(text, visit.language, tuple(cards), tuple(quick_replies), expects=expects),
            shopping=context.as_json() if context is not None else None,
            conversation=visit.state,
        )

    def say(self, visit: Visit, key: str, **values: object) -> str:
        """Return a text in the shopper's language."""
        return self.texts.say(key, visit.language, vary=visit.turn.text, **values)

    def button(
        self, visit: Visit, key: str, intent: str, *, title: Mapping[str, str] | None = None, **entities: object
    ) -> Button:
        """Return a button; `title` fills the words of its text."""
        return Button(self.texts.say(key, visit.language, **(title or {})), payload(intent, **entities))

    def ask_which(self, visit: Visit, resolution: Resolution, intent: str) -> Outcome:
        """Ask which product is meant, with buttons that repeat the question for each candidate."""
        kept = {
            entity.name: entity.value for entity in visit.turn.entities if entity.name in ("color", "size", "feature")
        }
        buttons = [
            Button(product.title, payload(intent, product_id=product.product_id, **kept))
            for product in resolution.candidates[:_MOST_CHOICES]
        ]
        if resolution.found is Found.OUT_OF_RANGE:
            text = self.say(visit, "which.out_of_range", count=len(resolution.candidates))
        elif buttons:
            text = self.say(visit, "which.ask")
        else:
            text = self.say(visit, "which.none")
        return self.outcome(visit, text, quick_replies=buttons, expects="product_id" if buttons else None)


def _best_named(session: Session, snapshot: CatalogSnapshot, text: str) -> list[NameMatch]:
    """Return the products that a text names best; of several, those whose whole name it says."""
    matches = find_by_name(session, snapshot, text, min_score=_NAME_SCORE)
    best = [m for m in matches if m.score >= matches[0].score - _SAME_SCORE]
    said = words_of(text)
    whole = [m for m in best if any(said_in_full(title, m.brand, said) for title in m.titles.values())]
    return whole or best
