"""What a shopper said: typed text, or a button that stands for something else."""

from dataclasses import dataclass

from bot.gateway.buttons import MESSAGES_LOOKED_AT, ButtonMemory, IssuedButton, find_stored, is_button_id
from bot.gateway.texts import Language
from bot.gateway.typed_text import clean_typed_text
from catalog.models import Direction
from catalog.repositories.conversations import message_history
from catalog.session import Database

UNKNOWN_BUTTON = "…"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as a channel hands it over; `button_id` is the opaque id of a tapped button.

    `payload` is what a channel's own command stands for: it goes to the dialogue as it is, never from outside.
    """

    conversation_id: str
    text: str
    channel: str
    button_id: str | None = None
    client_message_id: str | None = None
    language: Language | None = None
    payload: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A message with what it means.

    `shown` is kept in the history, `message` goes to the dialogue: None for a button that is not valid (any more).
    """

    shown: str
    message: str | None
    button_id: str | None = None


class MessageReader:
    """Finds out what a message means; an id counts only in the conversation that it was issued in."""

    def __init__(self, database: Database, buttons: ButtonMemory) -> None:
        self._database = database
        self._buttons = buttons

    async def read(self, incoming: Incoming) -> Said:
        """Return what was said.

        Raises:
            EmptyMessageError, MessageTooLongError: see `clean_typed_text`.
        """
        if incoming.payload is not None:
            return Said(clean_typed_text(incoming.text), incoming.payload)
        if incoming.button_id is None and not is_button_id(incoming.text):
            text = clean_typed_text(incoming.text)
            return Said(text, text)
        button_id = incoming.button_id or incoming.text.strip()
        issued = await self._find(incoming.conversation_id, button_id) if is_button_id(button_id) else None
        if issued is not None:
            return Said(issued.title, issued.payload, button_id)
        title = incoming.text if incoming.button_id and incoming.text.strip() else UNKNOWN_BUTTON
        return Said(clean_typed_text(title), None, button_id[:64])

    async def _find(self, conversation_id: str, button_id: str) -> IssuedButton | None:
        known = self._buttons.find(conversation_id, button_id)
        if known is not None:
            return known
        rows = await self._database.read(message_history, conversation_id, limit=2 * MESSAGES_LOOKED_AT)
        return find_stored(button_id, [row.payload for row in rows if row.direction is Direction.BOT])
