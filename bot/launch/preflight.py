"""What must be there before anything starts; each lack is one line that names the mend."""

from collections.abc import Iterator
from pathlib import Path

from bot.launch.disk import disk_lack
from bot.launch.instance import RASA_PYTHON

NEEDED_DISK_BYTES = 1_500_000_000


def lacks(data_dir: Path, *, free_bytes: int | None = None) -> Iterator[str]:
    """Yield one line for each thing that would make a start fail; `free_bytes` None asks the system."""
    if not RASA_PYTHON.exists():
        yield "the dialogue engine's environment .venv-rasa is missing: run `make up` (it needs Python 3.10)"
    line = disk_lack(data_dir, NEEDED_DISK_BYTES, free_bytes=free_bytes)
    if line is not None:
        yield line
