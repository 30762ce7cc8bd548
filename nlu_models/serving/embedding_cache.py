"""The embeddings of the texts that were asked for last."""

from __future__ import annotations

from collections import OrderedDict


class EmbeddingCache:
    """A least-recently-used map from (kind, text) to a packed embedding; long texts are not kept."""

    _LONGEST = 2000

    def __init__(self, size: int) -> None:
        """Keep up to `size` entries; 0 keeps none."""
        self._size = size
        self._entries: OrderedDict[tuple[str, str], str] = OrderedDict()

    def get(self, kind: str, text: str) -> str | None:
        """Return the packed embedding, or None."""
        found = self._entries.get((kind, text))
        if found is not None:
            self._entries.move_to_end((kind, text))
        return found

    def put(self, kind: str, text: str, embedding: str) -> None:
        """Remember an embedding and forget the oldest beyond the size."""
        if len(text) > self._LONGEST or not self._size:
            return
        self._entries[kind, text] = embedding
        self._entries.move_to_end((kind, text))
        if len(self._entries) > self._size:
            self._entries.popitem(last=False)
