"""`python -m bot.rasa.train`: train the core model where the files have changed; otherwise do nothing."""

import os
import sys

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from rasa.model_training import train_core

from bot.rasa.model_files import HERE, model_path


def ensure_model() -> str:
    """Return the path of the trained model, training it first where it is not there.

    Raises:
        RuntimeError: Rasa trained nothing.
    """
    path = model_path()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        trained = train_core(
            domain=str(HERE / "domain"),
            config=str(HERE / "config.yml"),
            stories=str(HERE / "data"),
            output=str(path.parent),
            fixed_model_name=f"new-{os.getpid()}",
        )
        if trained is None:
            raise RuntimeError("Rasa trained no model: see its messages above")
        os.replace(trained, path)
        for old in path.parent.glob("core-*.tar.gz"):
            if old != path:
                old.unlink()
    return str(path)


if __name__ == "__main__":
    sys.stdout.write(f"{ensure_model()}\n")
