"""One conversation on its way to Chatwoot: opened there, told, asked about, and resolved in the end."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any, Final

from bot.desk.chatwoot.agents_side import AgentsSide
from bot.desk.chatwoot.client import CONVERSATION_KEY, ChatwootClient
from bot.desk.chatwoot.errors import MissingError, RefusedError
from bot.desk.chatwoot.events import AgentSaid, JsonObject, read_message
from bot.desk.chatwoot.notes import is_news_for_chatwoot, opening_note, said_line, shopper_name
from bot.desk.chatwoot.words import language_or_english, word
from bot.desk.hand_over import NOBODY
from catalog.models import Direction
from catalog.models.base import utc_now
from catalog.repositories.chatwoot_links import Work, note_link
from catalog.repositories.conversations import StoredMessage, message_history
from catalog.repositories.customers import CustomerView, get_customer
from catalog.session import Database

_LOG = logging.getLogger(__name__)
LEASE: Final = timedelta(seconds=120)
CHECK_EVERY: Final = timedelta(seconds=60)  # Chatwoot does not repeat a webhook that got no answer
GIVE_UP_AFTER: Final = 3
_LOOKED_AT: Final = 100
_PAGE: Final = 20
_WANTED: Final = frozenset({"queued", NOBODY})
_ENDED: Final = frozenset({"left", "closed", "resumed"})
_OVER: Final = "resolved"


class LostError(Exception):
    """Another process carries the conversation now."""


class Carrier:
    """Brings one claimed conversation up to date.

    Every step is noted before the next, and what Chatwoot may have done already is looked for first, so that nothing
    is there twice.

    Args:
        work: the conversation.
        worker: the name under which it was claimed.
    """

    def __init__(self, database: Database, client: ChatwootClient, agents: AgentsSide, work: Work, worker: str) -> None:
        self._database = database
        self._client = client
        self._agents = agents
        self._work = work
        self._worker = worker
        self._language = language_or_english(work.language)
        self._contact_id = work.contact_id
        self._chatwoot_id = work.chatwoot_id
        self._sent_seq = work.sent_seq
        self._tried_before = work.failures > 0 or work.dropped
        self.sent = 0
        self.given_up = 0

    async def carry(self, *, ask: bool) -> None:
        """Do what there is to do.

        Args:
            ask: ask Chatwoot how the conversation stands, though it was asked lately.

        Raises:
            ChatwootError: not now, or not at all; it may be tried again.
            LostError: another process has taken over.
        """
        try:
            if self._work.with_desk:
                await self._carry_on(ask=ask)
            elif self._work.is_open:
                await self._finish()
        except MissingError:
            await self._note(chatwoot_id=None, contact_id=None, is_open=False, sent_seq=0)  # deleted: opened anew
            raise

    async def _carry_on(self, *, ask: bool) -> None:
        checked_at = self._work.checked_at
        if not self._work.is_open_now:
            await self._open()
            checked_at = utc_now()
        await self._send_news(None)
        if ask or checked_at is None or checked_at <= utc_now() - CHECK_EVERY:
            await self._check()

    async def _open(self) -> None:
        messages = await self._database.read(message_history, self._work.conversation_id, limit=_LOOKED_AT)
        customer = None
        if self._work.customer_id is not None:
            customer = await self._database.read(get_customer, self._work.customer_id)
        known = self._contact_id is not None or self._tried_before
        if self._contact_id is None:
            self._contact_id, found = await self._contact(customer)
            known = known or found
            await self._note(contact_id=self._contact_id)
        first = self._chatwoot_id is None
        if self._chatwoot_id is not None:
            await self._client.set_status(self._chatwoot_id, "open")
        else:
            await self._open_first(self._contact_id, known=known)
            await self._note(chatwoot_id=self._chatwoot_id)
        wish = _wish(messages)
        before = [message for message in messages if message.seq <= wish]
        note = opening_note(self._work, before, customer.name if customer else None)
        await self._post(note, f"opened-{self._work.version}", private=True)
        self._sent_seq = wish - 1 if first else max(wish - 1, self._sent_seq)
        opened_for = self._work.waiting_since
        await self._note(is_open=True, opened_for=opened_for, sent_seq=self._sent_seq, checked_at=utc_now())

    async def _contact(self, customer: CustomerView | None) -> tuple[int, bool]:
        """Return the contact, and whether it was there already."""
        if customer is None:
            identifier = f"shopkeeper-{self._work.conversation_id}"
            fields = {"identifier": identifier, "name": shopper_name(self._work.conversation_id, self._language)}
            found = await self._client.find_contact("identifier", identifier)
        else:
            fields = {"identifier": f"shopkeeper-customer-{customer.customer_id}", "name": customer.name}
            found = await self._client.find_contact("identifier", fields["identifier"])
            if found is None and customer.email:
                found = await self._client.find_contact("email", customer.email)
                fields["email"] = customer.email
        if found is not None:
            return found, True
        try:
            return await self._client.create_contact(fields), False
        except RefusedError:
            if fields.pop("email", None) is None:
                raise
            return await self._client.create_contact(fields), False  # an address that Chatwoot does not like

    async def _open_first(self, contact_id: int, *, known: bool) -> None:
        work = self._work
        if known:
            self._chatwoot_id = await self._client.find_conversation(contact_id, work.conversation_id)
        if self._chatwoot_id is not None:
            await self._client.set_status(self._chatwoot_id, "open")
            return
        attributes = {
            CONVERSATION_KEY: work.conversation_id,
            "shopkeeper_reason": work.reason or "",
            "shopkeeper_channel": work.channel,
            "shopkeeper_language": self._language,
        }
        source = f"shopkeeper-{work.conversation_id}"
        self._chatwoot_id = await self._client.create_conversation(contact_id, source, attributes)

    async def _send_news(self, last_seq: int | None) -> None:
        """Send what was said since, up to a number."""
        while True:
            messages = await self._database.read(
                message_history, self._work.conversation_id, after_seq=self._sent_seq, limit=_PAGE, newest=False
            )
            messages = [message for message in messages if last_seq is None or message.seq <= last_seq]
            for message in messages:
                if is_news_for_chatwoot(message):
                    await self._send(message)
                    self._tried_before = False
                self._sent_seq = message.seq
                await self._note(sent_seq=message.seq)
            if len(messages) < _PAGE:
                return

    async def _send(self, message: StoredMessage) -> None:
        """Send a message; one that Chatwoot refuses again and again is left out."""
        private = message.direction is not Direction.SHOPPER
        text = (said_line(message, self._language) or "") if private else message.text
        try:
            await self._post(text, f"message-{message.seq}", private=private)
            self.sent += 1
        except RefusedError:
            if self._work.failures + 1 < GIVE_UP_AFTER:
                raise
            self.given_up += 1

    async def _check(self) -> None:
        """Take over what Chatwoot's webhooks may not have told."""
        assert self._chatwoot_id is not None
        conversation_id = self._work.conversation_id
        over = await self._client.status_of(self._chatwoot_id) == _OVER
        seen = self._work.seen_message_id
        for message in await self._client.messages(self._chatwoot_id):
            said = _said(message, self._chatwoot_id)
            if said is not None and said.message_id > self._work.seen_message_id:
                await self._agents.say(conversation_id, said)
                seen = max(seen, said.message_id)
        await self._note(checked_at=utc_now(), seen_message_id=seen)
        if over:
            await self._agents.end(conversation_id, self._work.waiting_since)

    async def _finish(self) -> None:
        """Say how it ended and resolve it there; what the shopper said after the end is the assistant's."""
        messages = await self._database.read(message_history, self._work.conversation_id, limit=_LOOKED_AT)
        ends = [(message.seq, name) for message in messages if (name := _notice(message)) in _ENDED]
        seq, how = ends[-1] if ends else (self._sent_seq, "left")
        if seq > self._sent_seq:
            await self._send_news(seq)
        assert self._chatwoot_id is not None
        if how != "left":
            text = word("note_back" if how == "resumed" else "note_over", self._language)
            await self._post(text, f"ended-{self._work.version}", private=True)
        await self._client.set_status(self._chatwoot_id, "resolved")
        await self._note(is_open=False)

    async def _post(self, text: str, mark: str, *, private: bool) -> None:
        assert self._chatwoot_id is not None
        if self._tried_before and await self._client.has_mark(self._chatwoot_id, mark):
            return
        if private:
            await self._client.add_note(self._chatwoot_id, text, mark)
        else:
            await self._client.say(self._chatwoot_id, text, mark)

    async def _note(self, **changes: Any) -> None:
        change = partial(note_link, now=utc_now(), lease=LEASE, **changes)
        here = await self._database.run(change, self._work.conversation_id, self._worker)
        if not here:
            raise LostError(self._work.conversation_id)


def _wish(messages: Sequence[StoredMessage]) -> int:
    """Return the number of the shopper's message that led to the queue, of the last one where that is not known."""
    ended = max((message.seq for message in messages if _notice(message) in _ENDED), default=0)
    asked = max((message.seq for message in messages if _notice(message) in _WANTED), default=0)
    said = [m.seq for m in messages if m.direction is Direction.SHOPPER and (asked <= ended or m.seq < asked)]
    return max(said, default=messages[-1].seq + 1 if messages else 1)


def _said(message: JsonObject, chatwoot_id: int) -> AgentSaid | None:
    try:
        return read_message(message, chatwoot_id)
    except ValueError as error:
        _LOG.warning("a message of Chatwoot cannot be read: %s", error)
        return None


def _notice(message: StoredMessage) -> str | None:
    return (message.payload or {}).get("notice")
