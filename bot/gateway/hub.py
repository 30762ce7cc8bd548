"""Who watches which conversation: several tabs of one conversation all see its messages."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol


class Watcher(Protocol):
    """An open WebSocket, as the hub sees it."""

    def post(self, frame: dict[str, Any]) -> None:
        """Take a frame without waiting; one that cannot keep up ends itself."""
        ...


class Hub:
    """Frames go to all who watch a conversation."""

    def __init__(self) -> None:
        self._watchers: dict[str, set[Watcher]] = {}

    @contextmanager
    def watching(self, conversation_id: str, watcher: Watcher) -> Iterator[None]:
        """Let a watcher get the conversation's frames while the context lasts."""
        watchers = self._watchers.setdefault(conversation_id, set())
        watchers.add(watcher)
        try:
            yield
        finally:
            watchers.discard(watcher)
            if not watchers:
                self._watchers.pop(conversation_id, None)

    def is_watched(self, conversation_id: str) -> bool:
        """Tell whether anybody watches."""
        return conversation_id in self._watchers

    def publish(self, conversation_id: str, frame: dict[str, Any]) -> None:
        """Hand a frame to everybody who watches."""
        for watcher in tuple(self._watchers.get(conversation_id, ())):
            watcher.post(frame)
