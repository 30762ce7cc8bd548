"""`python -m bot.rasa.train`: train the core model where the files have changed; otherwise do nothing."""

import os
import sys
from pathlib import Path

from bot.rasa.model_files import HERE, model_path
from bot.rasa.quiet import quieten


def ensure_model() -> Path:
    """Return the path of the trained model, training it first where it is not there (about 20 s).

    Raises:
        RuntimeError: Rasa trained nothing.
    """
    path = model_path()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _train(path)
        for old in path.parent.glob("core-*.tar.gz"):
            if old != path:
                old.unlink(missing_ok=True)
    return path


def _train(path: Path) -> None:
    os.environ.setdefault("RASA_CACHE_DIRECTORY", str(path.parent / "cache"))
    quieten()
    from rasa.model_training import train_core  # imports TensorFlow: only where something is to be trained

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


if __name__ == "__main__":
    sys.stdout.write(f"{ensure_model()}\n")
