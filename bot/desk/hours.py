"""When the desk is open: `Mon-Fri 09:00-18:00, Sat 10:00-14:00 Europe/Berlin`."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN: Final = re.compile(
    r"(?P<first>[A-Za-z]{3})(?:-(?P<last>[A-Za-z]{3}))?\s+(?P<start>\d{1,2}:\d\d)-(?P<end>\d{1,2}:\d\d)"
)
_MINUTES_OF_DAY: Final = 24 * 60
_WEEK_AHEAD: Final = 8


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Opening hours of a week; without any span the desk is always open.

    `spans` are (weekday, Monday 0; first minute; minute after the last) in `zone`.
    """

    text: str
    zone: ZoneInfo
    spans: tuple[tuple[int, int, int], ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read hours.

        Raises:
            ValueError: it says which part cannot be read and how it should look.
        """
        parts = [part.strip() for part in text.split(",")]
        zone_name = ""
        if parts[-1] and len(words := parts[-1].rsplit(maxsplit=1)) == 2 and not words[1][0].isdigit():
            parts[-1], zone_name = words
        if parts == [""]:
            return cls("", ZoneInfo("UTC"), ())
        spans: list[tuple[int, int, int]] = []
        for part in parts:
            spans += _spans(part)
        if not zone_name:
            raise ValueError(
                f"{text.strip()!r} names no time zone; write one behind the hours, as Europe/Berlin or UTC"
            )
        return cls(text.strip(), _zone(zone_name), tuple(sorted(spans)))

    def is_open(self, now: datetime) -> bool:
        """Tell whether the desk is open at a moment."""
        if not self.spans:
            return True
        local = now.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        return any(day == local.weekday() and start <= minute < end for day, start, end in self.spans)

    def next_opening(self, now: datetime) -> datetime | None:
        """Return when the desk opens next, in its own zone; None while it is open."""
        if self.is_open(now):
            return None
        local = now.astimezone(self.zone)
        for ahead in range(_WEEK_AHEAD):
            day = local.date() + timedelta(days=ahead)
            for weekday, start, _end in self.spans:
                opens = datetime(day.year, day.month, day.day, start // 60, start % 60, tzinfo=self.zone)
                if weekday == day.weekday() and opens > local:
                    return opens
        raise AssertionError("hours have at least one span")


def _spans(part: str) -> list[tuple[int, int, int]]:
    match = _SPAN.fullmatch(part)
    if match is None:
        raise ValueError(f"{part!r} is not of the form Mon-Fri 09:00-18:00")
    first, last = _day(match["first"], part), _day(match["last"] or match["first"], part)
    start, end = _minute(match["start"], part), _minute(match["end"], part)
    if start >= end:
        raise ValueError(f"{part!r} ends before it begins; hours over midnight are two parts, one for each day")
    days = [(first + n) % 7 for n in range((last - first) % 7 + 1)]
    return [(day, start, end) for day in days]


def _day(name: str, part: str) -> int:
    try:
        return _DAYS.index(name.lower())
    except ValueError:
        raise ValueError(f"{part!r}: {name} is no day; days are Mon Tue Wed Thu Fri Sat Sun") from None


def _minute(clock: str, part: str) -> int:
    hours, minutes = (int(number) for number in clock.split(":"))
    total = hours * 60 + minutes
    if minutes > 59 or total > _MINUTES_OF_DAY:
        raise ValueError(f"{part!r}: {clock} is no time of day")
    return total


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone; write one as Europe/Berlin or Asia/Shanghai") from None
