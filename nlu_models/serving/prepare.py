"""`python -m nlu_models.serving.prepare`: fill the cache of exported models, with a progress bar and timings."""

from __future__ import annotations

import sys
import time

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from nlu_models.encoder.errors import EncoderError
from nlu_models.serving.bootstrap import prepare
from nlu_models.serving.settings import ServingSettings

_STEPS = 5


def main() -> int:
    """Prepare the models; return the exit status."""
    console = Console()
    started = time.perf_counter()
    timings: list[tuple[str, float]] = []
    columns = (TextColumn("models: {task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("start", total=_STEPS)

        def report(step: str) -> None:
            timings.append((step, time.perf_counter()))
            progress.update(task, description=step, completed=len(timings) - 1)

        try:
            prepare(ServingSettings(), report=report)
        except EncoderError as error:
            progress.stop()
            console.print(str(error), style="red", soft_wrap=True)
            return 1
        progress.update(task, description="ready", completed=_STEPS)
    ends = [moment for _, moment in timings[1:]] + [time.perf_counter()]
    for (step, begun), end in zip(timings, ends, strict=True):
        console.print(f"  {step}: {end - begun:.1f} s")
    console.print(f"models ready in {time.perf_counter() - started:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
