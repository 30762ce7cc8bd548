"""`python -m nlu_models.serving`: run the model server."""

from __future__ import annotations

import gc
import logging
import os
import sys

import uvloop
from aiohttp import web
from pydantic import ValidationError

from nlu_models.encoder.errors import EncoderError
from nlu_models.serving.app import create_app
from nlu_models.serving.bootstrap import load_models
from nlu_models.serving.settings import ServingSettings


async def _settle(_: web.Application) -> None:
    """Take what the process holds for good out of the garbage collector's rounds, and make these rarer."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


def main() -> int:
    """Load the models and serve until a signal; return the exit status."""
    try:
        settings = ServingSettings()
    except ValidationError as error:
        sys.stderr.writelines(f"settings: SHOPKEEPER_{str(r['loc'][0]).upper()}: {r['msg']}\n" for r in error.errors())
        return 2
    os.nice(settings.models_nice)  # before there are threads: each has its own
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    log = logging.getLogger("nlu_models.serving")
    try:
        models = load_models(settings, report=log.info)
    except EncoderError as error:
        log.error("%s", error)
        return 1
    app = create_app(settings, models)
    app.on_startup.append(_settle)
    web.run_app(
        app,
        host=settings.host,
        port=settings.port,
        access_log=None,
        shutdown_timeout=settings.models_stop_s,
        print=lambda text: log.info(text),
        loop=uvloop.new_event_loop(),
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
