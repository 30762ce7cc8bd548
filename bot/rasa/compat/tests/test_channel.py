"""Whether the engine says truly that it can talk."""

import unittest
from types import SimpleNamespace
from typing import Any
from unittest import mock

from rasa.core.agent import Agent

from bot.rasa.compat.channel import TurnInput


async def readiness(agent: Any) -> int:
    """Return the status that `GET /readyz` of the channel answers while the server has `agent`."""
    routes = TurnInput().blueprint(mock.AsyncMock())
    handler: Any = next(route.handler for route in routes._future_routes if route.uri == "/readyz")
    request = SimpleNamespace(app=SimpleNamespace(ctx=SimpleNamespace(agent=agent)))
    return int((await handler(request)).status)


class ReadinessTest(unittest.IsolatedAsyncioTestCase):
    async def test_engine_without_a_model_is_not_ready(self) -> None:
        self.assertEqual(await readiness(None), 503)
        self.assertEqual(await readiness(Agent()), 503)

    async def test_engine_with_a_model_is_ready(self) -> None:
        agent = Agent()
        agent.processor = mock.Mock()
        self.assertEqual(await readiness(agent), 200)


if __name__ == "__main__":
    unittest.main()
