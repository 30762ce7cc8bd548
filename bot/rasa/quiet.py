"""What must be set before Rasa is imported: no telemetry, one logging format, no warnings about what it pins itself."""

import logging
import os
import warnings

import structlog

ENVIRONMENT = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
    "TQDM_DISABLE": "1",
    "PYTHONWARNINGS": "ignore",
}
RASA_LEVEL = logging.WARNING


def quieten() -> None:
    """Set them in this process, where its environment does not say otherwise.

    Rasa's own command configures structlog; without that, structlog formats and prints every debug line of a turn.
    """
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    warnings.simplefilter("ignore")
    logging.basicConfig(
        level=os.environ.get("SHOPKEEPER_LOG_LEVEL", "INFO").upper(),
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    for name in ("rasa", "rasa_sdk", "sanic", "matplotlib", "apscheduler"):
        logging.getLogger(name).setLevel(RASA_LEVEL)
    structlog.configure(
        processors=[
            structlog.stdlib.add_logger_name,
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(RASA_LEVEL),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
