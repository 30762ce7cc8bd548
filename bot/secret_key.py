"""The key that signs sessions, where no setting gives one."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path


def secret_key(data_dir: Path) -> str:
    """Return the key that signs sessions; it is made once, whole, and readable by the owner only.

    Several steps of a start may ask for it at once: the file appears in one piece, and the first one stays.
    """
    path = data_dir / "secret_key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        descriptor, fresh = tempfile.mkstemp(dir=data_dir, prefix=".secret_key-")  # made with mode 0600
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(32))
            with contextlib.suppress(FileExistsError):
                os.link(fresh, path)
        finally:
            os.unlink(fresh)
    return path.read_text("utf-8").strip()
