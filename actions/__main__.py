"""`python -m actions`: run the action server."""

import logging

import uvloop
from aiohttp import web

from actions.app import create_app
from actions.bootstrap import running
from actions.settings import ActionSettings


def main() -> None:
    """Serve until the process is told to stop."""
    settings = ActionSettings()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    app = create_app(settings, lambda: running(settings))
    web.run_app(app, host=settings.host, port=settings.port, print=None, access_log=None, loop=uvloop.new_event_loop())


if __name__ == "__main__":
    main()
