"""Made-up values for the slots of the grammar; their words stand in slot_values.yml."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

_NUMBERS_EN: Final = {2: "two", 3: "three", 4: "four", 5: "five", 7: "seven", 10: "ten", 14: "fourteen", 30: "thirty"}
_NUMBERS_ZH: Final = {1: "一", 2: "两", 3: "三", 4: "四", 5: "五", 7: "七", 10: "十"}
_COUNTS: Final = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 15, 20, 21, 24, 28, 30, 45, 48, 60, 90, 100)
_PRICES: Final = (
    2,
    3,
    4,
    5,
    6,
    8,
    9,
    10,
    12,
    15,
    19,
    20,
    25,
    29,
    35,
    39,
    49,
    50,
    59,
    75,
    80,
    99,
    100,
    120,
    150,
    199,
    300,
)
_PERCENTAGES: Final = (1, 2, 3, 5, 8, 10, 12, 15, 20, 25, 30, 50)
_MENU_MARKS: Final = {"en": ("“{}”", '"{}"', "“{}”"), "zh": ("“{}”", "「{}」", "“{}”", "【{}】")}
Make = Callable[[str, random.Random], str]


@cache
def _words() -> Mapping[str, Any]:
    content: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "slot_values.yml").read_text("utf-8"))
    return content


def _duration(language: str, random_: random.Random) -> str:
    if language == "en":
        count = random_.choice(_COUNTS[1:])
        said = _NUMBERS_EN[count] if count in _NUMBERS_EN and random_.random() < 0.25 else str(count)
        units = {"days": 10, "working days": 4, "business days": 4, "calendar days": 1, "weeks": 2}
        units |= {"hours": 2 if count > 10 else 1, "months": 2 * (count < 13), "years": 1 * (count < 11)}
        return f"{said} {random_.choices(tuple(units), tuple(units.values()))[0]}"
    count = random_.choice(_COUNTS[:-1])
    said = _NUMBERS_ZH[count] if count in _NUMBERS_ZH and random_.random() < 0.2 else str(count)
    units = {"天": 10, "个工作日": 5, "个自然日": 1, "日": 1, "周": 1 * (count < 9)}
    units |= {"小时": 3 if count > 10 else 1, "个月": 2 * (count < 13), "年": 1 * (count < 6)}
    return said + random_.choices(tuple(units), tuple(units.values()))[0]


def _span(language: str, random_: random.Random) -> str:
    low = random_.choice((1, 2, 3, 4, 5, 7, 10))
    high = low + random_.randint(1, 5)
    if language == "en":
        unit = random_.choice(("working days", "business days", "days", "weeks", "days"))
        return f"{low}{random_.choice((' to ', '–', '-', ' to '))}{high} {unit}"
    unit = random_.choice(("个工作日", "天", "个工作日", "小时", "周"))
    return f"{low}{random_.choice(('-', '至', '到', '～'))}{high}{unit}"


def _amount(language: str, random_: random.Random) -> str:
    form: str = random_.choice(_words()["prices"][language])
    return form.format(random_.choice(_PRICES))


def _percent(language: str, random_: random.Random) -> str:
    return f"{random_.choice(_PERCENTAGES)}{' percent' if language == 'en' and random_.random() < 0.3 else '%'}"


def _number(_: str, random_: random.Random) -> str:
    return str(random_.choice((2, 3, 4, 5, 6, 8, 10, 12, 20)))


def _date(language: str, random_: random.Random) -> str:
    day = random_.randint(1, 28)
    if language == "zh":
        return f"{random_.randint(1, 12)}月{day}{random_.choice('日日号')}"
    month = random_.choice(_words()["months"])
    ordinal = f"{day}th of {month}" if 3 < day < 21 else f"{day} {month}"
    return random_.choice((f"{day} {month}", f"{month} {day}", ordinal))


def _time(language: str, random_: random.Random) -> str:
    hour, half = random_.randint(8, 19), random_.random() < 0.3
    twelve = hour if hour < 13 else hour - 12
    written = f"{hour}:{'30' if half else '00'}"
    if language == "zh":
        return random_.choice((written, f"{'上午' if hour < 12 else '下午'}{twelve}点{'半' if half else ''}"))
    spoken = f"{twelve}{':30' if half else ''} {'am' if hour < 12 else 'pm'}"
    return random_.choice((spoken, written, spoken.replace(" ", "")))


def _hours(language: str, random_: random.Random) -> str:
    start, end = random_.randint(7, 10), random_.randint(16, 21)
    if language == "zh":
        late = f"{'下午' if end < 18 else '晚上'}{end - 12}点"
        forms: tuple[str, ...] = (f"{start}:00-{end}:00", f"早上{start}点到{late}", f"{start}:30至{end}:30")
    else:
        forms = (
            f"{start}:00–{end}:00",
            f"{start} am to {end - 12} pm",
            f"{start}am–{end - 12}pm",
            f"{start}:30-{end}:00",
        )
    return random_.choice(forms)


def _email(_: str, random_: random.Random) -> str:
    return f"{random_.choice(_words()['mailboxes'])}@{random_.choice(_words()['shops'])}.example"


def _phone(language: str, random_: random.Random) -> str:
    tail = "".join(random_.choice("0123456789") for _ in range(8))
    if language == "zh":
        return random_.choice((f"400-{tail[:3]}-{tail[3:7]}", f"0571-{tail}", f"138{tail}"))
    return random_.choice(
        (f"+44 20 {tail[:4]} {tail[4:]}", f"0800 {tail[:3]} {tail[3:6]}", f"555-{tail[:3]}-{tail[3:7]}")
    )


def _link(_: str, random_: random.Random) -> str:
    start = random_.choice(("www.", "https://", ""))
    return f"{start}{random_.choice(_words()['shops'])}.example/{random_.choice(_words()['pages'])}"


def _menu(language: str, random_: random.Random) -> str:
    return random_.choice(_MENU_MARKS[language]).format(random_.choice(_words()["menu"][language]))


def _listed(name: str) -> Make:
    return lambda language, random_: str(random_.choice(_words()[name][language]))


_MAKERS: Final[Mapping[str, Make]] = {
    "duration": _duration,
    "span": _span,
    "amount": _amount,
    "percent": _percent,
    "number": _number,
    "date": _date,
    "time": _time,
    "hours": _hours,
    "email": _email,
    "phone": _phone,
    "link": _link,
    "menu": _menu,
    **{name: _listed(name) for name in ("weekdays", "address", "carrier", "payment")},
}


def slot_value(kind: str | tuple[str, ...], language: str, random_: random.Random) -> str:
    """Return a made-up value of a slot type, or one of the words given.

    Raises:
        KeyError: there is no such type.
    """
    return random_.choice(kind) if isinstance(kind, tuple) else _MAKERS[kind](language, random_)
