from pathlib import Path

import pytest
from sqlalchemy import select

from bot.launch.instance import Instance
from catalog.models import Category, Product
from catalog.session import Database
from tests.system.conversation import Script, Shopper, check, scripts

pytestmark = pytest.mark.system
ALL = list(scripts())


@pytest.fixture(scope="module")
def catalogue(instance: Instance) -> dict[str, str]:
    with Database(f"sqlite:///{Path(instance.data_dir) / 'shop.db'}") as database, database.reading() as session:
        rows = session.execute(select(Product.merchant_id, Category.slug).join(Category))
        return dict(rows.all())


def test_there_are_at_least_sixty_conversations_in_both_languages() -> None:
    assert len(ALL) >= 60
    assert min(sum(script.name.startswith(language) for script in ALL) for language in ("en/", "zh/")) >= 25


@pytest.mark.parametrize("script", ALL, ids=[script.name for script in ALL])
def test_conversation(script: Script, instance: Instance, catalogue: dict[str, str]) -> None:
    shopper = Shopper(instance.gateway_url, script.customer)
    for number, turn in enumerate(script.turns, 1):
        before = shopper.last
        body = shopper.say(turn["say"]) if "say" in turn else shopper.tap(turn["tap"], turn.get("card"))
        try:
            check(turn.get("expect", {}), body, before, catalogue)
        except AssertionError as error:
            pytest.fail(f"turn {number}, {turn}: {error}")
