"""Whose conversation it is: conversations are opened, remembered, and closed to others here."""

from collections import OrderedDict
from dataclasses import dataclass
from functools import partial

from bot.gateway.errors import ForbiddenConversationError
from bot.gateway.texts import Language, as_language
from catalog.repositories.conversations import (
    ConversationView,
    change_conversation,
    get_conversation,
    open_conversation,
)
from catalog.session import Database

REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks: a session from a signed cookie, and the customer signed in to it. Both None for an API client."""

    session_id: str | None = None
    customer_id: str | None = None


@dataclass(slots=True)
class OpenConversation:
    """A conversation as the gateway works with it; `language` is that of the last reply."""

    conversation_id: str
    session_id: str | None
    customer_id: str | None
    language: Language | None

    def belongs_to(self, visitor: Visitor) -> bool:
        """Tell whether the visitor may read and write it.

        One begun without a session is open to whoever knows its id. One of a session is that session's alone, and
        once a customer has spoken in it, only while that customer is signed in.
        """
        if self.session_id is None:
            return True
        return self.session_id == visitor.session_id and self.customer_id in (None, visitor.customer_id)

    def customer_of(self, visitor: Visitor) -> str | None:
        """Return the verified customer who speaks: never in a conversation without a session."""
        return visitor.customer_id if self.session_id is not None else None


class ConversationAccess:
    """Opens conversations for visitors; those under way are remembered."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: OrderedDict[str, OpenConversation] = OrderedDict()

    async def find(self, conversation_id: str, visitor: Visitor) -> OpenConversation | None:
        """Return a conversation that exists, None where it does not.

        Raises:
            ForbiddenConversationError: it is somebody else's.
        """
        known = self._known.get(conversation_id)
        if known is not None and not known.belongs_to(visitor):  # it may have moved to another session since
            self.forget(conversation_id)
            known = None
        if known is None:
            view = await self._database.read(get_conversation, conversation_id)
            known = self._remember(view) if view else None
        if known is not None and not known.belongs_to(visitor):
            raise ForbiddenConversationError
        return known

    async def open(
        self, conversation_id: str, visitor: Visitor, channel: str, language: Language | None
    ) -> OpenConversation:
        """Return a conversation, made where it does not exist; a signed-in customer becomes its owner.

        Raises:
            ForbiddenConversationError: it is somebody else's.
        """
        conversation = await self.find(conversation_id, visitor)
        if conversation is None:
            view = await self._database.run(
                partial(
                    open_conversation,
                    channel=channel,
                    session_id=visitor.session_id,
                    customer_id=visitor.customer_id,
                    language=language,
                ),
                conversation_id,
            )
            conversation = self._remember(view)
            if not conversation.belongs_to(visitor):  # somebody else was faster
                raise ForbiddenConversationError
        customer = conversation.customer_of(visitor)
        if customer is not None and conversation.customer_id is None:
            await self._database.run(partial(change_conversation, customer_id=customer), conversation_id)
            conversation.customer_id = customer
        return conversation

    async def of_desk(self, conversation_id: str) -> OpenConversation | None:
        """Return a conversation for the desk, whosever it is; None where there is none."""
        known = self._known.get(conversation_id)
        if known is None:
            view = await self._database.read(get_conversation, conversation_id)
            known = self._remember(view) if view else None
        return known

    def forget(self, conversation_id: str) -> None:
        """Read a conversation anew next time: its session or its customer has changed."""
        self._known.pop(conversation_id, None)

    def _remember(self, view: ConversationView) -> OpenConversation:
        conversation = self._known.setdefault(
            view.conversation_id,
            OpenConversation(
                view.conversation_id,
                view.session_id,
                view.customer_id,
                as_language(view.language),
            ),
        )
        self._known.move_to_end(view.conversation_id)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return conversation
