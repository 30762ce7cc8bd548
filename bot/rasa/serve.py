"""`python -m bot.rasa.serve`: run the dialogue engine on loopback, with the patches of `compat`."""

import logging
import os
import warnings

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
warnings.filterwarnings("ignore", category=DeprecationWarning)

from rasa.core.run import serve_application
from rasa.core.utils import AvailableEndpoints

from bot.rasa.compat.patches import apply_patches
from bot.rasa.model_files import HERE, data_dir
from bot.rasa.train import ensure_model


def main() -> None:
    """Serve until the process is told to stop."""
    logging.basicConfig(level=os.environ.get("SHOPKEEPER_LOG_LEVEL", "INFO"))
    logging.getLogger("rasa").setLevel(logging.WARNING)
    os.environ.setdefault("SHOPKEEPER_MODELS_URL", "http://127.0.0.1:5006")
    os.environ.setdefault("SHOPKEEPER_ACTIONS_URL", "http://127.0.0.1:5055")
    os.environ.setdefault("SHOPKEEPER_TRACKER_DB", str(data_dir() / "tracker.db"))
    apply_patches(token=os.environ.get("SHOPKEEPER_INTERNAL_TOKEN", ""))
    serve_application(
        model_path=ensure_model(),
        interface=os.environ.get("SHOPKEEPER_HOST") or "127.0.0.1",
        port=int(os.environ.get("SHOPKEEPER_PORT") or 5005),
        credentials=str(HERE / "credentials.yml"),
        endpoints=AvailableEndpoints.read_endpoints(str(HERE / "endpoints.yml")),
        auth_token=os.environ.get("SHOPKEEPER_INTERNAL_TOKEN") or None,
        enable_api=True,
        response_timeout=30,
    )


if __name__ == "__main__":
    main()
