"""`python -m bot.rasa.serve`: run the dialogue engine on loopback, with the patches of `compat`."""

import os
from pathlib import Path
from typing import Any

from bot.rasa.compat.light_imports import without_training
from bot.rasa.model_files import HERE, data_dir
from bot.rasa.quiet import quieten
from bot.rasa.train import ensure_model

DEFAULTS = {
    "SHOPKEEPER_MODELS_URL": "http://127.0.0.1:5006",
    "SHOPKEEPER_ACTIONS_URL": "http://127.0.0.1:5055",
}
RESPONSE_TIMEOUT_S = 30


def main() -> None:
    """Serve until the process is told to stop; trains the core model first where it is missing."""
    quieten()
    model = ensure_model()
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    os.environ.setdefault("SHOPKEEPER_TRACKER_DB", str(data_dir() / "tracker.db"))
    _serve(model)


def _serve(model: Path) -> None:
    without_training()
    from rasa.core.run import serve_application
    from rasa.core.utils import AvailableEndpoints

    from bot.rasa.compat.patches import apply_patches

    token = os.environ.get("SHOPKEEPER_INTERNAL_TOKEN", "")
    apply_patches(token=token)
    serve_application(
        model_path=str(model),
        interface=os.environ.get("SHOPKEEPER_HOST") or "127.0.0.1",
        port=int(os.environ.get("SHOPKEEPER_PORT") or 5005),
        credentials=str(HERE / "credentials.yml"),
        endpoints=AvailableEndpoints.read_endpoints(str(HERE / "endpoints.yml")),
        auth_token=token or None,
        enable_api=True,
        response_timeout=RESPONSE_TIMEOUT_S,
        server_listeners=[(_close_store, "after_server_stop")],
    )


async def _close_store(app: Any, _loop: Any) -> None:
    agent = getattr(app.ctx, "agent", None)
    if agent is not None:
        agent.tracker_store.close()


if __name__ == "__main__":
    main()
