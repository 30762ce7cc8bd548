import asyncio

from bot.desk.debounce import Debounce


async def test_debounce_runs_a_key_once_in_a_while_and_nothing_after_its_end() -> None:
    done: list[str] = []
    debounce = Debounce(done.append, 0.01)
    for key in ("a", "b", "a"):
        debounce.ask(key)
    await asyncio.sleep(0.05)
    assert done == ["a", "b"]
    debounce.ask("a")
    debounce.stop()
    await asyncio.sleep(0.05)
    assert done == ["a", "b"]
