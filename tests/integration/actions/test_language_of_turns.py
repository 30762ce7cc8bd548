"""The language of a turn as the action server decides it, with the names of a real shop."""

from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.names import ActionName
from actions.rasa_action import HandlerAction
from actions.reply import Outcome, Reply
from actions.turn import Turn
from catalog.session import Database
from tests.integration.actions.conftest import Shopper


async def language_of(text: str, shopper: Shopper) -> str:
    """Return the language in which a message after Chinese ones is answered."""

    async def echo(turn: Turn) -> Outcome:
        return Outcome(Reply(turn.text, turn.language))

    action = HandlerAction(ActionName.SEARCH_PRODUCTS, echo, shopper.store.product_names)
    slots: dict[str, Any] = {"conversation": {"language": "zh"}}
    dispatcher = CollectingDispatcher()
    tracker = Tracker("c1", slots, {"text": text}, [], False, None, {}, "action_listen")
    events = await action.run(dispatcher, tracker, {})
    language = str(dispatcher.messages[0]["custom"]["language"])
    assert [event["value"]["language"] for event in events] == [language], "it is remembered"
    return language


@pytest.mark.parametrize(
    ("text", "language"),
    [("bip watch", "zh"), ("amazfit bip", "zh"), ("bip cheaper", "en"), ("running shoes", "en"), ("bip band", "zh")],
)
async def test_words_of_the_shops_titles_are_no_english(text: str, language: str, shopper: Shopper) -> None:
    assert await language_of(text, shopper) == language


async def test_shop_that_cannot_be_read_leaves_the_words_to_decide(tmp_path: Path, shopper: Shopper) -> None:
    with Database(f"sqlite:///{tmp_path / 'empty.db'}") as without_tables:
        shopper.store._facts._db = without_tables
        assert await language_of("amazfit", shopper) == "zh"
        assert await language_of("cheaper ones", shopper) == "en"
