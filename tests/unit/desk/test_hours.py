from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.hours import OpeningHours

FRIDAY_NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
EVERY = OpeningHours.parse("Mon-Fri 09:00-18:00, Sat 10:00-14:00 Europe/Berlin")


def test_without_hours_the_desk_is_always_open() -> None:
    hours = OpeningHours.parse("  ")
    assert hours.is_open(FRIDAY_NOON)
    assert hours.next_opening(FRIDAY_NOON) is None


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-27T07:59:00+00:00", "2026-11-27T09:00:00+01:00"),
        ("2026-11-27T08:00:00+00:00", None),
        ("2026-11-27T16:59:00+00:00", None),
        ("2026-11-27T17:00:00+00:00", "2026-11-28T10:00:00+01:00"),
        ("2026-11-28T13:00:00+00:00", "2026-11-30T09:00:00+01:00"),
        ("2026-03-28T14:00:00+00:00", "2026-03-30T09:00:00+02:00"),  # the clocks go forward in between
    ],
)
def test_hours_are_those_of_their_zone(moment: str, opens: str | None) -> None:
    found = EVERY.next_opening(datetime.fromisoformat(moment))
    assert (found.isoformat() if found else None) == opens


@given(st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2028, 1, 1)))
def test_the_next_opening_is_open_and_not_a_minute_before(moment: datetime) -> None:
    now = moment.replace(tzinfo=UTC)
    opens = EVERY.next_opening(now)
    if opens is not None:
        assert opens > now
        assert EVERY.is_open(opens)
        assert not EVERY.is_open(opens - timedelta(minutes=1))


def test_days_may_go_over_the_weekend() -> None:
    hours = OpeningHours.parse("Sat-Mon 00:00-24:00 UTC")
    assert [hours.is_open(FRIDAY_NOON + timedelta(days=day)) for day in range(5)] == [False, True, True, True, False]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("Mon-Fri 9-18", "'Mon-Fri 9-18' is not of the form"),
        ("Montag 09:00-18:00", "'Montag 09:00-18:00' is not of the form"),
        ("Mon-Xyz 09:00-18:00", "Xyz is no day"),
        ("Fri 22:00-02:00", "two parts"),
        ("Fri 09:00-25:00", "25:00 is no time of day"),
        ("Fri 09:00-10:00 Mars/City", "'Mars/City' is no time zone"),
        ("Fri 09:00-10:00,", "'' is not of the form"),
        ("Mon-Fri 09:00-18:00, Sat 10:00-14:00", "names no time zone; write one behind the hours, as Europe/Berlin"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        OpeningHours.parse(text)
