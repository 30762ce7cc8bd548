from collections import Counter
from datetime import UTC, datetime, timedelta

import numpy as np

from catalog.demo.simulator import Item, SimulatorSettings, SyntheticEvent, examination, simulate
from catalog.models import EventKind

ANCHOR = datetime(2026, 11, 1, tzinfo=UTC)
ITEMS = [
    Item(f"p{n}", f"kind-{n % 5}", f"brand-{n % 7}", 1000 + 700 * (n % 11), 3.8 + (n % 10) / 10) for n in range(100)
]
SMALL = SimulatorSettings(sessions=800, anonymous_shoppers=60, seed=3)


def run(settings: SimulatorSettings = SMALL) -> list[SyntheticEvent]:
    return list(simulate(ITEMS, ["c1", "c2"], ANCHOR, settings))


def test_simulator_gives_the_same_events_for_the_same_seed() -> None:
    assert run() == run()


def test_simulator_gives_other_events_for_another_seed() -> None:
    assert run() != run(SimulatorSettings(sessions=800, anonymous_shoppers=60, seed=4))


def test_all_events_lie_before_the_anchor_and_within_the_days() -> None:
    latest = max(event.ts for event in run())
    earliest = min(event.ts for event in run())
    assert latest < ANCHOR + timedelta(minutes=10)
    assert earliest >= ANCHOR - timedelta(days=SMALL.days)


def test_clicks_fall_with_the_rank() -> None:
    clicks = Counter(event.rank for event in run() if event.kind is EventKind.CLICK)
    assert clicks[1] > 1.3 * clicks[5] > clicks[10]


def test_propensity_is_the_probability_of_being_looked_at() -> None:
    shown = [event for event in run() if event.kind is EventKind.IMPRESSION]
    assert all(
        event.propensity == round(float(examination(np.array([float(event.rank or 0)]))[0]), 4) for event in shown
    )


def test_whoever_buys_has_clicked_and_added_before() -> None:
    steps: dict[tuple[str, str], list[EventKind]] = {}
    for event in run():
        steps.setdefault((event.session_id, event.product_id), []).append(event.kind)
    bought = [kinds for kinds in steps.values() if EventKind.PURCHASE in kinds]
    assert bought
    for kinds in bought:
        assert kinds.index(EventKind.CLICK) < kinds.index(EventKind.ADD_TO_CART) < kinds.index(EventKind.PURCHASE)
