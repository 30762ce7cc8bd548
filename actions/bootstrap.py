"""The composition root of the action server: the one place that builds database, clients, services and actions."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Coroutine, Sequence
from typing import Any

from rasa_sdk import Action
from sqlalchemy.exc import SQLAlchemyError

from actions.impressions import ImpressionLog
from actions.models_client import ModelsClient
from actions.rasa_action import HandlerAction
from actions.service import service_handlers
from actions.services.models_port import Models
from actions.services.ranking import Ranking
from actions.services.shop_facts import ShopFactsCache
from actions.services.storefront import Storefront
from actions.settings import ActionSettings
from actions.shopping import shopping_handlers
from actions.texts import Texts, load_texts
from actions.trouble import apologising
from actions.vector_indexing import VectorIndexing
from catalog.errors import CatalogError
from catalog.search.product_search import ProductSearch
from catalog.session import Database
from catalog.settings import CatalogSettings

logger = logging.getLogger(__name__)

# More only fight for the interpreter: a search is mostly Python (docs/performance.md has the figures).
DATABASE_THREADS = 1


def build_storefront(db: Database, ranking: Ranking, impressions: ImpressionLog, texts: Texts) -> Storefront:
    """Build what the shopping services work with."""
    return Storefront(db, ProductSearch(), ShopFactsCache(db), ranking, impressions, texts)


def build_actions(db: Database, store: Storefront, models: Models, texts: Texts, *, demo: bool = False) -> list[Action]:
    """Build every action of the assistant; each apologises instead of failing."""
    shopping = shopping_handlers(store)
    handlers = {**shopping, **service_handlers(db, store, models, texts, shopping, demo=demo)}
    return [HandlerAction(name, apologising(handler, texts), store.product_names) for name, handler in handlers.items()]


@contextlib.asynccontextmanager
async def running(settings: ActionSettings) -> AsyncIterator[Sequence[Action]]:
    """Give the actions with everything open behind them; close it in order at the end."""
    texts = load_texts()
    db = Database(CatalogSettings().url, threads=DATABASE_THREADS)
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(db.close)
        models = await stack.enter_async_context(ModelsClient(settings.models_url, token=settings.internal_token))
        ranking = Ranking(db, models)
        impressions = ImpressionLog(db)
        store = build_storefront(db, ranking, impressions, texts)
        actions = build_actions(db, store, models, texts, demo=settings.demo)
        await warm_up(db, store)
        stack.push_async_callback(impressions.flush)
        for job in (impressions.run(), _indexing(db, models, ranking).run()):
            await stack.enter_async_context(_background(job))
        yield actions


def _indexing(db: Database, models: Models, ranking: Ranking) -> VectorIndexing:
    return VectorIndexing(db, models, ranking.refresh)


async def warm_up(db: Database, store: Storefront) -> None:
    """Open the connections and read the shop once, so that the first shopper does not wait."""
    try:
        await db.warm_up()
        await store.warm_up()
    except (CatalogError, SQLAlchemyError) as error:
        logger.warning("the shop cannot be read yet: %s", error)


@contextlib.asynccontextmanager
async def _background(job: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run a job beside the server and cancel it at the end."""
    task = asyncio.create_task(job)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
