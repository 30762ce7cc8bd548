from datetime import UTC, datetime, timedelta

from catalog.models import Agent
from catalog.repositories.conversations import open_conversation
from catalog.repositories.desk_work import MOST_WAITING, desk_item, desk_items
from catalog.repositories.ownership import ask_for_person, take
from catalog.session import Database
from tests.engines import on_both_engines

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
LEASE = timedelta(seconds=60)


@on_both_engines("database")
def test_lists_have_all_that_are_with_people_and_the_longest_waiting_of_the_rest(database: Database) -> None:
    with database.session() as session:
        session.add(Agent(id=1, login="anna", name="Anna", password_hash="-"))
        for number in range(MOST_WAITING + 3):
            open_conversation(session, f"talk-{number:03}", channel="web")
            ask_for_person(session, f"talk-{number:03}", reason="requested", now=NOW + timedelta(seconds=number))
        last = f"talk-{MOST_WAITING + 2:03}"
        take(session, last, 1, now=NOW, lease=LEASE)
    with database.reading() as session:
        listed = desk_items(session)
        beyond = desk_item(session, f"talk-{MOST_WAITING:03}")
    waiting = [item for item in listed if item.agent_id is None]
    assert [item.conversation_id for item in waiting] == [f"talk-{n:03}" for n in range(MOST_WAITING)]
    assert [item.place for item in waiting] == list(range(1, MOST_WAITING + 1))
    assert [item.conversation_id for item in listed if item.agent_id == 1] == [last]
    assert beyond.place == MOST_WAITING + 1
