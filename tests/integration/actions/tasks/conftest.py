"""The service half on the small shop, with the demo policies."""

from pathlib import Path
from typing import Any

import pytest

import catalog.demo
from actions.bootstrap import build_storefront
from actions.impressions import ImpressionLog
from actions.service import service_handlers
from actions.services.models_port import ModelsUnavailableError, PolicyAnswer
from actions.services.ranking import Ranking
from actions.shopping import shopping_handlers
from actions.texts import load_texts
from catalog.knowledge.import_folder import import_policies
from catalog.models import Address, Customer
from catalog.session import Database
from tests.integration.actions.conftest import NoModels
from tests.integration.actions.tasks.service_shopper import ServiceShopper

POLICIES = Path(catalog.demo.__file__).parent / "policies"


class ScriptedReader(NoModels):
    """A model server that reads policies as told: `answer`, or out of order where it is None."""

    def __init__(self) -> None:
        self.answer: PolicyAnswer | None = None
        self.asked: list[tuple[str, str]] = []
        self.passages: list[tuple[str, str]] = []

    async def generate(self, question: str, language: str, passages: Any, previous: str = "") -> PolicyAnswer:
        """Note what was asked and answer."""
        if self.answer is None:
            raise ModelsUnavailableError("down")
        self.asked.append((previous, question))
        self.passages = list(passages)
        return self.answer


@pytest.fixture
def reader() -> ScriptedReader:
    """Give the model server of `shopper`."""
    return ScriptedReader()


@pytest.fixture
def demo() -> bool:
    """Say whether the action server is told that this may be the demo shop."""
    return False


@pytest.fixture
def shopper(shop: Database, reader: ScriptedReader, demo: bool) -> ServiceShopper:
    """Give a shopper who is not signed in; the shop knows Emma and Liam."""
    with shop.session() as session:
        for folder in sorted(POLICIES.iterdir()):
            import_policies(session, folder)
        for name in ("emma", "liam"):
            home = Address(position=0, line1="287 Elm Close", city="Boston", postal_code="02108", country="USA")
            who = Customer(id=name, first_name=name.title(), last_name="Carter", email=f"{name}@example.com")
            who.addresses.append(home)
            session.add(who)
    texts = load_texts()
    store = build_storefront(shop, Ranking(shop, NoModels()), ImpressionLog(shop), texts)
    shopping = shopping_handlers(store)
    return ServiceShopper({**shopping, **service_handlers(shop, store, reader, texts, shopping, demo=demo)})
