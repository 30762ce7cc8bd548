"""The background job that embeds products and passages which lack a current vector, and feeds the ranker's table."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import numpy as np
from sqlalchemy.exc import SQLAlchemyError

from actions.services.models_port import Models, ModelsError
from catalog.errors import CatalogError
from catalog.repositories.vectors import pending_texts, save_vectors
from catalog.session import Database

logger = logging.getLogger(__name__)
_BATCH = 64
_EVERY_S = 30.0
_RETRY_S = 2.0


class VectorIndexing:
    """Embeds what is new or changed, in batches, as long as there is something; then looks again every 30 s."""

    def __init__(self, db: Database, models: Models, refresh_ranking: Callable[[], Awaitable[None]]) -> None:
        self._db = db
        self._models = models
        self._refresh_ranking = refresh_ranking

    async def index(self) -> int:
        """Embed everything that lacks a current vector; returns how many texts.

        Raises:
            ModelsError: the model server does not answer.
            CatalogError: the database does not answer.
        """
        _, model = await self._models.encode(["ready"], "passage", bulk=True)
        done = 0
        while pending := await self._db.read(pending_texts, model, limit=_BATCH):
            vectors, model = await self._models.encode([text.text for text in pending], "passage", bulk=True)
            rows = [row.astype("<f2").tobytes() for row in np.asarray(vectors)]
            await self._db.run(save_vectors, model, list(zip(pending, rows, strict=True)))
            done += len(pending)
        return done

    async def run(self) -> None:
        """Work for ever; failures are logged once in a row and tried again soon."""
        failing = False
        while True:
            try:
                done = await self.index()
                if done:
                    logger.info("embedded %d texts", done)
                failing = False
            except (ModelsError, CatalogError, SQLAlchemyError) as error:
                if not failing:
                    logger.warning("embedding waits: %s", error)
                failing = True
            await self._rank_table()
            await asyncio.sleep(_RETRY_S if failing else _EVERY_S)

    async def _rank_table(self) -> None:
        try:
            await self._refresh_ranking()
        except (ModelsError, CatalogError, SQLAlchemyError) as error:
            logger.info("the ranker has no current table: %s", error)
