"""The chat: takes a message, keeps it, has it answered in its turn, keeps the answers, and tells all who watch."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from bot.gateway.buttons import ButtonMemory, buttons_as_json, seal
from bot.gateway.cart_reader import CartReader
from bot.gateway.conversation_access import ConversationAccess, OpenConversation, Visitor
from bot.gateway.errors import BusyError, GatewayError
from bot.gateway.hub import Hub
from bot.gateway.incoming import Incoming, MessageReader, Said
from bot.gateway.lanes import Lanes
from bot.gateway.message_writer import MessageWriter
from bot.gateway.metrics import GatewayMetrics
from bot.gateway.presentation import JsonObject, message_as_json, reply_of, stored_reply, understanding_of
from bot.gateway.reply import outdated_button
from bot.gateway.responder import Answer, Question, Responder
from bot.gateway.texts import Language, has_han
from catalog.errors import CatalogError
from catalog.models import ConversationStatus, Direction
from catalog.repositories.conversations import NewMessage, StoredMessage, message_history
from catalog.session import Database

_ANSWERS_LOOKED_AT = 100


@dataclass(frozen=True, slots=True)
class TurnResult:
    """The replies of a turn as JSON, the cart after it, and how the message was understood (with a trace only)."""

    replies: tuple[JsonObject, ...]
    cart: JsonObject
    understanding: JsonObject | None


@dataclass(slots=True, eq=False)
class Turn:
    """A message under way; both futures end with a `GatewayError` where it could not be kept."""

    conversation: OpenConversation
    said: Said
    channel: str
    customer_id: str | None
    page_language: Language | None
    speech: Language
    stored: "asyncio.Future[StoredMessage]"
    finished: "asyncio.Future[TurnResult]"
    arrived_s: float = field(default_factory=time.monotonic)


class Chat:
    """Everything that happens to a message, independent of the channel that it came by.

    Args:
        database: the shop.
        writer: keeps messages.
        lanes: order and bounds.
        hub: who watches.
        responders: who answers, by the conversation's owner; a conversation of nobody here gets no replies, its
            messages are kept and shown to all who watch.
        turn_timeout_s: longest time from arrival to an answer.
    """

    def __init__(
        self,
        database: Database,
        writer: MessageWriter,
        lanes: Lanes,
        hub: Hub,
        responders: Mapping[ConversationStatus, Responder],
        metrics: GatewayMetrics,
        *,
        turn_timeout_s: float,
    ) -> None:
        self.access = ConversationAccess(database)
        self.carts = CartReader(database)
        self._database = database
        self._writer = writer
        self._lanes = lanes
        self._hub = hub
        self._responders = responders
        self._metrics = metrics
        self._turn_timeout_s = turn_timeout_s
        self._buttons = ButtonMemory()
        self._reader = MessageReader(database, self._buttons)
        self._under_way: dict[tuple[str, str], Turn] = {}

    async def take(self, incoming: Incoming, visitor: Visitor) -> Turn:
        """Take a message; it is kept and answered even if the caller goes away.

        A message whose `client_message_id` was seen before is not kept twice: the turn is the one of the first.

        Raises:
            GatewayError: it was refused, and not kept.
        """
        page = incoming.language or ("zh" if has_han(incoming.text) else None)
        conversation = await self.access.open(incoming.conversation_id, visitor, incoming.channel, page)
        said = await self._reader.read(incoming)
        identity = (incoming.conversation_id, incoming.client_message_id or "")
        if incoming.client_message_id and identity in self._under_way:
            return self._under_way[identity]
        self._lanes.admit(incoming.conversation_id)
        turn = Turn(
            conversation,
            said,
            incoming.channel,
            conversation.customer_of(visitor),
            incoming.language,
            _speech(said, conversation, incoming.language),
            self._writer.append(
                NewMessage(
                    incoming.conversation_id,
                    Direction.SHOPPER,
                    said.shown,
                    {"button": said.button_id} if said.button_id else None,
                    incoming.client_message_id,
                )
            ),
            asyncio.get_running_loop().create_future(),
        )
        turn.stored.add_done_callback(lambda stored: self._tell_stored(conversation, stored))
        if incoming.client_message_id:
            self._under_way[identity] = turn
            turn.finished.add_done_callback(lambda _: self._under_way.pop(identity, None))
        self._lanes.submit(incoming.conversation_id, lambda: self._run(turn))
        return turn

    @property
    def waiting(self) -> int:
        """How many messages wait for an answer."""
        return self._lanes.waiting

    async def history(self, conversation_id: str, after: int, limit: int) -> list[JsonObject]:
        """Return the newest messages after a sequence number, in their order."""
        rows = await self._database.read(message_history, conversation_id, after_seq=after, limit=limit)
        return [message_as_json(row) for row in rows]

    def _tell_stored(self, conversation: OpenConversation, stored: "asyncio.Future[StoredMessage]") -> None:
        if stored.cancelled() or stored.exception() is not None or stored.result().repeated:
            return
        self._tell(conversation, {"type": "message", "message": message_as_json(stored.result())})

    def _tell(self, conversation: OpenConversation, frame: JsonObject) -> None:
        self._hub.publish(conversation, frame)

    async def _run(self, turn: Turn) -> None:
        """Answer one message; every outcome ends `turn.finished`."""
        try:
            result = await self._answer(turn)
        except (CatalogError, SQLAlchemyError) as error:
            self._end(turn, BusyError(f"the database failed: {type(error).__name__}", retry_after_s=2))
        except GatewayError as error:
            self._end(turn, error)
        except asyncio.CancelledError:
            self._end(turn, BusyError("the server stops", retry_after_s=5))
            raise
        else:
            self._end(turn, result)

    def _end(self, turn: Turn, outcome: TurnResult | GatewayError) -> None:
        if isinstance(outcome, TurnResult):
            turn.finished.set_result(outcome)
        else:
            self._metrics.turns.labels(turn.channel, outcome.code).inc()
            turn.finished.set_exception(outcome)
            turn.finished.exception()  # seen, also where nobody waits any more

    async def _answer(self, turn: Turn) -> TurnResult:
        shopper = await turn.stored
        if shopper.repeated and (earlier := await self._earlier_replies(shopper)):
            return await self._result(turn, earlier)
        self._tell(turn.conversation, {"type": "typing", "on": True})
        try:
            answers = await self._respond(turn)
            kept = [self._keep(turn.conversation, shopper.seq, answer) for answer in answers]
            cart, replies = await asyncio.gather(self._cart(turn, answers), asyncio.gather(*kept))
        finally:
            self._tell(turn.conversation, {"type": "typing", "on": False})
        for reply in replies:
            self._tell(turn.conversation, {"type": "message", "message": message_as_json(reply)})
        result = TurnResult(_replies(replies), cart, understanding_of(replies))
        self._tell(turn.conversation, {"type": "cart", "cart": result.cart})
        outcome = "apology" if any(answer.is_apology for answer in answers) else "answered"
        self._metrics.turns.labels(turn.channel, outcome).inc()
        self._metrics.turn_seconds.observe(time.monotonic() - turn.arrived_s)
        return result

    async def _respond(self, turn: Turn) -> Sequence[Answer]:
        owner = self._responders.get(turn.conversation.status)
        if owner is None:
            return ()
        if turn.said.message is None:
            return (Answer(outdated_button(turn.speech)),)
        return await owner.respond(
            Question(
                turn.conversation.conversation_id,
                turn.said.message,
                turn.page_language or turn.conversation.language,
                turn.speech,
                turn.channel,
                turn.customer_id,
                turn.arrived_s + self._turn_timeout_s,
            )
        )

    def _keep(
        self, conversation: OpenConversation, in_reply_to: int, answer: Answer
    ) -> "asyncio.Future[StoredMessage]":
        sealed, issued = seal(answer.reply)
        self._buttons.remember(conversation.conversation_id, issued)
        changed = sealed.language if sealed.language != conversation.language else None
        conversation.language = sealed.language
        payload: dict[str, Any] = stored_reply(
            sealed.as_json(), in_reply_to, buttons_as_json(issued), answer.understanding
        )
        return self._writer.append(
            NewMessage(conversation.conversation_id, Direction.BOT, sealed.text, payload, language=changed)
        )

    async def _earlier_replies(self, shopper: StoredMessage) -> list[StoredMessage]:
        rows = await self._database.read(
            message_history,
            shopper.conversation_id,
            after_seq=shopper.seq,
            limit=_ANSWERS_LOOKED_AT,
            newest=False,
        )
        return [row for row in rows if row.payload and row.payload.get("in_reply_to") == shopper.seq]

    async def _result(self, turn: Turn, replies: Sequence[StoredMessage]) -> TurnResult:
        cart = await self.carts.read(turn.conversation.conversation_id, turn.speech)
        return TurnResult(_replies(replies), cart, understanding_of(replies))

    async def _cart(self, turn: Turn, answers: Sequence[Answer]) -> JsonObject:
        language = answers[-1].reply.language if answers else turn.speech
        return await self.carts.read(turn.conversation.conversation_id, language)


def _replies(messages: Sequence[StoredMessage]) -> tuple[JsonObject, ...]:
    return tuple(reply for message in messages if (reply := reply_of(message)) is not None)


def _speech(said: Said, conversation: OpenConversation, page: Language | None) -> Language:
    """Return the language of the gateway's own words: of the script, else of the conversation, else of the page."""
    if said.button_id is None and has_han(said.shown):
        return "zh"
    return conversation.language or page or "en"
