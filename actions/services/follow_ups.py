"""Follow-ups to a service question: "and who pays for that", 「要多久」."""

import re
from collections.abc import Sequence
from typing import Final

from actions.services.service_sections import PLACES, place_of, similarity_of
from actions.turn import Turn
from catalog.search.passage_search import PassageHit

ASKED: Final = "asked"
"""In the conversation slot: the service question just answered; None where the last message was none."""
ABOUT: Final = "about"
"""In the conversation slot, beside `ASKED`: the topic of the policy that it was answered from."""
_ANOTHER_SUBJECT: Final = 0.012
_ONE_SUBJECT: Final = frozenset({"shipping", "delivery-times"})
"""Topics of two documents that are one to a shopper: "do you ship to Spain", "and how long does it take"."""
_WHO_PAYS: Final = re.compile(
    r"^\W*(?:(?:and|but|so|then)\W+)*who\ pays\b | ^\W*那?(?:这个?)?[运邮]?费?(?:用|是)?[由让]?谁来?[出付掏承]",
    re.IGNORECASE | re.VERBOSE,
)
"""What it costs is asked of what was just told: of a return, a repair, a swap."""
_SENT_BACK: Final = frozenset({"returns", "refunds", "exchanges", "warranty", "delivery-problems"})
_BARE: Final = re.compile(  # nothing in it says of what: "how long does that take", 「要多久」
    r"""^\W*(?:(?:and|but|so|or|then|ok(?:ay)?)\W+)*
        (?:how\ (?:long|late|much|soon|many\ days) | who | when | (?:until|till)\ when
            | how\ (?:do|can|could)\ i\ (?:do|get) | what\ (?:does|do|will|would|is|about))
        (?:\W+(?:does|do|did|is|are|will|would|can|could|should|must|i|we|you|have|has|got|to|takes?|costs?|pays?
            |for|with|that|it|this|be|need|wait))*\W*$
    | ^\W*(?:那么?|大概|一般|请问)*需?要?(?:花|等|收)?(?:多久|几天|多少天|多长时间|多少钱)[呢啊呀吗\W]*$
    | ^\W*(?:那么?|请问)*最[晚迟](?:是|到)?(?:什么时候|多久|几天)[呢啊呀\W]*$""",
    re.IGNORECASE | re.VERBOSE,
)
_FOLLOWS: Final = re.compile(
    r"""^\W*(?:and|but|so|or|then|what\ (?:about|if)|(?:is|does|can)\ (?:it|that)|is\ there)\b
    | ^\W*how\ (?:long|late)\ (?:do|can)\ i\b
    | ^\W*(?:how|who|when|where|what|can|could|do|does|is|are)\b.*\b(?:that|this)\W*$
    | \b(?:that|it|this)\ (?:take|cost)s?\W*$
    | ^\W*(?:那|如果|要是|万一|超过|还能|要?(?:多久|几天|多少钱)) | 呢\W*$""",
    re.IGNORECASE | re.VERBOSE,
)


def follows(turn: Turn) -> bool:
    """Tell whether a message sounds as if it asked on about the service question just answered."""
    said = not turn.is_button and bool(turn.conversation.get(ASKED))
    return said and (is_bare(turn) or _FOLLOWS.search(turn.text) is not None or _asks_who_pays(turn))


def _asks_who_pays(turn: Turn) -> bool:
    return turn.conversation.get(ABOUT) in _SENT_BACK and _WHO_PAYS.search(turn.text) is not None


def is_bare(turn: Turn) -> bool:
    """Tell whether nothing in a message says what it is about, only what came before can: "how long do I have"."""
    return not turn.is_button and _BARE.search(turn.text) is not None


def stays_in_topic(turn: Turn, topic: str) -> bool:
    """Tell whether a follow-up can only mean the topic just answered."""
    related = topic in _ONE_SUBJECT and _ONE_SUBJECT.issuperset(place_of(turn).topics[:1] or ("",))
    return is_bare(turn) and not related


def changes_subject(turn: Turn, own: Sequence[PassageHit], everywhere: Sequence[PassageHit]) -> bool:
    """Tell whether what sounds like a follow-up asks something new ("and do you ship to Canada" after a return).

    Args:
        turn: the message.
        own: the passages of the topic just answered.
        everywhere: those of all topics.
    """
    if turn.intent not in PLACES or is_bare(turn) or not own or _asks_who_pays(turn):
        return False
    if turn.conversation.get(ABOUT) in place_of(turn).topics:
        return False
    return max(map(similarity_of, everywhere)) - max(map(similarity_of, own)) > _ANOTHER_SUBJECT
