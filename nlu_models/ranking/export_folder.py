"""Read what `shopkeeper export events FOLDER` wrote, and make labelled impressions of it."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from nlu_models.ranking.errors import RankingError
from nlu_models.ranking.features import HISTORY, KINDS

TARGETS: Final = ("purchase", "add_to_cart", "click")
"""What each impression is labelled with; the first is what the ranker serves."""
SPLITS: Final = ("train", "validation", "test")
_SHARES: Final = (0.7, 0.85)
_DAY_S: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Impressions:
    """P impressions in S sessions, oldest session first.

    Attributes:
        product: `(P,)` product ids.
        session: `(P,)` index of the session.
        target: `(P, 3)` float32 0/1: bought, added to the cart, clicked in the same session.
        looked: `(P,)` float32, the logged probability that the place on the page was looked at; 1 where unknown.
        began: `(S,)` seconds since 1970.
        history: S lists of what the shopper did before the session, as `/rank` takes it.
    """

    product: tuple[str, ...]
    session: npt.NDArray[np.int64]
    target: npt.NDArray[np.float32]
    looked: npt.NDArray[np.float32]
    began: npt.NDArray[np.float64]
    history: tuple[tuple[Mapping[str, Any], ...], ...]

    def splits(self) -> dict[str, npt.NDArray[np.int64]]:
        """Return the impressions of each split by time: the first 70 % of the period, the next 15 %, the last."""
        first, last = self.began.min(), self.began.max()
        edges = [first + share * (last - first) for share in _SHARES]
        part = np.searchsorted(np.array(edges), self.began, side="right")[self.session]
        return {name: np.flatnonzero(part == number) for number, name in enumerate(SPLITS)}


@dataclass(frozen=True, slots=True)
class Export:
    """Items as written, impressions, and a fingerprint of both files."""

    items: tuple[dict[str, Any], ...]
    impressions: Impressions
    sha256: str


def read_export(folder: Path) -> Export:
    """Read `items.jsonl` and `events.jsonl`.

    Raises:
        RankingError: a file is missing, a line cannot be read, or there are no impressions.
    """
    digest = hashlib.sha256()
    items = tuple(_lines(folder / "items.jsonl", digest))
    events = list(_lines(folder / "events.jsonl", digest))
    known = {item["product_id"] for item in items}
    try:
        impressions = label_impressions([event for event in events if event["product_id"] in known])
    except (KeyError, ValueError) as error:
        raise RankingError(f"{folder / 'events.jsonl'}: {error!r}") from error
    return Export(items, impressions, digest.hexdigest())


def _lines(path: Path, digest: Any) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        raise RankingError(f"{path} is missing: run `shopkeeper export events {path.parent}` first")
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            digest.update(line)
            try:
                row = json.loads(line)
            except ValueError as error:
                raise RankingError(f"{path}, line {number}: {error}") from error
            if not isinstance(row, dict) or "product_id" not in row:
                raise RankingError(f"{path}, line {number}: no product_id")
            yield row


def label_impressions(events: Sequence[Mapping[str, Any]]) -> Impressions:
    """Label each impression with what happened to the product in the same session.

    A session is `session` of the events, or the shopper's day where that is missing. The history of a session is what
    its shopper did (not what was shown) before the session's first event.

    Raises:
        ValueError: there are no impressions, or a time cannot be read.
        KeyError: a field is missing.
    """
    sessions: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for event in events:
        sessions[(event["shopper"], event.get("session") or event["ts"][:10])].append(event)
    timed = [
        (min(datetime.fromisoformat(event["ts"]).timestamp() for event in own), shopper, own)
        for (shopper, _), own in sessions.items()
    ]
    timed.sort(key=lambda entry: entry[0])
    past: dict[str, deque[tuple[float, Mapping[str, Any]]]] = defaultdict(lambda: deque(maxlen=HISTORY))
    product: list[str] = []
    session: list[int] = []
    target: list[list[bool]] = []
    looked: list[float] = []
    history = []
    for number, (began, shopper, own) in enumerate(timed):
        history.append(tuple(_seen_from(began, past[shopper])))
        done = {(event["product_id"], event["kind"]) for event in own}
        for event in own:
            if event["kind"] == "impression":
                product.append(event["product_id"])
                session.append(number)
                target.append([(event["product_id"], kind) in done for kind in TARGETS])
                looked.append(float(event.get("propensity") or 1.0))
        acts = [(datetime.fromisoformat(e["ts"]).timestamp(), e) for e in own if e["kind"] in KINDS]
        past[shopper].extend(sorted(acts, key=lambda act: act[0]))
    if not product:
        raise ValueError("no impressions")
    return Impressions(
        product=tuple(product),
        session=np.array(session, np.int64),
        target=np.array(target, np.float32),
        looked=np.array(looked, np.float32),
        began=np.array([began for began, _, _ in timed], np.float64),
        history=tuple(history),
    )


def _seen_from(now: float, acts: Sequence[tuple[float, Mapping[str, Any]]]) -> Iterator[Mapping[str, Any]]:
    for ts, event in acts:
        age = max(0.0, now - ts) / _DAY_S
        yield {"product_id": event["product_id"], "kind": event["kind"], "age_days": age}
