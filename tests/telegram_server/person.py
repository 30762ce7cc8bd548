"""A person in Telegram: makes the updates that the Bot API documents."""

import itertools
from typing import Any

from tests.telegram_server.server import Shown, TelegramServer

_UPDATE_IDS = itertools.count(700_000_000)
_MESSAGE_IDS = itertools.count(1)
_QUERY_IDS = itertools.count(5000)


class Person:
    """Somebody with a private chat, whose number is theirs."""

    def __init__(self, server: TelegramServer, number: int, language: str | None = "en") -> None:
        self._server = server
        self.number = number
        self._user: dict[str, Any] = {"id": number, "is_bot": False, "first_name": f"P{number}"}
        if language:
            self._user["language_code"] = language

    @property
    def seen(self) -> list[Shown]:
        """The bot's messages in this chat."""
        return self._server.chats.get(self.number, [])

    @property
    def texts(self) -> list[str]:
        """The bot's texts in this chat."""
        return self._server.texts(self.number)

    def says(self, text: str) -> dict[str, Any]:
        """Return the update of a text message."""
        return self._update("message", self._message(text=text))

    def sends(self, **content: Any) -> dict[str, Any]:
        """Return the update of a message of another kind."""
        return self._update("message", self._message(**content))

    def edits(self, text: str) -> dict[str, Any]:
        """Return the update of a changed message."""
        return self._update("edited_message", self._message(text=text, edit_date=1_790_000_100))

    def presses(self, data: str, shown: Shown | None = None) -> dict[str, Any]:
        """Return the update of a pressed button."""
        query_id = str(next(_QUERY_IDS))
        self._server.open_queries.add(query_id)
        message = self._message(text="x") | {"from": {"id": 4200, "is_bot": True, "first_name": "Lantern"}}
        if shown is not None:
            message["message_id"] = shown.message_id
            if shown.photo is not None:
                del message["text"]
                message |= {
                    "caption": shown.text,
                    "photo": [{"file_id": shown.photo, "file_unique_id": shown.photo, "width": 9, "height": 9}],
                }
        query = {"id": query_id, "from": self._user, "message": message, "chat_instance": "1", "data": data}
        return self._update("callback_query", query)

    def searches(self, text: str) -> dict[str, Any]:
        """Return the update of an inline query."""
        query = {"id": str(next(_QUERY_IDS)), "from": self._user, "query": text, "offset": ""}
        return self._update("inline_query", query)

    def membership(self, status: str, chat: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the update of the bot's own membership in a chat, this person's private one by default."""
        bot = {"id": 4200, "is_bot": True, "first_name": "Lantern", "username": "lantern_bot"}
        member: dict[str, Any] = {"user": bot, "status": status}
        if status == "kicked":
            member["until_date"] = 0
        change = {
            "chat": chat or self._chat(),
            "from": self._user,
            "date": 1_790_000_000,
            "old_chat_member": {"user": bot, "status": "left"},
            "new_chat_member": member,
        }
        return self._update("my_chat_member", change)

    def says_in_group(self, text: str, group: int) -> dict[str, Any]:
        """Return the update of a message in a group."""
        message = self._message(text=text) | {"chat": {"id": group, "type": "group", "title": "Friends"}}
        return self._update("message", message)

    def _chat(self) -> dict[str, Any]:
        return {"id": self.number, "type": "private", "first_name": self._user["first_name"]}

    def _message(self, **content: Any) -> dict[str, Any]:
        return {
            "message_id": next(_MESSAGE_IDS),
            "from": self._user,
            "chat": self._chat(),
            "date": 1_790_000_000,
            **content,
        }

    def _update(self, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        return {"update_id": next(_UPDATE_IDS), kind: content}
