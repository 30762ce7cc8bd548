"""`python -m bot.gateway`: run the gateway."""

import gc
import logging
import sys

import uvloop
from aiohttp import web
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from bot.gateway.app import STOP_TIMEOUT_S, create_app
from bot.gateway.logs import configure_logs
from bot.gateway.settings import GatewaySettings, wrong_settings

_LOG = logging.getLogger("bot.gateway")


async def _settle(_: web.Application) -> None:
    """Take what the process holds for good out of the garbage collector's rounds, and make these rarer."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


def main() -> int:
    """Serve until a signal; return the exit status."""
    try:
        settings = GatewaySettings()
    except ValidationError as error:
        sys.stderr.writelines(f"{line}\n" for line in wrong_settings(error))
        return 2
    configure_logs(settings.log_level)
    app = create_app(settings)
    app.on_startup.append(_settle)
    try:
        web.run_app(
            app,
            host=settings.host,
            port=settings.port,
            access_log=None,
            shutdown_timeout=STOP_TIMEOUT_S,
            print=lambda text: _LOG.info("%s", text),
            loop=uvloop.new_event_loop(),
        )
    except (OSError, SQLAlchemyError) as error:
        _LOG.error("the gateway cannot run: %s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
