"""Programs that the tests need and the shop does not: where they are found, and what installs them.

`python -m bot.launch.programs [NAME ...]` finds them, all where none is named; on Debian as root it installs what is
missing; otherwise it ends with one line for each. `make test` begins with it.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_BROWSERS = tuple(
    f"{home}/Applications/{name}.app/Contents/MacOS/{name}"
    for home in ("", os.path.expanduser("~"))
    for name in ("Chromium", "Google Chrome")
)
POSTGRESQL_PLACES = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "opt/homebrew/opt/postgresql*/bin",
    "usr/local/opt/postgresql*/bin",
)
AXE_LOCK = ROOT / "tests" / "e2e" / "axe"
AXE_FOLDER = ROOT / ".cache" / "axe"
NPM_TIMEOUT_S = 180


@dataclass(frozen=True, slots=True)
class Program:
    """A program, the tests that need it, and how one comes by it."""

    name: str
    tests: str
    find: Callable[[], Path | None]
    debian: tuple[str, ...]
    mac: str
    skip: str

    @property
    def skipped(self) -> bool:
        """Whether the tests that need it are left out by a setting."""
        return os.environ.get(self.skip) == "1"

    @property
    def lack(self) -> str:
        """One line for somebody who has to install it."""
        return (
            f"{self.tests} need {self.name}: install it (Debian: apt-get install {self.debian[0]}; "
            f"macOS: brew install {self.mac}), or leave them out with {self.skip}=1"
        )


def find_browser(mac_places: Sequence[str] = MAC_BROWSERS) -> Path | None:
    """Return a Chromium or Chrome: one on the PATH, else one where macOS keeps applications, else None."""
    places = [*filter(None, map(shutil.which, BROWSERS)), *(place for place in mac_places if Path(place).exists())]
    return Path(places[0]) if places else None


def _version(folder: Path) -> tuple[int, ...]:
    """Return the numbers in a path such as `postgresql/15/bin`, for the newest first."""
    digits = "".join(letter if letter.isdigit() else " " for letter in str(folder))
    return tuple(int(number) for number in digits.split())


def find_postgresql(root: Path = Path("/")) -> Path | None:
    """Return the folder of `initdb` and `postgres`: from the PATH, `pg_config`, or the usual places, newest first.

    Args:
        root: where the usual places lie.
    """
    on_path, config = shutil.which("initdb"), shutil.which("pg_config")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    if config:
        done = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)  # noqa: S603
        candidates += [Path(done.stdout.strip())] if done.returncode == 0 else []
    usual = [folder for place in POSTGRESQL_PLACES for folder in root.glob(place)]
    candidates += sorted(usual, key=_version, reverse=True)
    return next((f for f in candidates if (f / "initdb").exists() and (f / "postgres").exists()), None)


def find_npm() -> Path | None:
    """Return npm, or None."""
    found = shutil.which("npm")
    return Path(found) if found else None


PROGRAMS = (
    Program("Chromium", "the browser tests", find_browser, ("chromium", "fonts-noto-cjk"), "--cask chromium",
            "SHOPKEEPER_SKIP_BROWSER"),
    Program("PostgreSQL", "the tests on PostgreSQL", find_postgresql, ("postgresql",), "postgresql@17",
            "SHOPKEEPER_SKIP_POSTGRES"),
    Program("npm", "the accessibility tests", find_npm, ("npm",), "node", "SHOPKEEPER_SKIP_BROWSER"),
)  # fmt: skip


class AxeError(RuntimeError):
    """axe-core is not there and could not be fetched; the text is one line."""


def axe_script() -> Path:
    """Return axe-core's script, fetched by npm as the lock file says where it is not there yet.

    Raises:
        AxeError: no npm, or npm failed.
    """
    script = AXE_FOLDER / "node_modules" / "axe-core" / "axe.min.js"
    lock, copied = AXE_LOCK / "package-lock.json", AXE_FOLDER / "package-lock.json"
    if script.exists() and copied.exists() and copied.read_bytes() == lock.read_bytes():
        return script
    npm = find_npm()
    if npm is None:
        raise AxeError(PROGRAMS[2].lack)
    AXE_FOLDER.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(AXE_LOCK / name, AXE_FOLDER / name)
    command = [str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(AXE_FOLDER)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=NPM_TIMEOUT_S, check=False)  # noqa: S603
    if done.returncode:
        reason = next((line for line in done.stderr.splitlines() if line.strip()), "no reason given")
        raise AxeError(f"npm could not fetch axe-core for the accessibility tests: {reason}")
    return script


def install(missing: Sequence[Program], environment: Mapping[str, str] = os.environ) -> None:
    """Install with apt where this is root on Debian; nothing otherwise. Its failure shows as what is missing still."""
    apt = shutil.which("apt-get", path=environment.get("PATH"))
    if not missing or apt is None or os.geteuid() != 0:
        return
    packages = [package for program in missing for package in program.debian]
    sys.stderr.write(f"installing {', '.join(packages)}\n")
    quiet = {**environment, "DEBIAN_FRONTEND": "noninteractive"}
    for command in ([apt, "update", "-qq"], [apt, "install", "-y", "--no-install-recommends", *packages]):
        subprocess.run(command, env=quiet, stdout=sys.stderr, check=False)  # noqa: S603


def lacks(programs: Sequence[Program]) -> Iterator[str]:
    """Yield one line for each program that is needed and missing."""
    wanted = [program for program in programs if not program.skipped]
    install([program for program in wanted if program.find() is None])
    missing = [program for program in wanted if program.find() is None]
    yield from (program.lack for program in missing)
    if any(program.find is find_npm for program in wanted) and not any(p.find is find_npm for p in missing):
        try:
            axe_script()
        except (AxeError, OSError, subprocess.TimeoutExpired) as error:
            yield str(error)


def main(names: Sequence[str]) -> int:
    """Find, install, and say what is missing or left out; return the exit status."""
    chosen = [program for program in PROGRAMS if not names or program.name.lower() in names]
    for program in chosen:
        if program.skipped:
            sys.stderr.write(f"leaving out {program.tests}: {program.skip}=1\n")
    missing = list(lacks(chosen))
    for line in missing:
        sys.stderr.write(f"cannot test: {line}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
