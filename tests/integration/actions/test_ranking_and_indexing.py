"""The order for a shopper, the ranker's table and the vectors' index, with a model server of our own."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from actions.impressions import ImpressionLog
from actions.services.models_port import Float32, Kind, ModelsUnavailableError, PolicyAnswer, UnknownItemsError
from actions.services.ranking import Ranking, fuse
from actions.turn import read_turn
from actions.vector_indexing import VectorIndexing
from catalog.models import EventKind
from catalog.repositories.events import NewEvent, append_events
from catalog.repositories.vectors import pending_texts
from catalog.session import Database
from tests.engines import on_both_engines

IDS = ["apple-se", "galaxy-6", "bip-5"]


class Models:
    """Prefers what comes last; counts and fails as told."""

    def __init__(self) -> None:
        self.tables: dict[str, int] = {}
        self.history: Sequence[dict[str, Any]] = ()
        self.failure: Exception | None = None
        self.encoded = 0

    async def encode(self, texts: Sequence[str], kind: Kind, *, bulk: bool = False) -> tuple[Float32, str]:
        """Return unit vectors."""
        self.encoded += len(texts)
        return np.full((len(texts), 4), 0.5, np.float32), "m1"

    async def put_items(self, version: str, items: Sequence[dict[str, Any]]) -> None:
        """Keep how many items a version has."""
        self.tables[version] = len(items)

    async def rank(self, version: str, history: Sequence[dict[str, Any]], candidates: Sequence[str]) -> list[float]:
        """Return rising probabilities."""
        if self.failure is not None:
            raise self.failure
        self.history = history
        return [place / 10 for place in range(len(candidates))]

    async def generate(
        self, question: str, language: str, passages: Sequence[tuple[str, str]], previous: str = ""
    ) -> PolicyAnswer:
        """Find nothing."""
        return PolicyAnswer("", False, ())


@pytest.fixture
async def known_shopper(shop: Database) -> str:
    """Give a shopper who has viewed a product."""
    await shop.run(append_events, [NewEvent(EventKind.VIEW, "s1", "iphone", "web")])
    return "s1"


async def test_ranker_orders_for_a_known_shopper(shop: Database, known_shopper: str) -> None:
    models = Models()
    ranking = Ranking(shop, models)
    await ranking.refresh()

    assert await ranking.order(known_shopper, IDS, relevance_matters=False) == IDS[::-1]
    assert [event["product_id"] for event in models.history] == ["iphone"]
    assert list(models.tables.values()) == [7]


async def test_unknown_shopper_keeps_the_catalogues_order(shop: Database) -> None:
    ranking = Ranking(shop, Models())
    await ranking.refresh()

    assert await ranking.order("nobody", IDS, relevance_matters=False) is None


@pytest.mark.parametrize("failure", [ModelsUnavailableError("down"), UnknownItemsError("lost")])
async def test_failing_ranker_leaves_the_order(shop: Database, known_shopper: str, failure: Exception) -> None:
    models = Models()
    ranking = Ranking(shop, models)
    await ranking.refresh()
    models.failure = failure

    assert await ranking.order(known_shopper, IDS, relevance_matters=False) is None


async def test_failing_ranker_is_left_alone_for_a_while(shop: Database, known_shopper: str) -> None:
    models, now = Models(), [0.0]
    ranking = Ranking(shop, models, lambda: now[0])
    await ranking.refresh()
    models.failure = ModelsUnavailableError("down")
    await ranking.order(known_shopper, IDS, relevance_matters=False)
    models.failure = None

    assert await ranking.order(known_shopper, IDS, relevance_matters=False) is None
    now[0] = 60.0
    assert await ranking.order(known_shopper, IDS, relevance_matters=False) == IDS[::-1]


async def test_lost_table_is_given_again(shop: Database, known_shopper: str) -> None:
    models = Models()
    ranking = Ranking(shop, models)
    await ranking.refresh()
    models.failure = UnknownItemsError("restarted")
    await ranking.order(known_shopper, IDS, relevance_matters=False)
    models.failure, models.tables = None, {}
    await ranking.refresh()

    assert len(models.tables) == 1


def test_fusion_lets_relevance_lead() -> None:
    assert fuse(["a", "b", "c"], [0.1, 0.1, 0.9], relevance_matters=True)[0] == "a"
    assert fuse(["a", "b", "c"], [0.1, 0.1, 0.9], relevance_matters=False) == ["c", "a", "b"]


@on_both_engines("shop")
async def test_indexing_embeds_everything_once(shop: Database) -> None:
    async def nothing() -> None:
        return None

    models = Models()
    indexing = VectorIndexing(shop, models, nothing)

    assert await indexing.index() == 14
    assert await indexing.index() == 0
    assert await shop.read(pending_texts, "m1") == []


async def test_full_impression_queue_drops_instead_of_waiting(shop: Database) -> None:
    log = ImpressionLog(shop, most_waiting=3)
    turn = read_turn({"latest_message": {"text": "x", "metadata": {"conversation_id": "c"}}, "slots": {}})
    log.record(turn, [*IDS, "iphone", "gt-4"])

    assert log.dropped == 2
    assert await log.flush() == 3
