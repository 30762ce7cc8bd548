"""Who watches which conversation: several tabs of one conversation all see its messages."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from bot.gateway.conversation_access import OpenConversation, Visitor


class Watcher(Protocol):
    """An open WebSocket, as the hub sees it."""

    @property
    def visitor(self) -> Visitor:
        """Who is at the other end, as of now."""
        ...

    def post(self, frame: dict[str, Any]) -> None:
        """Take a frame without waiting; one that cannot keep up ends itself."""
        ...

    def end(self) -> None:
        """Close soon: the session has changed, and the shopper's page shall connect anew."""
        ...


class Hub:
    """Frames go to all who watch a conversation and may."""

    def __init__(self) -> None:
        self._watchers: dict[str, set[Watcher]] = {}
        self._everywhere: list[Callable[[OpenConversation, dict[str, Any]], None]] = []

    def watch_all(self, callback: Callable[[OpenConversation, dict[str, Any]], None]) -> None:
        """Have a function called with every frame of every conversation; it must not wait."""
        self._everywhere.append(callback)

    def unwatch_all(self, callback: Callable[[OpenConversation, dict[str, Any]], None]) -> None:
        """Call a function of `watch_all` no more."""
        self._everywhere.remove(callback)

    @contextmanager
    def watching(self, conversation_id: str, watcher: Watcher) -> Iterator[None]:
        """Let a watcher get the conversation's frames while the context lasts."""
        watchers = self._watchers.setdefault(conversation_id, set())
        watchers.add(watcher)
        try:
            yield
        finally:
            watchers.discard(watcher)
            if not watchers and self._watchers.get(conversation_id) is watchers:
                del self._watchers[conversation_id]

    @property
    def watched(self) -> tuple[str, ...]:
        """Return the conversations that shoppers look at now."""
        return tuple(self._watchers)

    def publish(self, conversation: OpenConversation, frame: dict[str, Any]) -> None:
        """Hand a frame to everybody who watches and to whom the conversation belongs."""
        for callback in tuple(self._everywhere):
            callback(conversation, frame)
        for watcher in tuple(self._watchers.get(conversation.conversation_id, ())):
            if conversation.belongs_to(watcher.visitor):
                watcher.post(frame)

    def tell_listeners(self, conversation: OpenConversation, frame: dict[str, Any]) -> None:
        """Hand a frame to the functions of `watch_all` alone: what the shopper does, and needs not be told."""
        for callback in tuple(self._everywhere):
            callback(conversation, frame)

    def end_session(self, session_id: str) -> None:
        """Close what a session has open, so that nobody goes on as the customer who has just signed out."""
        for watchers in tuple(self._watchers.values()):
            for watcher in tuple(watchers):
                if watcher.visitor.session_id == session_id:
                    watcher.end()
