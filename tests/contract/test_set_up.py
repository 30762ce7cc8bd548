"""What the README promises of the set-up, and the lock files behind it."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCKS = [ROOT / "requirements.lock", ROOT / "requirements-dev.lock", ROOT / "bot" / "rasa" / "requirements.lock"]


def targets() -> set[str]:
    """Return the Makefile's targets."""
    return set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def test_makefile_has_the_targets_that_the_project_promises() -> None:
    assert {"up", "test", "lint", "types", "lock", "clean"} <= targets()


def test_makefile_has_every_target_that_the_documents_name() -> None:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    for page in pages:
        code = re.findall(r"`([^`\n]+)`|^ *(make [a-z -]+)", page.read_text("utf-8"), re.MULTILINE)
        for words in ((inline or block).split() for inline, block in code):
            if words[:1] == ["make"]:
                named = {word for word in words[1:] if re.fullmatch(r"[a-z][a-z-]*", word)}
                assert named <= targets(), f"{page.name}: {' '.join(words)}"


def test_lock_files_pin_every_package_with_hashes() -> None:
    for lock in LOCKS:
        text = lock.read_text("utf-8")
        packages = re.findall(r"^[a-zA-Z0-9].*?(?=^[a-zA-Z0-9]|\Z)", text, re.MULTILINE | re.DOTALL)
        assert len(packages) > 20, lock.name
        for package in packages:
            first = package.splitlines()[0]
            assert re.match(r"[A-Za-z0-9._-]+(\[[a-z,_-]+\])?==\S+", first), f"{lock.name}: {first}"
            assert "--hash=sha256:" in package, f"{lock.name}: {first}"


def test_lock_files_carry_no_index_address() -> None:
    for lock in LOCKS:
        text = lock.read_text("utf-8")
        assert "index-url" not in text, lock.name
        assert "://" not in text, lock.name


def test_start_takes_what_the_makefile_gives_it() -> None:
    recipe = (ROOT / "Makefile").read_text("utf-8")
    assert "shopkeeper up --port $(PORT) --data-dir $(DATA)" in recipe
    assert "PORT ?= $(or $(SHOPKEEPER_PORT),8080)" in recipe
    assert "DATA ?= $(or $(SHOPKEEPER_DATA_DIR),data)" in recipe
    assert "--require-hashes" in recipe
