"""Who of the desk looks on now, and what each of them is told."""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from bot.desk.agent_sessions import AgentSession
from bot.desk.presentation import item_as_json
from bot.gateway.conversation_access import OpenConversation
from bot.gateway.presentation import JsonObject
from catalog.models import ConversationStatus
from catalog.repositories.desk_work import DeskItem

_WITH_DESK = (ConversationStatus.QUEUED, ConversationStatus.HUMAN)


class AgentLine(Protocol):
    """An open WebSocket of an agent, as the board sees it."""

    agent_id: int
    session: AgentSession
    sees_all: bool
    watching: set[str]

    def post(self, frame: JsonObject) -> None:
        """Take a frame without waiting; one that cannot keep up ends itself."""
        ...

    def end(self) -> None:
        """Close soon: the sign-in has ended."""
        ...

    def restart(self) -> None:
        """Close soon: the server restarts."""
        ...


class Board:
    """The desk's open lines, and a mirror of who has which conversation, by which frames find their way.

    The mirror only routes; whether an agent may do something is asked of the database.

    Args:
        refresh: called with a waiting conversation that has a new message, so that its row is sent to all.
    """

    def __init__(self, refresh: Callable[[str], None]) -> None:
        self._refresh = refresh
        self._lines: set[AgentLine] = set()
        self._items: dict[str, DeskItem] = {}
        self._unread: dict[str, int] = {}
        self._told: dict[str, int] = {}

    @property
    def lines(self) -> tuple[AgentLine, ...]:
        """Return the open lines."""
        return tuple(self._lines)

    def join(self, line: AgentLine) -> None:
        """Tell a line from now on."""
        self._lines.add(line)

    def leave(self, line: AgentLine) -> None:
        """Tell a line no more."""
        self._lines.discard(line)

    def version(self, conversation_id: str) -> int | None:
        """Return the version of the row that was sent last, None for one that is not the desk's."""
        return self._told.get(conversation_id)

    def known(self) -> tuple[str, ...]:
        """Return the conversations of the desk."""
        return tuple(self._items)

    def learn(self, items: Iterable[DeskItem], *, told: bool = False) -> None:
        """Note how conversations stand without telling anybody: a line that reads them now is routed by them.

        Args:
            items: rows of the desk.
            told: nobody has to be told of them later.
        """
        for item in items:
            known = self._items.get(item.conversation_id)
            if known is None or known.version < item.version:
                self._items[item.conversation_id] = item
                self._unread[item.conversation_id] = item.unread
                if told:
                    self._told[item.conversation_id] = item.version

    def show(self, item: DeskItem) -> None:
        """Send a conversation's row to all who may see it or have just lost it; an older one than before is dropped."""
        before = self._items.get(item.conversation_id)
        if before is not None and before.version > item.version:
            return
        if item.status in _WITH_DESK:
            self._items[item.conversation_id] = item
            self._unread[item.conversation_id] = item.unread
            self._told[item.conversation_id] = item.version
        else:
            self._told.pop(item.conversation_id, None)
            self._items.pop(item.conversation_id, None)
            self._unread.pop(item.conversation_id, None)
        shown = item_as_json(item)
        frame: JsonObject = {"type": "item", "item": shown}
        gone: JsonObject = {"type": "item", "item": shown | {"last": None, "summary": "", "unread": 0}}
        for line in self._lines:
            if line.sees_all or _may_list(item, line):
                line.post(frame)
                continue
            if before is not None and before.version == item.version and item.conversation_id in line.watching:
                line.post(frame)  # looked at by somebody who had it once
                continue
            watched = item.conversation_id in line.watching
            line.watching.discard(item.conversation_id)  # it has moved: who may still read it asks again
            if watched or (before is not None and _may_list(before, line)):
                line.post(gone)

    def hear(self, conversation: OpenConversation, frame: JsonObject) -> None:
        """Take a frame of the hub: what was said or typed anywhere."""
        conversation_id, kind = conversation.conversation_id, frame["type"]
        item = self._items.get(conversation_id)
        if kind == "message" and frame["message"]["direction"] != "agent":
            if item is not None and frame["message"]["direction"] == "shopper":
                self._unread[conversation_id] = self._unread.get(conversation_id, 0) + 1
            seen = {"understanding": None, "in_reply_to": None, "correction": None}
            self.tell_message(conversation_id, frame["message"] | seen)
            if item is not None and item.status is ConversationStatus.QUEUED:
                self._refresh(conversation_id)
        elif kind == "shopper_typing":
            typing = {"type": "typing", "conversation_id": conversation_id, "on": frame["on"], "who": "shopper"}
            self._post(self._concerned(conversation_id), typing)

    def agent_spoke(self, conversation_id: str, message: JsonObject) -> None:
        """Send an agent's message; with it the agent has seen what was said before."""
        self.read(conversation_id, 0)
        self.tell_message(conversation_id, message)

    def tell_message(self, conversation_id: str, message: JsonObject) -> None:
        """Send a message to whoever has the conversation or looks at it."""
        unread = self._unread.get(conversation_id, 0)
        frame = {"type": "message", "conversation_id": conversation_id, "message": message, "unread": unread}
        self._post(self._concerned(conversation_id), frame)

    def tell_typing(self, conversation_id: str, by: AgentLine, *, on: bool) -> None:
        """Send an agent's typing mark to others who look at the conversation."""
        frame = {"type": "typing", "conversation_id": conversation_id, "on": on, "who": "agent"}
        self._post((line for line in self._concerned(conversation_id) if line is not by), frame)

    def tell_note(self, conversation_id: str, note: JsonObject) -> None:
        """Send a new note to whoever has the conversation or looks at it."""
        frame = {"type": "note", "conversation_id": conversation_id, "note": note}
        self._post(self._concerned(conversation_id), frame)

    def tell_agents(self, agents: list[JsonObject]) -> None:
        """Send the list of agents to all."""
        self._post(tuple(self._lines), {"type": "agents", "agents": agents})

    def read(self, conversation_id: str, unread: int) -> None:
        """Note what is unread now."""
        if conversation_id in self._items:
            self._unread[conversation_id] = unread

    def end_session(self, session_id: str) -> None:
        """Close the lines of a sign-in."""
        for line in self.lines:
            if line.session.session_id == session_id:
                line.end()

    def end_outdated(self, credential_versions: Mapping[int, int]) -> None:
        """Close the lines of sign-ins that have ended; given are the versions of all active agents."""
        for line in self.lines:
            valid = credential_versions.get(line.agent_id) == line.session.credential_version
            if not valid or line.session.expires_s < time.time():
                line.end()

    def restart(self) -> None:
        """Close all lines; the consoles come back."""
        for line in self.lines:
            line.restart()

    def owner(self, conversation_id: str) -> int | None:
        """Return which agent has a conversation, by the mirror."""
        item = self._items.get(conversation_id)
        return item.agent_id if item else None

    def _concerned(self, conversation_id: str) -> list[AgentLine]:
        owner = self.owner(conversation_id)
        return [line for line in self._lines if line.agent_id == owner or conversation_id in line.watching]

    def _post(self, lines: Iterable[AgentLine], frame: JsonObject) -> None:
        for line in lines:
            line.post(frame)


def _may_list(item: DeskItem, line: AgentLine) -> bool:
    return item.status is ConversationStatus.QUEUED or item.agent_id == line.agent_id
