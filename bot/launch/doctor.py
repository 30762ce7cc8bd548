"""`shopkeeper doctor`: look at each part and say what is missing and how to mend it."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from bot.gateway.settings import GatewaySettings, wrong_settings
from bot.launch.chatwoot_check import chatwoot_trouble
from bot.launch.instance import RASA_PYTHON, load_instance
from bot.launch.preflight import lacks
from bot.launch.programs import PROGRAMS
from bot.launch.supervision import services
from bot.launch.up import is_ready


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the diagnosis."""

    subject: str
    ok: bool
    text: str


def _environment(data_dir: Path) -> Iterator[Finding]:
    missing = list(lacks(data_dir))
    yield from (Finding("machine", False, text) for text in missing)
    if not missing:
        yield Finding(
            "machine", True, f"Python {sys.version.split()[0]}, dialogue engine in {RASA_PYTHON.parents[1].name}"
        )
    for program in PROGRAMS:
        found = program.find()
        yield Finding("tests", True, f"{program.name} is in {found}" if found else program.lack)


def _settings() -> Iterator[Finding]:
    """Look at the gateway's settings, and at Chatwoot where it is on."""
    try:
        settings = GatewaySettings()
    except ValidationError as error:
        yield from (Finding("settings", False, line.removeprefix("settings: ")) for line in wrong_settings(error))
        return
    if settings.chatwoot_url:
        trouble = chatwoot_trouble(settings)
        yield Finding("chatwoot", trouble is None, "takes the token" if trouble is None else trouble.text)


def _database(data_dir: Path) -> Finding:
    from catalog.errors import DatabaseUnusableError
    from catalog.migrations import is_current
    from catalog.session import Database
    from catalog.settings import CatalogSettings

    settings = CatalogSettings(data_dir=data_dir)
    if not settings.database_url and not (data_dir / "shop.db").exists():
        return Finding("database", False, "is not there yet: run `shopkeeper up`")
    database = Database(settings.url)
    try:
        current = is_current(database)
    except DatabaseUnusableError as error:
        return Finding("database", False, f"cannot be used: {error}")
    except SQLAlchemyError as error:
        return Finding("database", False, f"cannot be opened ({error.__class__.__name__}): check DATABASE_URL")
    finally:
        database.close()
    return Finding("database", current, "is up to date" if current else "lacks tables: run `shopkeeper up`")


def _prepared(data_dir: Path) -> Iterator[Finding]:
    for subject, pattern in (("models", "models/*/*.onnx"), ("dialogue", "rasa/*.tar.gz")):
        there = any(data_dir.glob(pattern))
        yield Finding(subject, there, "are prepared" if there else "are not prepared yet: run `shopkeeper up`")


def _processes(data_dir: Path) -> Iterator[Finding]:
    try:
        instance = load_instance(data_dir)
    except FileNotFoundError:
        yield Finding("processes", False, f"nothing was started with {data_dir} yet: run `shopkeeper up`")
        return
    for service in services(instance):
        ready = is_ready(service)
        log = data_dir / "logs" / f"{service.name}.log"
        yield Finding(
            service.name,
            ready,
            f"is ready on port {service.port}" if ready else f"does not answer on port {service.port}: see {log}",
        )


def diagnose(data_dir: Path) -> Iterator[Finding]:
    """Yield findings: machine, settings, models, dialogue, database, processes."""
    yield from _environment(data_dir)
    yield from _settings()
    yield from _prepared(data_dir)
    yield _database(data_dir)
    yield from _processes(data_dir)
