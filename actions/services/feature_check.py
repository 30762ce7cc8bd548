"""Features that no hard limit covers ("waterproof", 「续航久」): what the data state comes first, and is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from actions.services.property_lookup import stated
from actions.services.storefront import Storefront, Visit
from catalog.search.query import ProductHit

_CHECKED = 18
_LONGEST_REASON = 60


@dataclass(frozen=True, slots=True)
class Checked:
    """Hits with those that state the features first, a sentence about it, and reasons for cards."""

    hits: Sequence[ProductHit]
    note: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)


class FeatureCheck:
    """Reads the products' data for the features that were asked for."""

    def __init__(self, store: Storefront) -> None:
        self._store = store

    async def check(self, visit: Visit, features: Sequence[str], hits: Sequence[ProductHit], page: int = 6) -> Checked:
        """Return the hits ordered by what their data state of the first feature."""
        if not features or not hits:
            return Checked(hits)
        feature = features[0]
        found: dict[str, str] = {}
        for product in await self._store.products([hit.product_id for hit in hits[:_CHECKED]]):
            fact = stated(product, feature, visit.facts.labels, visit.language, self._store.texts)
            if fact is not None:
                reason = self._store.say(visit, "reason.feature", name=fact.name, value=fact.value)
                found[product.product_id] = reason if len(reason) <= _LONGEST_REASON else fact.name
        ordered = sorted(hits, key=lambda hit: (not hit.in_stock, hit.product_id not in found))
        shown = ordered[:page]
        stating = sum(hit.product_id in found for hit in shown)
        if not stating:
            key = "search.feature_unknown"
        elif len(shown) == 1:
            key = "search.feature_one"
        else:
            key = "search.feature_all" if stating == len(shown) else "search.feature_known"
        return Checked(ordered, self._store.say(visit, key, feature=feature, count=stating), found)
