from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from tests.integration.rasa.engine import ROOT, ActionServer, Engine, ScriptedModels
from tests.integration.rasa.shop_actions import Recorder, all_actions

MODEL_CACHE = ROOT / ".cache" / "rasa"
TOKEN = "only-for-tests"
INTENTS = {
    "buy": "place_order",
    "where is my order": "track_order",
    "how much is it": "ask_price",
    "never mind": "deny",
    "hello": "greet",
    "a person please": "contact_human_agent",
    "no": "deny",
}


@dataclass(frozen=True, slots=True)
class Shop:
    """A running engine with both servers beside it."""

    engine: Engine
    models: ScriptedModels
    actions: ActionServer
    recorder: Recorder


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shop_process(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    """One engine for the session, with the internal token set; some tests kill it and start it again."""
    recorder, models = Recorder(), ScriptedModels()
    actions = ActionServer(all_actions(recorder), TOKEN)
    engine = Engine(tmp_path_factory.mktemp("engine"), models.port, actions.port, TOKEN)
    engine.share_model(MODEL_CACHE)
    await models.start()
    await actions.start()
    try:
        await engine.start()
        yield Shop(engine, models, actions, recorder)
    finally:
        await engine.kill()
        await actions.stop()
        await models.stop()


@pytest.fixture
def shop(shop_process: Shop) -> Shop:
    """The shop as a test finds it: the script of texts, nothing broken, nothing recorded."""
    shop_process.models.intents = dict(INTENTS)
    shop_process.models.delay_s = 0.0
    shop_process.models.answer = None
    shop_process.recorder.broken.clear()
    shop_process.recorder.loop_rejects = False
    shop_process.recorder.turns.clear()
    return shop_process
