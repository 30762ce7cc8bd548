"""The chat: takes a message, keeps it, has it answered in its turn, keeps the answers, and tells all who watch.

Who has the conversation is read with the message, in its transaction: the assistant is asked only while it has it.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from bot.desk.hand_over import HandOver
from bot.desk.waiting import Waiting
from bot.desk.words import BACK_TO_BOT, wants_assistant
from bot.gateway.buttons import ButtonMemory, buttons_as_json, seal
from bot.gateway.cart_reader import CartReader
from bot.gateway.conversation_access import ConversationAccess, OpenConversation, Visitor
from bot.gateway.errors import BusyError, GatewayError
from bot.gateway.hand_over_replies import REQUESTED, hand_over_answers, own_words, receipt
from bot.gateway.hub import Hub
from bot.gateway.incoming import Incoming, MessageReader, Said
from bot.gateway.lanes import Lanes
from bot.gateway.message_writer import MessageWriter
from bot.gateway.metrics import GatewayMetrics
from bot.gateway.presentation import JsonObject, message_as_json, reply_of, stored_reply, understanding_of
from bot.gateway.reply import HAND_OVER, outdated_button
from bot.gateway.responder import Answer, Question, Responder
from bot.gateway.texts import Language, has_han
from catalog.errors import CatalogError, NotOwnerError
from catalog.models import ConversationStatus, Direction
from catalog.repositories.conversations import NewMessage, StoredMessage, message_history
from catalog.session import Database

_LOG = logging.getLogger(__name__)
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
    queues_behind: bool = False
    arrived_s: float = field(default_factory=time.monotonic)


class Chat:
    """Everything that happens to a message, independent of the channel that it came by.

    Args:
        database: the shop.
        writer: keeps messages.
        lanes: order and bounds.
        hub: who watches.
        assistant: who answers while the conversation is the bot's. Otherwise messages are kept, and shown to all who
            watch: the desk among them.
        hand_over: the way to a person and back.
        turn_timeout_s: longest time from arrival to an answer.
    """

    def __init__(
        self,
        database: Database,
        writer: MessageWriter,
        lanes: Lanes,
        hub: Hub,
        assistant: Responder,
        hand_over: HandOver,
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
        self._assistant = assistant
        self._hand_over = hand_over
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
            self._lanes.is_busy(incoming.conversation_id),
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
        except Exception as error:  # a fault of ours: the shopper is told, and what waits behind goes on
            _LOG.error("a turn failed: %s", type(error).__name__, exc_info=error)
            self._end(turn, GatewayError(type(error).__name__))
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
        if shopper.repeated and (earlier := await self._earlier_replies(shopper)) is not None:
            return await self._result(turn, earlier)
        replies, outcome = await self._replies(turn, shopper)
        for reply in replies:
            self._tell(turn.conversation, {"type": "message", "message": message_as_json(reply)})
        result = await self._result(turn, replies)
        self._tell(turn.conversation, {"type": "cart", "cart": result.cart})
        self._metrics.turns.labels(turn.channel, outcome).inc()
        self._metrics.turn_seconds.observe(time.monotonic() - turn.arrived_s)
        return result

    async def _replies(self, turn: Turn, shopper: StoredMessage) -> tuple[Sequence[StoredMessage], str]:
        """Return what is said to a message, stored, and what became of the turn."""
        owner = shopper.status
        if turn.queues_behind:  # the turn before may have changed it
            owner = await self._hand_over.owner(shopper.conversation_id)
        match owner:
            case ConversationStatus.HUMAN:
                return (), "desk"
            case ConversationStatus.QUEUED:
                return await self._while_waiting(turn, shopper), "desk"
            case ConversationStatus.CLOSED:
                await self._hand_over.reopen(shopper.conversation_id)
                await self._assistant.resume(shopper.conversation_id)
        if turn.said.message == BACK_TO_BOT:
            return await self._keep_all(
                turn, shopper, [Answer(own_words("desk_already_back", turn.speech))]
            ), "answered"
        return await self._assistants_replies(turn, shopper)

    async def _assistants_replies(self, turn: Turn, shopper: StoredMessage) -> tuple[Sequence[StoredMessage], str]:
        self._tell(turn.conversation, {"type": "typing", "on": True})
        try:
            answers = await self._respond(turn)
            reason = _hand_over_reason(turn.said, answers)
            if reason is not None:
                return await self._pass_on(turn, shopper, answers, reason), "handed_over"
            kept = await self._keep_all(turn, shopper, answers)
        finally:
            self._tell(turn.conversation, {"type": "typing", "on": False})
        if not kept:
            return kept, "too_late"
        return kept, "apology" if any(answer.is_apology for answer in answers) else "answered"

    async def _respond(self, turn: Turn) -> Sequence[Answer]:
        if turn.said.message is None:
            return (Answer(outdated_button(turn.speech)),)
        return await self._assistant.respond(
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

    async def _pass_on(
        self, turn: Turn, shopper: StoredMessage, answers: Sequence[Answer], reason: str
    ) -> Sequence[StoredMessage]:
        """Put the conversation into the queue and say so, in one transaction: what is said has happened."""

        def compose(waiting: Waiting) -> list[NewMessage]:
            told = hand_over_answers(answers, waiting, reason, turn.channel)
            return [self._new_message(turn.conversation, shopper.seq, answer, notice=True) for answer in told]

        return await self._hand_over.ask(shopper.conversation_id, reason, compose)

    async def _while_waiting(self, turn: Turn, shopper: StoredMessage) -> Sequence[StoredMessage]:
        """Go back to the assistant where the shopper wants that; else only confirm a message that nobody reads yet."""
        language = turn.speech
        if turn.said.message == BACK_TO_BOT or (turn.said.message and wants_assistant(turn.said.message)):
            answer = Answer(own_words("desk_resumed", language), notice="resumed")
            message = self._new_message(turn.conversation, shopper.seq, answer, notice=True)
            stored = await self._hand_over.stop_waiting(shopper.conversation_id, message)
            if stored is not None:
                await self._assistant.resume(shopper.conversation_id)
            return stored or ()
        if not await self._hand_over.owes_receipt(shopper.conversation_id):
            return ()
        return await self._keep_all(turn, shopper, [Answer(receipt(language), notice="taken")], notice=True)

    async def _keep_all(
        self, turn: Turn, shopper: StoredMessage, answers: Sequence[Answer], *, notice: bool = False
    ) -> list[StoredMessage]:
        """Keep answers; those that come too late, because a person has the conversation now, are dropped."""
        kept = [
            self._writer.append(self._new_message(turn.conversation, shopper.seq, answer, notice=notice))
            for answer in answers
        ]
        outcomes = await asyncio.gather(*kept, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException) and not isinstance(outcome, NotOwnerError):
                raise outcome
        return [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]

    def _new_message(
        self, conversation: OpenConversation, in_reply_to: int, answer: Answer, *, notice: bool
    ) -> NewMessage:
        sealed, issued = seal(answer.reply)
        self._buttons.remember(conversation.conversation_id, issued)
        changed = sealed.language if sealed.language != conversation.language else None
        conversation.language = sealed.language
        payload: dict[str, Any] = stored_reply(
            sealed.as_json(), in_reply_to, buttons_as_json(issued), answer.understanding, answer.notice
        )
        return NewMessage(
            conversation.conversation_id, Direction.BOT, sealed.text, payload, language=changed, notice=notice
        )

    async def _earlier_replies(self, shopper: StoredMessage) -> list[StoredMessage] | None:
        """Return the replies that a message had when it came first; None where it still waits for one."""
        rows = await self._database.read(
            message_history,
            shopper.conversation_id,
            after_seq=shopper.seq,
            limit=_ANSWERS_LOOKED_AT,
            newest=False,
        )
        replies = [row for row in rows if row.payload and row.payload.get("in_reply_to") == shopper.seq]
        seen_by_desk = any(row.direction is Direction.AGENT or (row.payload or {}).get("notice") for row in rows)
        return replies if replies or seen_by_desk else None

    async def _result(self, turn: Turn, replies: Sequence[StoredMessage]) -> TurnResult:
        language = turn.conversation.language if replies and turn.conversation.language else turn.speech
        cart = await self.carts.read(turn.conversation.conversation_id, language)
        return TurnResult(_replies(replies), cart, understanding_of(replies))


def _replies(messages: Sequence[StoredMessage]) -> tuple[JsonObject, ...]:
    return tuple(reply for message in messages if (reply := reply_of(message)) is not None)


def _hand_over_reason(said: Said, answers: Sequence[Answer]) -> str | None:
    """Return why a person is wanted: by a reply, or by a shopper who asks for one while the dialogue is down."""
    for answer in answers:
        if answer.reply.handoff is not None:
            return answer.reply.handoff.reason
    if said.message == HAND_OVER and any(answer.is_apology for answer in answers):
        return REQUESTED
    return None


def _speech(said: Said, conversation: OpenConversation, page: Language | None) -> Language:
    """Return the language of the gateway's own words: of the script, else of the conversation, else of the page."""
    if said.button_id is None and has_han(said.shown):
        return "zh"
    return conversation.language or page or "en"
