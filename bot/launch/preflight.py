"""What must be there before anything starts; each lack is one line that names the mend."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from bot.launch.instance import RASA_PYTHON

NEEDED_DISK_BYTES = 1_500_000_000


def lacks(data_dir: Path) -> Iterator[str]:
    """Yield one line for each thing that would make a start fail."""
    if not RASA_PYTHON.exists():
        yield "the dialogue engine's environment .venv-rasa is missing: run `make up` (it needs Python 3.10)"
    existing = next(folder for folder in (data_dir, *data_dir.resolve().parents) if folder.exists())
    free = shutil.disk_usage(existing).free
    if free < NEEDED_DISK_BYTES:
        yield (
            f"{free / 1e9:.1f} GB are free where {data_dir} lies and {NEEDED_DISK_BYTES / 1e9:.1f} GB are needed: "
            "free some, or choose another --data-dir"
        )
