"""What was shown, written behind the reply: a bounded queue, one transaction for many events."""

import asyncio
import logging
from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError

from actions.turn import Turn
from catalog.errors import CatalogError
from catalog.models import EventKind
from catalog.repositories.events import NewEvent, append_events
from catalog.session import Database

logger = logging.getLogger(__name__)
_MOST_WAITING = 20_000
_BATCH = 500
_PAUSE_S = 0.5


class ImpressionLog:
    """Keeps impressions with rank and propensity; where the queue is full, new ones are dropped and counted."""

    def __init__(self, db: Database, *, most_waiting: int = _MOST_WAITING) -> None:
        self._db = db
        self._queue: asyncio.Queue[NewEvent] = asyncio.Queue(most_waiting)
        self.dropped = 0

    def record(self, turn: Turn, product_ids: Sequence[str]) -> None:
        """Keep that these products were shown, in this order, with certainty (propensity 1)."""
        for rank, product_id in enumerate(product_ids, start=1):
            event = NewEvent(
                kind=EventKind.IMPRESSION,
                shopper_id=turn.customer_id or turn.conversation_id,
                product_id=product_id,
                channel=turn.channel,
                rank=rank,
                propensity=1.0,
                conversation_id=turn.conversation_id,
            )
            try:
                self._queue.put_nowait(event)
            except asyncio.QueueFull:
                self.dropped += 1

    async def flush(self) -> int:
        """Write what waits now; returns how many events were taken from the queue."""
        taken = 0
        while not self._queue.empty():
            batch = [self._queue.get_nowait() for _ in range(min(_BATCH, self._queue.qsize()))]
            taken += len(batch)
            try:
                await self._db.run(append_events, batch)
            except (CatalogError, SQLAlchemyError) as error:
                self.dropped += len(batch)
                logger.warning("%d impressions lost: %s", len(batch), error)
        return taken

    async def run(self) -> None:
        """Write for ever, a moment apart."""
        while True:
            await asyncio.sleep(_PAUSE_S)
            await self.flush()
