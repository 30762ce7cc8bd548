"""The key that signs sessions: given by a setting, or made once in the data directory."""

import contextlib
import os
import secrets
from pathlib import Path


def signing_key(configured: str, data_dir: Path) -> bytes:
    """Return the key; the file is readable by its owner only and shared with `bot.launch`."""
    if configured:
        return configured.encode()
    path = data_dir / "secret_key"
    data_dir.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(32))
    return path.read_text("utf-8").strip().encode()
