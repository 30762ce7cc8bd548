"""The long steps before a start, each a command of its own so that its memory goes when it ends."""

import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bot.launch.instance import PYTHON, RASA_PYTHON, ROOT, Instance
from bot.launch.supervision import last_lines

AT_A_TIME = 2  # their memory adds up


def holds_demo_shop_only(instance: Instance) -> bool:
    """Tell whether every customer of an instance's shop is synthetic, so that anybody may sign in as one."""
    from catalog.repositories.customers import has_demo_customers_only
    from catalog.session import Database
    from catalog.settings import CatalogSettings

    url = CatalogSettings(data_dir=instance.data).url
    with Database(url, threads=1) as database, database.reading() as session:
        return has_demo_customers_only(session)


class PreparationError(RuntimeError):
    """A step failed; the text says which, and shows the end of its log."""


def refuse_demo_shop(instance: Instance, *, demo: bool) -> None:
    """Refuse to start a shop without the demo (`demo` is false, or SHOPKEEPER_DEMO is 0) where the demo is in it.

    Raises:
        PreparationError: it is, or the database cannot be looked into.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from catalog.demo.presence import holds_demo_shop, no_empty_shop
    from catalog.errors import CatalogError
    from catalog.session import Database
    from catalog.settings import CatalogSettings

    settings = CatalogSettings(data_dir=instance.data)
    if demo and settings.demo:
        return
    try:
        with Database(settings.url, threads=1) as database:
            if holds_demo_shop(database):
                raise PreparationError(no_empty_shop(database))
    except (CatalogError, SQLAlchemyError) as error:
        raise PreparationError(f"the shop's database cannot be opened: {error}") from error


@dataclass(frozen=True, slots=True)
class Step:
    """A command that prepares something and does nothing where that is there already."""

    title: str
    command: tuple[str, ...]
    log: str


def steps(*, demo: bool) -> tuple[Step, ...]:
    """Return the steps, the longest first: none needs another, and two run at a time."""
    shop = ("catalog.demo",) if demo else ("catalog.migrations",)
    return (
        Step("dialogue", (str(RASA_PYTHON), "-m", "bot.rasa.train"), "prepare-rasa.log"),
        Step("models", (PYTHON, "-m", "nlu_models.serving.prepare"), "prepare-models.log"),
        Step("shop", (PYTHON, "-m", *shop), "prepare-shop.log"),
    )


def _run(step: Step, instance: Instance) -> float:
    log = instance.data / "logs" / step.log
    started = time.monotonic()
    with log.open("wb") as output:
        result = subprocess.run(  # noqa: S603
            step.command,
            cwd=ROOT,
            env={**os.environ, **instance.environment()},
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if result.returncode:
        raise PreparationError(f"preparing the {step.title} failed; the end of {log}:\n{last_lines(Path(log))}")
    return time.monotonic() - started


def prepare(instance: Instance, console: Console, *, demo: bool) -> None:
    """Run all steps with a line of progress each.

    Raises:
        PreparationError: a step ended with an error.
    """
    (instance.data / "logs").mkdir(parents=True, exist_ok=True)
    columns = (SpinnerColumn(finished_text="✓"), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress, ThreadPoolExecutor(AT_A_TIME) as pool:
        wanted = steps(demo=demo)
        tasks = {step: progress.add_task(f"prepare the {step.title}", total=1) for step in wanted}

        def work(step: Step) -> None:
            progress.reset(tasks[step])
            if not console.is_terminal:  # nothing moves in a file: say what has begun
                console.print(f"preparing the {step.title}")
            _run(step, instance)
            progress.update(tasks[step], completed=1)

        for future in [pool.submit(work, step) for step in wanted]:
            future.result()
