"""From what the generator finds likely to an edit that is safe: a reply must not mean more, or another thing, than the
policy says.

Whole parts of a sentence stay or go, between marks and "and". Of a part that stays only words that say nothing may go,
and with it stays what takes something back of it, says to what it applies, or is needed to understand it. So the worst
that the generator can do is to leave out a part that somebody would have liked to know.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nlu_models.dialogue.edits import UNIT, Edit, Unit
from nlu_models.dialogue.wording import SYMBOLS

_SENTENCE_ENDS: Final = frozenset(".!?。！？")
_BREAKS: Final = _SENTENCE_ENDS | frozenset(",;:()[]，；：、（）—–") | {"and", "or", "和", "或", "及"}
_CLOSED_EN: Final = """
    a an the this that these those it its it's that's they them their they're there there's here here's
    we us our we're we'll we've you your you're you'll you've i i'm i'll he she who which what
    and also too so then just simply please kindly sorry afraid both each
    to of for from in on at with by as
    is are was were be been being am do does did will would shall can could has have had
    get gets got take takes need needs cost costs come comes go goes make makes give gives
    send ask tell let use see find keep keeps
"""
_CLOSED_ZH: Final = "的了是要会能可以就行哦呢呀啦吧您你我们请都也还在给用到按从对为由和跟把被让来去有这那它他咱先再才"
_NEGATIONS_EN: Final = "not no never cannot without neither nor none nothing nobody un non except void"
_LIMITS_EN: Final = """
    only unless if when once until till before after within over under above below than least most up
    may might must should half few hardly some any every all always provided original
    except but however though although instead rather apart free about per
"""
_NEGATIONS_ZH: Final = frozenset("不没无未非勿莫别拒恕禁免")
_LIMITS_ZH: Final = frozenset("仅只除但若须必限满超才需内外前后上下至最少多以每凡约另")
_RETRACTS_EN: Final = frozenset(
    {"but", "except", "unless", "however", "though", "although", "only", "excluding", "apart", "provided", "if"}
    | {"otherwise", "neither"}
)
_RETRACTS_ZH: Final = re.compile(r"除|但|不过|例外|仅|只[^要]|前提|条件|如果|若|否则|须")
_ENDS_IN_NOT: Final = re.compile(r"n['’]t$")
_PREFIXED: Final = re.compile(r"^(?:un|non)[a-z-]{4,}")
_VERBS_EN: Final = """
    is are was were be been being am do does did will would shall can could has have had must may might should
    cannot not it's that's they're there's we're we'll we've you're you'll costs takes gets goes comes needs
"""
_FOLLOWS_EN: Final = """
    otherwise then else but which who whose that those these this they it them others other beyond above below over
    under less more longer later because since so as where while whereas except unless than rather instead
    including excluding plus minus also too always never such namely
"""
_ACTIONS_EN: Final = """
    accept allow answer apply arrive ask book bring buy call carry charge check choose collect contact cover deduct
    deliver exchange expire fit give hire include inspect keep last leave let lend make mend offer open order pack pass
    pay pick post process receive refund refuse rent repair replace reply require reserve return ring run say sell send
    ship show start stay stop take tell transfer unpack use wait work write
"""
_FOLLOWS_ZH: Final = re.compile(
    r"[也还就都才则再并且但另]|否则|不过|其中|不[满足到够]|未满|超[过出]|其[他余它]|以[上下]|之[后前]"
)
_CLOSED_WORDS: Final = frozenset(_CLOSED_EN.split())
_NOT_WORDS: Final = frozenset(_NEGATIONS_EN.split())
_LIMIT_WORDS: Final = frozenset(_LIMITS_EN.split())
_VERBS: Final = frozenset(_VERBS_EN.split())
_ACTIONS: Final = frozenset(_ACTIONS_EN.split())
_SUBJECTS: Final = frozenset(["i", "you", "we", "they", "it", "he", "she", "this", "that", "these", "there"])
_FOLLOWING: Final = frozenset(_FOLLOWS_EN.split())
_FILLERS: Final = frozenset({"also", "just", "simply", "please", "kindly", "so", "too", *"请也都还就哦呢呀啦吧"})
_VERBAL_ZH: Final = frozenset("是要会能可给收付退换保送寄修发开用买卖")
_PREDICATES_ZH: Final = _VERBAL_ZH | _NEGATIONS_ZH | frozenset("很真太都就才也算属")
_CONDITIONS_EN: Final = frozenset(
    {"if", "when", "once", "unless", "for", "with", "without", "after", "before", "until"}
)
_CONDITIONS_ZH: Final = re.compile(
    r"^(?:如|若|凡|只要|只有|除|在|对|超过|满|不满|没|未|无|非|过)"
    r"|(?:的|者|时|后|前|内|外|以上|以下|下单|付款|的话)$|[前后内](?:下单|付款|下的|拍下|订|取消|提出|告知)"
)
_TURNS_EN: Final = frozenset({"but", "except", "however", "unless", "though", "although"})
_TURNS_ZH: Final = re.compile(r"但|不过|除|例外|以上.{0,4}不|上述.{0,4}不")
_NOT_FOR_ALL: Final = (["this", "does", "not"], ["that", "does", "not"], ["this", "doesn't", "apply"])
_LISTING: Final = frozenset("、和或及")

_STAYS: Final = 0.15
"""Parts that are likelier than that to stay do: chosen on the validation merchants, where more would cost facts."""
_GOES, _SAID = 0.3, 0.5
"""Below the one a word that says nothing may go, above the other a phrase is said."""
_CLOSES: Final = {"(": ")", "[": "]", "（": "）"}
_PAYER: Final = re.compile(
    r"\b(?:we|you|us|buyer|customer|seller)\b.*\b(?:pays?|covers?|bears?)\b"
    r"|(?:[您亲]|买[家方]|顾客|客户|我们|我方|卖[家方]|本店|商家).{0,4}(?:出|承担|负担|付)"
)
_BRACKETS: Final = frozenset((*_CLOSES, *_CLOSES.values()))


@dataclass(frozen=True, slots=True)
class Written:
    """What the generator finds likely: that each of U units stays, `(U,)`, and before each and at the end the likeliest
    phrase, "" for none, with its probability, `(U + 1,)`."""

    keep: NDArray[np.floating[Any]]
    phrases: tuple[str, ...]
    said: NDArray[np.floating[Any]]


def may_be_added(phrase: str) -> bool:
    """Tell whether a phrase is made of function words and marks alone, none of which denies, limits or counts."""
    return all(map(_is_function_word, UNIT.findall(phrase.casefold().replace("’", "'"))))


def _is_function_word(word: str) -> bool:
    if word in _CLOSED_WORDS or word in _CLOSED_ZH:
        return True
    return word not in SYMBOLS and not any(character.isalnum() for character in word)


def safe_edit(units: Sequence[Unit], written: Written) -> Edit:
    """Return the edit that the generator wishes, as far as it may be said.

    Args:
        units: U, of the text.
        written: what the generator finds likely for them.
    """
    words = [unit.text.casefold().replace("’", "'") for unit in units]
    parts = _parts(words)
    shares = [float(np.mean([written.keep[at] for at in part])) for part in parts]
    most = max(shares, default=0.0)
    stays = [share > _STAYS or share == most for share in shares]
    _add_what_belongs(words, parts, stays)
    keep, phrases = [False] * len(units), [""] * (len(units) + 1)
    last = range(0)
    for part, kept, share in zip(parts, stays, shares, strict=True):
        if kept:
            for at in (*_between(words, last, part), *part):
                keep[at] = True
            if share > _STAYS:
                _reword(words, part, range(last.stop, part.start + 1), written, keep, phrases)
            last = part
    ends = [at for at in range(last.stop, len(words)) if words[at] in _SENTENCE_ENDS]
    if last:
        end = min(ends, default=len(words))
        keep[last.stop : end] = [words[at] in _CLOSES.values() and at == last.stop for at in range(last.stop, end)]
        keep[end : end + 1] = [True] * len(ends[:1])
        phrases[end] = written.phrases[end] if _may_say(written, end) else ""
    _without_lone_brackets(words, keep)
    return Edit(tuple(keep), tuple(phrases))


def _parts(words: Sequence[str]) -> list[range]:
    """Return the parts of all sentences; marks and links between them belong to none."""
    found, start = list[range](), 0
    for at, word in enumerate((*words, ".")):
        if word in _BREAKS:
            if at > start:
                found.append(range(start, at))
            start = at + 1
    return found


def _between(words: Sequence[str], last: range, part: range) -> list[int]:
    """Return the marks that stand between a part and the last one before it that stays."""
    if not last:
        return []
    gap = list(range(last.stop, part.start))
    if _BREAKS.issuperset(words[last.stop : part.start]):
        return gap
    ends = [at for at in gap if words[at] in _SENTENCE_ENDS]
    near = [at for at in gap if _BREAKS.issuperset(words[at : part.start])]
    return ends[:1] or near


def _reword(
    words: Sequence[str], part: range, leading: range, written: Written, keep: list[bool], phrases: list[str]
) -> None:
    """Put phrases in the place of words of a part that say nothing, leave out fillers, and add phrases.

    Args:
        words: of the text.
        part: that stays.
        leading: the places from the part before that stays up to this one's first word.
        written: what the generator wishes.
        keep: is changed.
        phrases: is changed.
    """
    at = part.start
    while at < part.stop:
        start = at
        while at < part.stop and written.keep[at] < _GOES:
            at += 1
        gone = words[start:at]
        if gone and at < part.stop:
            said = _may_say(written, start) and all(map(_says_nothing, gone))
            if said or _FILLERS.issuperset(gone):
                keep[start:at] = [False] * len(gone)
                phrases[start] = written.phrases[start] if said else ""
        elif not gone and start > part.start and _may_say(written, start):
            phrases[start] = written.phrases[start]
        at += 1
    first = max((at for at in leading if _may_say(written, at)), key=written.said.__getitem__, default=part.start)
    if first < part.start or written.keep[first] > _GOES:
        phrases[part.start] = written.phrases[first] if _may_say(written, first) else ""


def _may_say(written: Written, place: int) -> bool:
    phrase = written.phrases[place]
    return bool(phrase) and written.said[place] > _SAID and may_be_added(phrase)


def _says_nothing(word: str) -> bool:
    return (word in _CLOSED_WORDS or word in _CLOSED_ZH) and not _denies(word) and not _limits(word)


def _add_what_belongs(words: Sequence[str], parts: Sequence[range], stays: list[bool]) -> None:
    """Let the parts stay that others which stay need: a condition or a subject before, a verb or an exception after."""
    for at in range(1, len(parts)):
        before, part = parts[at - 1], parts[at]
        if stays[at - 1] and not stays[at] and not _ended(words, before, part):
            leads = _leads(words, before, part) and (not _listed(words, before, part) or _list_tells(words, parts, at))
            stays[at] = leads or _shares_verb(words, before, part)
    for at in range(len(parts) - 1, 0, -1):
        before, part = parts[at - 1], parts[at]
        if stays[at] and not stays[at - 1] and not _ended(words, before, part):
            needed = _leads(words, before, part) or _follows(words, part) or _shares_verb(words, before, part)
            stays[at - 1] = needed or _lacks_subject(words, parts, at) or _has_its_verb_before(words, parts[: at + 1])
    for at in range(1, len(parts)):
        before, part = parts[at - 1], parts[at]
        if stays[at - 1] != stays[at] and not _ended(words, before, part):
            both = _tells_payer(words, before) and _tells_payer(words, part)
            stays[at - 1], stays[at] = stays[at - 1] or both, stays[at] or both
    for at in range(1, len(parts)):
        part, after = parts[at - 1], parts[at]
        if not stays[at - 1] or stays[at]:
            continue
        told = [words[i] for i in after]
        if _ended(words, part, after):
            turns = words[after.start] in _TURNS_EN or bool(_TURNS_ZH.match("".join(told)))
            stays[at] = turns or told[:3] in _NOT_FOR_ALL
        else:
            denied = any(map(_denies, told)) and not any(_denies(words[i]) for i in part)
            stays[at] = denied or _takes_back(told)


def _without_lone_brackets(words: Sequence[str], keep: list[bool]) -> None:
    kept = [at for at, stays in enumerate(keep) if stays and words[at] in _BRACKETS]
    pairs = zip(kept[::2], kept[1::2], strict=False)
    if len(kept) % 2 or any(_CLOSES.get(words[one]) != words[other] for one, other in pairs):
        for at in kept:
            keep[at] = False


def _ended(words: Sequence[str], part: range, after: range) -> bool:
    """Tell whether a sentence ends between two parts."""
    return any(words[at] in _SENTENCE_ENDS for at in range(part.stop, after.start))


def _leads(words: Sequence[str], part: range, after: range) -> bool:
    """Tell whether a part says when or for what the next one holds."""
    text = "".join(words[at] for at in part)
    if not _is_han(text):
        return words[part.start] in _CONDITIONS_EN
    topic = not any(words[at] in _VERBAL_ZH or words[at] in SYMBOLS for at in part)
    return _listed(words, part, after) or topic or bool(_CONDITIONS_ZH.search(text))


def _shares_verb(words: Sequence[str], part: range, after: range) -> bool:
    """Tell whether an English part without a verb is joined to the next one by "and" or "or"."""
    joined = bool({"and", "or"}.intersection(words[part.stop : after.start]))
    return joined and not any(_is_verb(words[at]) for at in part)


def _has_its_verb_before(words: Sequence[str], parts: Sequence[range]) -> bool:
    """Tell whether the last of some parts is English without a verb, and one before it in its sentence has one: of "It
    does not cover drops, normal wear" the wear alone would be covered, of "We deliver in Leeds, at £15" nothing is
    delivered."""
    for before, part in zip(reversed(parts[:-1]), reversed(parts), strict=False):
        told = words[part.start : part.stop]
        if told[0] in (*_SUBJECTS, *_ACTIONS) or any(map(_is_verb, told)) or _is_han("".join(told)):
            return False
        if _ended(words, before, part):
            return False
        if any(_is_verb(words[at]) or words[at].removesuffix("s") in _ACTIONS for at in before):
            return True
    return False


def _lacks_subject(words: Sequence[str], parts: Sequence[range], place: int) -> bool:
    """Tell whether an English part begins with what the subject of one before it does: "the team brings it, unpacks it
    and takes the packaging away"; of steps ("open it, send it back") each stands alone."""
    if words[parts[place].start].removesuffix("s") not in _ACTIONS:
        return False
    first = place
    while first and not _ended(words, parts[first - 1], parts[first]):
        first -= 1
    return first < place and words[parts[first].start] not in (*_ACTIONS, "please", "to")


def _tells_payer(words: Sequence[str], part: range) -> bool:
    """Tell whether a part says who pays: of "you pay the way back, we pay the new one" neither is told alone."""
    text = " ".join(words[at] for at in part)
    return _PAYER.search(text.replace(" ", "") if _is_han(text) else text) is not None


def _listed(words: Sequence[str], part: range, after: range) -> bool:
    """Tell whether two Chinese parts are items of a list."""
    return any(words[at] in _LISTING for at in range(part.stop, after.start))


def _list_tells(words: Sequence[str], parts: Sequence[range], place: int) -> bool:
    """Tell whether the last item of a Chinese list says what holds for all of them: 「内衣、袜子拆封后不能退」."""
    while place + 1 < len(parts) and _listed(words, parts[place], parts[place + 1]):
        place += 1
    return not _PREDICATES_ZH.isdisjoint(words[parts[place].start : parts[place].stop])


def _follows(words: Sequence[str], part: range) -> bool:
    """Tell whether a part cannot be understood without the one before it."""
    first = words[part.start]
    return first in _FOLLOWING or _is_verb(first) or bool(_FOLLOWS_ZH.match("".join(words[at] for at in part)))


def _is_verb(word: str) -> bool:
    return word in _VERBS or bool(_ENDS_IN_NOT.search(word))


def _takes_back(words: Sequence[str]) -> bool:
    return bool(_RETRACTS_EN.intersection(words)) or bool(_RETRACTS_ZH.search("".join(words)))


def _is_han(text: str) -> bool:
    return any("\u3400" <= character <= "\u9fff" for character in text)


def _denies(word: str) -> bool:
    return (
        word in _NOT_WORDS
        or word in _NEGATIONS_ZH
        or bool(_ENDS_IN_NOT.search(word))
        or bool(_PREFIXED.match(word))
        or word.startswith(("exclud", "refus", "declin", "ineligib"))
    )


def _limits(word: str) -> bool:
    return word in _LIMIT_WORDS or word in _LIMITS_ZH
