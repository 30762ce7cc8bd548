"""Messages as the model server reads them."""

from typing import Any

from rasa.shared.core.events import UserUttered


def said(intent: str, text: str = "text", /, **extra: Any) -> UserUttered:
    """Return a message that was understood; `extra` are further keys of the reading, which Rasa's own type lacks."""
    reading: Any = {"intent": {"name": intent}, **extra}
    return UserUttered(text, reading["intent"], [], reading)
