"""What a button of Telegram's own (paging, language) carries: a short text that only this server can have made."""

import base64
import hashlib
import hmac

_LENGTH = 12


class SignedData:
    """Signs callback data for one chat and conversation, so that nobody can press a button that was not issued there.

    Args:
        key: the server's secret.
    """

    def __init__(self, key: bytes) -> None:
        self._key = hmac.digest(key, b"telegram buttons", hashlib.sha256)

    def sign(self, body: str, chat_id: int, conversation_id: str) -> str:
        """Return the data, at most 64 bytes for a body of 40."""
        return f"{body}:{self._mark(body, chat_id, conversation_id)}"

    def read(self, data: str, chat_id: int, conversation_id: str) -> list[str] | None:
        """Return the parts of a body that was signed for this chat and conversation, else None."""
        body, _, mark = data.rpartition(":")
        if not hmac.compare_digest(mark.encode(), self._mark(body, chat_id, conversation_id).encode()):
            return None
        return body.split(":")

    def _mark(self, body: str, chat_id: int, conversation_id: str) -> str:
        digest = hmac.digest(self._key, f"{chat_id}\n{conversation_id}\n{body}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest[:_LENGTH]).decode()
