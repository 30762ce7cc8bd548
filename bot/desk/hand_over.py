"""The shopper's side of the hand-over: asking for a person, waiting, and going back to the assistant.

A change of owner and the words that tell of it are one transaction: what is said has happened.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.desk.hours import OpeningHours
from bot.desk.waiting import Waiting
from bot.desk.words import rounded_minutes
from catalog.models import Agent, ConversationStatus, Direction
from catalog.models.base import utc_now
from catalog.repositories.agents import someone_is_on
from catalog.repositories.conversations import NewMessage, StoredMessage, append_messages, message_history
from catalog.repositories.ownership import (
    Ownership,
    ask_for_person,
    ownership,
    peek,
    place_in_queue,
    reopen,
    stop_waiting,
)
from catalog.repositories.waiting import estimated_wait_s
from catalog.session import Database

NOBODY = "nobody"
_REASON_LENGTH = 32
_LOOKED_AT = 10
Compose = Callable[[Waiting], Sequence[NewMessage]]


class HandOver:
    """Moves conversations between assistant and queue.

    Args:
        database: the shop.
        hours: when the desk is open.
    """

    def __init__(self, database: Database, hours: OpeningHours) -> None:
        self._database = database
        self._hours = hours
        self._listeners: list[Callable[[str], None]] = []

    @property
    def hours(self) -> OpeningHours:
        """Return when the desk is open."""
        return self._hours

    def listen(self, callback: Callable[[str], None]) -> None:
        """Have a function called with every conversation whose owner has changed here; it must not wait."""
        self._listeners.append(callback)

    async def ask(self, conversation_id: str, reason: str, compose: Compose) -> list[StoredMessage]:
        """Put a conversation into the queue, then say what `compose` makes of how things stand; both, or nothing.

        Raises:
            CatalogError, SQLAlchemyError: nothing has happened.
        """
        stored = await self._database.run(self._ask, conversation_id, reason[:_REASON_LENGTH] or "requested", compose)
        self._changed(conversation_id)
        return stored

    async def stop_waiting(self, conversation_id: str, message: NewMessage) -> list[StoredMessage] | None:
        """Give a waiting conversation back to the assistant and say so; None where it does not wait any more."""
        stored = await self._database.run(_stop_waiting, conversation_id, message)
        self._changed(conversation_id)
        return stored

    async def reopen(self, conversation_id: str) -> Ownership:
        """Give a closed conversation to the assistant."""
        owner = await self._database.run(reopen, conversation_id, now=utc_now())
        self._changed(conversation_id)
        return owner

    async def owner(self, conversation_id: str) -> ConversationStatus:
        """Return who has a conversation now."""
        return (await self._database.read(_status, conversation_id)) or ConversationStatus.BOT

    async def how_it_stands(self, conversation_id: str) -> Waiting | None:
        """Return a conversation's owner, place and estimate; None where it does not exist."""
        return await self._database.read(self._how_it_stands, conversation_id)

    async def owes_receipt(self, conversation_id: str) -> bool:
        """Tell whether the shopper was told that nobody is there, and has had no word since."""
        rows = await self._database.read(message_history, conversation_id, limit=_LOOKED_AT)
        last = next((row for row in reversed(rows) if row.direction is not Direction.SHOPPER), None)
        return last is not None and (last.payload or {}).get("notice") == NOBODY

    def _changed(self, conversation_id: str) -> None:
        for callback in tuple(self._listeners):
            callback(conversation_id)

    def _ask(self, session: Session, conversation_id: str, reason: str, compose: Compose) -> list[StoredMessage]:
        now = utc_now()
        owner = ask_for_person(session, conversation_id, reason=reason, now=now)
        return append_messages(session, compose(self._waiting(session, owner, now)))

    def _how_it_stands(self, session: Session, conversation_id: str) -> Waiting | None:
        owner = peek(session, conversation_id)
        return self._waiting(session, owner, utc_now()) if owner else None

    def _waiting(self, session: Session, owner: Ownership, now: datetime) -> Waiting:
        if owner.status is not ConversationStatus.QUEUED:
            agent = session.get(Agent, owner.agent_id) if owner.agent_id is not None else None
            name = agent.name if agent else None
            return Waiting(owner, None, None, people_on=True, opens_at=None, asked_at=now, agent_name=name)
        opens_at = self._hours.next_opening(now)
        people_on = opens_at is None and someone_is_on(session, now=now)
        estimate = rounded_minutes(estimated_wait_s(session, now=now)) if people_on else None
        place = place_in_queue(session, owner.conversation_id)
        return Waiting(owner, place, estimate, people_on, opens_at, now)


def _stop_waiting(session: Session, conversation_id: str, message: NewMessage) -> list[StoredMessage] | None:
    if ownership(session, conversation_id).status is not ConversationStatus.QUEUED:
        return None
    stop_waiting(session, conversation_id, now=utc_now())
    return append_messages(session, [message])


def _status(session: Session, conversation_id: str) -> ConversationStatus | None:
    found = peek(session, conversation_id)
    return found.status if found else None
