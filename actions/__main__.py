"""`python -m actions`: run the action server."""

import gc
import logging
import sys

import uvloop
from aiohttp import web
from pydantic import ValidationError

from actions.app import create_app
from actions.bootstrap import running
from actions.settings import ActionSettings


async def _settle(_: web.Application) -> None:
    """Take what the process holds for good out of the garbage collector's rounds, and make these rarer."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


def main() -> int:
    """Serve until the process is told to stop; return the exit status."""
    try:
        settings = ActionSettings()
    except ValidationError as error:
        sys.stderr.writelines(f"settings: {row['loc'][0]}: {row['msg']}\n" for row in error.errors())
        return 2
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    app = create_app(settings, lambda: running(settings))
    app.on_startup.append(_settle)
    web.run_app(app, host=settings.host, port=settings.port, print=None, access_log=None, loop=uvloop.new_event_loop())
    return 0


if __name__ == "__main__":
    sys.exit(main())
