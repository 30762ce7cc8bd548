"""The REST channel, honest about failures."""

import gc
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.channels.rest import RestInput
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse


class TurnOutput(CollectingOutputChannel):
    """Collects a turn's messages; `failed_action` names the action that the action server did not carry out."""

    failed_action: str = ""


class TurnInput(RestInput):
    """`POST /webhooks/rest/webhook` as Rasa has it, but a failed turn answers 503 or 500.

    Rasa's own channel catches every error and answers 200 with whatever was said before: an empty list where the action
    server is down, a full reply where the conversation could not be saved. Slots and loop stay as before the turn.
    """

    @classmethod
    def name(cls) -> str:
        """Return the name in the address, the stock channel's."""
        return "rest"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the routes; see the class. `GET /webhooks/rest/readyz` says whether a model is loaded."""

        async def receive(request: Request) -> HTTPResponse:
            body = request.json
            sender, text = (body.get("sender"), body.get("message")) if isinstance(body, dict) else (None, None)
            if not isinstance(sender, str) or not sender or not isinstance(text, str):
                return response.json({"error": "the body needs sender and message, both of them texts"}, status=400)
            output = TurnOutput()
            message = UserMessage(text, output, sender, input_channel=self.name(), metadata=body.get("metadata"))
            await on_new_message(message)
            if output.failed_action:
                return response.json({"error": "action_failed", "action": output.failed_action}, status=503)
            return response.json(output.messages)

        routes = Blueprint("shopkeeper_rest")
        routes.listener(_settle, "after_server_start")
        routes.add_route(_ready, "/readyz", methods=["GET"])
        routes.add_route(receive, "/webhook", methods=["POST"])
        return routes


async def _settle(*_: Any) -> None:
    """Rasa and TensorFlow hold a million objects for good: the garbage collector need not visit them."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


async def _ready(request: Request) -> HTTPResponse:
    """Rasa answers `/` even where its model could not be loaded."""
    agent = getattr(request.app.ctx, "agent", None)
    loaded = agent is not None and agent.is_ready()
    return response.json({"status": "ready" if loaded else "no model"}, status=200 if loaded else 503)
