"""Room on the disk, asked before anything is made: `python -m bot.launch.disk FOLDER GB [FOLDER GB ...]`.

Only the standard library, because `make` asks before the environments are there.
"""

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

GB = 1_000_000_000


def _existing(folder: Path) -> Path:
    return next(parent for parent in (folder, *folder.resolve().parents) if parent.exists())


def disk_lack(folder: Path, needed_bytes: float, *, free_bytes: int | None = None) -> str | None:
    """Return one line where a folder's disk has less room than is needed, else None.

    Args:
        folder: where files will be made; it need not be there yet.
        needed_bytes: room that they take.
        free_bytes: room that there is; None asks the system.
    """
    free = shutil.disk_usage(_existing(folder)).free if free_bytes is None else free_bytes
    if free >= needed_bytes:
        return None
    place = "this folder" if folder == Path() else str(folder)
    return (
        f"{free / GB:.1f} GB are free where {place} lies and {needed_bytes / GB:.1f} GB are needed: "
        "free some, or choose another place"
    )


def disk_lacks(wanted: Sequence[tuple[Path, float]], *, free_bytes: int | None = None) -> Iterator[str]:
    """Yield one line for each disk that lacks room; folders on the same disk need the sum of theirs.

    Args:
        wanted: folders and the bytes that each needs.
        free_bytes: room that there is on every disk; None asks the system.
    """
    disks: dict[int, tuple[Path, float]] = {}
    for folder, needed in wanted:
        device = os.stat(_existing(folder)).st_dev
        first, sum_so_far = disks.get(device, (folder, 0.0))
        disks[device] = (first, sum_so_far + needed)
    for folder, needed in disks.values():
        line = disk_lack(folder, needed, free_bytes=free_bytes)
        if line is not None:
            yield line


def main(arguments: Sequence[str]) -> int:
    """Say what lacks; return the exit status."""
    wanted = [(Path(folder), float(size) * GB) for folder, size in zip(arguments[::2], arguments[1::2], strict=True)]
    lines = list(disk_lacks(wanted))
    for line in lines:
        sys.stderr.write(f"cannot start: {line}\n")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
