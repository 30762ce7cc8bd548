"""Where the trained core model lies: named after a hash of everything that it is trained from."""

import hashlib
import os
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent


def data_dir() -> Path:
    """Return the instance's data directory."""
    return Path(os.environ.get("SHOPKEEPER_DATA_DIR") or "data")


def training_files() -> list[Path]:
    """Return the files that the model depends on, in a fixed order."""
    return [HERE / "config.yml", *sorted((HERE / "domain").glob("*.yml")), *sorted((HERE / "data").glob("*.yml"))]


def model_path() -> Path:
    """Return the path of the model for the files as they are now; it need not exist."""
    digest = hashlib.sha256(version("rasa").encode())
    for path in training_files():
        content = path.read_bytes()
        digest.update(f"{path.relative_to(HERE)} {len(content)} ".encode() + content)
    return data_dir() / "rasa" / f"core-{digest.hexdigest()[:16]}.tar.gz"
