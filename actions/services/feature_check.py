"""Features that no hard limit covers ("waterproof", 「续航久」): what the data state comes first, and is said."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from actions.services.property_lookup import stated, states
from actions.services.storefront import Storefront, Visit
from catalog.repositories.products import ProductView
from catalog.search.query import ProductHit

_CHECKED = 18
_FIGURE = re.compile(r"\d+(?:\.\d+)? ?(?:[a-z]+|[\u4e00-\u9fff]{1,2}(?=时|$))?", re.IGNORECASE)
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
        """Return the hits ordered by how many of the features their data state, with a word on the one named last."""
        if not features or not hits:
            return Checked(hits)
        products = await self._store.products([hit.product_id for hit in hits[:_CHECKED]])
        found = [{p.product_id: self._reason(visit, p, feature) for p in products} for feature in features]
        counts = {hit.product_id: sum(row.get(hit.product_id) is not None for row in found) for hit in hits}
        ordered = sorted(hits, key=lambda hit: (not hit.in_stock, -counts[hit.product_id]))
        shown = ordered[:page]
        reasons = {product_id: reason for row in found for product_id, reason in row.items() if reason}
        stating = sum(found[-1].get(hit.product_id) is not None for hit in shown)
        if not stating:
            key = "search.feature_unknown"
        elif len(shown) == 1:
            key = "search.feature_one"
        else:
            key = "search.feature_all" if stating == len(shown) else "search.feature_known"
        return Checked(ordered, self._store.say(visit, key, feature=features[-1], count=stating), reasons)

    def _reason(self, visit: Visit, product: ProductView, feature: str) -> str | None:
        """Return what the data state of a feature, "" where the title or a value has its words, None for nothing."""
        if figure := _FIGURE.search(feature):  # of "16gb ram" the figure must be there
            said = figure[0] + "b" if figure[0].casefold().endswith(("g", "t")) else figure[0]
            return "" if states(product, figure[0]) or states(product, said) else None
        fact = stated(product, feature, visit.facts.labels, visit.language, self._store.texts)
        if fact is None:
            return "" if states(product, feature) else None
        reason = self._store.say(visit, "reason.feature", name=fact.name, value=fact.value)
        return reason if len(reason) <= _LONGEST_REASON else fact.name
