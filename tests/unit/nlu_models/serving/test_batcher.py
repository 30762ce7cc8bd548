"""The queue in front of the inference thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import numpy as np
import pytest

from nlu_models.encoder.inference import Job, Outcome
from nlu_models.encoder.tokenizer import Tokens
from nlu_models.serving.batcher import Batcher, QueueFullError, StoppedError


class SlowModel:
    """Runs when `gate` opens and notes the batches."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.batches: list[list[str]] = []

    def run(self, jobs: Sequence[Job]) -> list[Outcome]:
        self.batches.append([job.text for job in jobs])
        self.gate.wait(5)
        if any(job.text == "bad" for job in jobs):
            raise RuntimeError("no such tensor")
        if any(job.text == "worse" for job in jobs):
            raise IndexError("out of range")
        return [Outcome(Tokens([], []), np.full(1, float(len(job.text)), np.float32)) for job in jobs]


def batcher(model: SlowModel, max_queue: int = 8) -> Batcher[Job, Outcome]:
    found = Batcher(model.run, max_batch=4, max_queue=max_queue, max_bulk=16, size=lambda job: len(job.text))
    found.start()
    return found


async def test_messages_that_arrive_meanwhile_run_together() -> None:
    model = SlowModel()
    queue = batcher(model)
    first = asyncio.create_task(queue.submit([Job("a")]))
    await asyncio.sleep(0.05)
    others = [asyncio.create_task(queue.submit([Job(text)])) for text in ("bb", "ccc", "dddd", "eeeee", "ffffff")]
    await asyncio.sleep(0.05)
    model.gate.set()
    results = await asyncio.gather(first, *others)
    assert [float(r[0].embedding[0]) for r in results] == [1, 2, 3, 4, 5, 6]
    assert model.batches == [["a"], ["bb", "ccc", "dddd", "eeeee"], ["ffffff"]]
    await queue.stop(1)


async def test_messages_go_before_bulk_texts() -> None:
    model = SlowModel()
    queue = batcher(model)
    tasks = [asyncio.create_task(queue.submit([Job("first")]))]
    await asyncio.sleep(0.05)
    tasks.append(asyncio.create_task(queue.submit([Job("p1"), Job("p2")], bulk=True)))
    await asyncio.sleep(0)
    tasks.append(asyncio.create_task(queue.submit([Job("hello")])))
    await asyncio.sleep(0.05)
    model.gate.set()
    await asyncio.gather(*tasks)
    assert model.batches == [["first"], ["hello"], ["p1", "p2"]]
    await queue.stop(1)


async def test_long_bulk_texts_run_few_at_a_time() -> None:
    model = SlowModel()
    model.gate.set()
    queue = batcher(model)
    texts = ["x" * 1400, "y" * 1400, "z" * 1400, "short"]
    await queue.submit([Job(text) for text in texts], bulk=True)
    assert [len(batch) for batch in model.batches] == [2, 2]
    await queue.stop(1)


async def test_full_queue_refuses_at_once() -> None:
    model = SlowModel()
    queue = batcher(model, max_queue=2)
    running = asyncio.create_task(queue.submit([Job("a")]))
    await asyncio.sleep(0.05)
    waiting = [asyncio.create_task(queue.submit([Job("b")])) for _ in range(2)]
    await asyncio.sleep(0.05)
    with pytest.raises(QueueFullError):
        await queue.submit([Job("c")])
    model.gate.set()
    await asyncio.gather(running, *waiting)
    await queue.stop(1)


async def test_abandoned_job_is_not_run() -> None:
    model = SlowModel()
    queue = batcher(model)
    running = asyncio.create_task(queue.submit([Job("a")]))
    await asyncio.sleep(0.05)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(queue.submit([Job("gone")]), 0.05)
    model.gate.set()
    await running
    await queue.stop(1)
    assert model.batches == [["a"]]


async def test_failure_reaches_the_caller_and_the_next_job_runs() -> None:
    model = SlowModel()
    model.gate.set()
    queue = batcher(model)
    with pytest.raises(RuntimeError, match="no such tensor"):
        await queue.submit([Job("bad")])
    with pytest.raises(IndexError, match="out of range"):
        await queue.submit([Job("worse")])
    assert await queue.submit([Job("good")])
    await queue.stop(1)


async def test_stop_finishes_what_waits_and_refuses_more() -> None:
    model = SlowModel()
    queue = batcher(model)
    tasks = [asyncio.create_task(queue.submit([Job(text)])) for text in ("a", "b")]
    await asyncio.sleep(0.05)
    model.gate.set()
    await queue.stop(2)
    assert len(await asyncio.gather(*tasks)) == 2
    with pytest.raises(StoppedError):
        await queue.submit([Job("late")])
