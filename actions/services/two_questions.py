"""Two questions in one message: "do i need the box and how long does the refund take", 「多久到账，运费谁出」."""

import re
from typing import Final

_ASKS: Final = r"(?:how|what|who|when|where|which|can|could|do|does|is|are|will)"
_ENGLISH: Final = re.compile(
    rf"^\W*(?P<first>(?:(?:hi|hello|hey|so)\W+)?{_ASKS}\b.+?)"
    rf"(?:\s+(?:and|also|plus)|[,;.?!&]+(?:\s+(?:and|also|plus|&))?)\s+(?:also\s+)?(?P<second>{_ASKS}\b.+)$",
    re.IGNORECASE,
)
_CHINESE: Final = re.compile(r"^\W*(?P<first>.+?)[，,；;。？?！!\s]+(?:还有|另外|然后|以及|那)?[，,\s]*(?P<second>.+)$")
_ASKS_CHINESE: Final = re.compile(
    r"[吗嘛么呢]|多[久少长]|几[天个元块号点]|怎[么样]|如何|谁|什么|哪|[能可]不[能可]|是否|有没有|要不要|需不需要"
)
_WORDS, _CHARACTERS = 3, 4


def two_questions(text: str) -> tuple[str, str] | None:
    """Return both questions of a message that asks two, each of them complete; None for any other."""
    if found := _ENGLISH.match(text):
        complete = all(len(found[part].split()) >= _WORDS for part in ("first", "second"))
    elif found := _CHINESE.match(text):
        complete = all(
            len(found[part]) >= _CHARACTERS and _ASKS_CHINESE.search(found[part]) for part in ("first", "second")
        )
    return (found["first"], found["second"]) if found and complete else None
