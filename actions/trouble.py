"""What the shopper hears when a part of the system is down: an apology and a person, never silence."""

import logging

from sqlalchemy.exc import SQLAlchemyError

from actions.rasa_action import Handler
from actions.reply import Outcome, Reply
from actions.services.models_port import ModelsError
from actions.texts import Texts
from actions.turn import Turn
from catalog.errors import CatalogError

logger = logging.getLogger(__name__)


def apologising(handler: Handler, texts: Texts) -> Handler:
    """Wrap a handler: typed failures of the models and the database become an apology with a way to a person."""

    async def answer(turn: Turn) -> Outcome:
        if turn.failure and not turn.is_button:
            return _sorry(turn, "trouble.models", texts)
        try:
            return await handler(turn)
        except ModelsError as error:
            logger.warning("%s: the models failed: %s", turn.intent, error)
            return _sorry(turn, "trouble.models", texts)
        except (CatalogError, SQLAlchemyError, TimeoutError) as error:
            logger.warning("%s: the shop's data failed: %s", turn.intent, error)
            return _sorry(turn, "trouble.shop", texts)

    return answer


def _sorry(turn: Turn, key: str, texts: Texts) -> Outcome:
    human = texts.human_button(turn.language)
    return Outcome(reply=Reply(texts.say(key, turn.language), turn.language, quick_replies=(human,)))
