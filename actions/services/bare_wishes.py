"""A wish that names no kind, said while a list is shown, changes that list: "waterproof", "nike", 「真丝的」."""

import re
from dataclasses import replace

from actions.services.category_resolution import Kind, resolve_kind
from actions.services.property_lookup import names_property
from actions.services.search_request import SearchRequest, apply_wishes, request_from_json
from actions.services.storefront import Storefront, Visit
from actions.services.wishes import read_wishes
from actions.turn import Entity
from catalog.search.material_names import material_names
from catalog.search.segmentation import is_chinese

_LONGEST = 30
_LIKELY = 0.5
_FOR_WHOM = re.compile(
    r"(?:wo)?m[ae]n['’]?s?|lad(?:y|ies)['’]?s?|kids?['’]?s?|boys?['’]?|girls?['’]?|unisex|[男女童]款|[男女]士|[男女]式",
    re.IGNORECASE,
)


class BareWishes:
    """Looks at a message that was read as a search."""

    def __init__(self, store: Storefront) -> None:
        self._store = store

    async def of_the_list(self, visit: Visit) -> Visit | None:
        """Return the visit with its message's wish marked as such; None where it asks for something else."""
        turn, last = visit.turn, request_from_json(visit.context.query)
        if visit.context.query is None or turn.is_button or len(turn.text) > _LONGEST or not (last.kinds or last.words):
            return None
        if turn.all("recipient") or _kind_named(visit).slugs:
            return None
        kinds = turn.all("product_type")
        if not kinds:
            return visit if await self._fits(visit, last) else None
        marked = [await self._as_property(visit, last, entity) for entity in kinds]
        named = [entity for entity in marked if entity is not None]
        if len(named) < len(kinds):
            return None
        entities = (*(entity for entity in turn.entities if entity not in kinds), *named)
        return replace(visit, turn=replace(turn, entities=entities, categories=()))

    async def _fits(self, visit: Visit, last: SearchRequest) -> bool:
        """Tell whether the list's kind has what the message wants, where it names properties or a brand alone."""
        wishes = read_wishes(visit.turn, visit.facts, visit.currency)
        if not wishes.brands:
            return bool(wishes.features) and not (wishes.unknown_brands or last.features == wishes.features)
        wanted = apply_wishes(last, wishes, visit.currency).without_price()
        return bool((await self._store.find_for(visit, wanted, limit=1)).hits)

    async def _as_property(self, visit: Visit, last: SearchRequest, entity: Entity) -> Entity | None:
        words = entity.text
        if visit.names.begins_with_kind(words):  # "iphone 15"
            return None
        if material_names(words):
            return replace(entity, name="material")
        if (
            (is_chinese(words) and _is_guessed_within(visit, last))
            or names_property(words)
            or _FOR_WHOM.fullmatch(words)
            or await self._is_said_of_some(visit, last, words)
        ):
            return replace(entity, name="feature")
        return None

    async def _is_said_of_some(self, visit: Visit, last: SearchRequest, words: str) -> bool:
        found = await self._store.find_for(visit, replace(last, features=(words,), text="", shown_ids=()), limit=1)
        return bool(last.kinds and found.hits) and found.hits[0].text_match == "full"


def _is_guessed_within(visit: Visit, last: SearchRequest) -> bool:
    """Tell whether the model takes the message for one about the kind talked of: 「暖光」 among lamps."""
    slug, probability = next(iter(visit.turn.categories), ("", 0.0))
    return slug in last.kinds and probability >= _LIKELY


def _kind_named(visit: Visit) -> Kind:
    """Return the kind that the message names by one of the shop's own names, or nearly so."""
    product_type = visit.turn.first("product_type")
    words = str(product_type.value) if product_type is not None else ""
    if words and not is_chinese(words[0]) and visit.names.ending_with(words) and not visit.names.exact(words):
        return Kind()
    return resolve_kind(visit.names, visit.facts, text=visit.turn.text, product_type=words or None, distribution=())
