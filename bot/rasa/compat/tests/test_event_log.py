import asyncio
import sqlite3
import tempfile
import unittest
from pathlib import Path

from bot.rasa.compat.event_log import EventLog


class EventLogTest(unittest.IsolatedAsyncioTestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "tracker.db"
        self.log = EventLog(self.path)
        self.addCleanup(self.log.close)

    async def test_events_come_back_in_order_and_by_sender(self) -> None:
        await self.log.append("a", 0, [{"n": 1}, {"n": 2}])
        await self.log.append("b", 0, [{"n": 9, "text": "你好"}])
        await self.log.append("a", 2, [{"n": 3}])
        self.assertEqual([event["n"] for event in self.log.read("a")], [1, 2, 3])
        self.assertEqual(self.log.read("b"), [{"n": 9, "text": "你好"}])
        self.assertEqual(sorted(self.log.senders()), ["a", "b"])
        self.assertEqual(self.log.read("nobody"), [])

    async def test_replace_removes_what_was_there(self) -> None:
        await self.log.append("a", 0, [{"n": 1}, {"n": 2}])
        await self.log.append("a", 0, [{"n": 7}], replace=True)
        self.assertEqual(self.log.read("a"), [{"n": 7}])

    async def test_events_are_on_the_disk_when_append_returns(self) -> None:
        await self.log.append("a", 0, [{"n": 1}])
        other = sqlite3.connect(str(self.path))
        self.addCleanup(other.close)
        self.assertEqual(other.execute("SELECT count(*) FROM events").fetchone(), (1,))
        self.assertEqual(other.execute("PRAGMA journal_mode").fetchone(), ("wal",))

    async def test_one_write_that_fails_does_not_spoil_the_others_of_its_group(self) -> None:
        await self.log.append("a", 0, [{"n": 1}])
        results = await asyncio.gather(
            *(self.log.append(f"x{n}", 0, [{"n": n}]) for n in range(20)),
            self.log.append("a", 0, [{"n": "the number is taken"}]),
            *(self.log.append(f"y{n}", 0, [{"n": n}]) for n in range(20)),
            return_exceptions=True,
        )
        self.assertEqual([type(r) for r in results if r is not None], [sqlite3.IntegrityError])
        self.assertEqual(len(self.log.senders()), 41)
        self.assertEqual(self.log.read("a"), [{"n": 1}])

    async def test_turn_that_no_database_can_take_fails_alone(self) -> None:
        results = await asyncio.wait_for(
            asyncio.gather(
                self.log.append("a", 0, [{"text": "half a character: \ud83d"}]),
                self.log.append("b", 0, [{"n": 1}]),
                self.log.append("c", 2**70, [{"n": 1}]),
                return_exceptions=True,
            ),
            5,
        )
        self.assertEqual([type(result) for result in results], [UnicodeEncodeError, type(None), OverflowError])
        await asyncio.wait_for(self.log.append("after", 0, [{"n": 1}]), 5)
        self.assertEqual(sorted(self.log.senders()), ["after", "b"])

    async def test_caller_who_gives_up_does_not_stop_the_writer(self) -> None:
        for n in range(30):
            task = asyncio.ensure_future(self.log.append(f"c{n}", 0, [{"n": n}]))
            await asyncio.sleep(0)
            task.cancel()
        await asyncio.wait_for(self.log.append("after", 0, [{"n": 1}]), 5)
        self.assertEqual(self.log.read("after"), [{"n": 1}])

    async def test_close_writes_what_waits(self) -> None:
        pending = [asyncio.ensure_future(self.log.append(f"s{n}", 0, [{"n": n}])) for n in range(50)]
        await asyncio.sleep(0)
        self.log.close()
        await asyncio.gather(*pending)
        again = EventLog(self.path)
        self.addCleanup(again.close)
        self.assertEqual(len(again.senders()), 50)


if __name__ == "__main__":
    unittest.main()
