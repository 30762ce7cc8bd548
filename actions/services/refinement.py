"""How the last search changes: cheaper, in black, bigger, more of it, without a limit. Pure."""

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from actions.services.search_request import SearchRequest, apply_wishes
from actions.services.shopping_context import ShownProduct
from actions.services.wishes import Wishes
from actions.turn import Turn
from catalog.search.query import SortOrder
from catalog.search.size_names import size_term


class Change(StrEnum):
    """What a message or a button does to the last search."""

    CHEAPER = "cheaper"
    DEARER = "dearer"
    MORE = "more"
    BIGGER = "bigger"
    SMALLER = "smaller"
    BY_PRICE = "by_price"
    BY_PRICE_DOWN = "by_price_down"
    BY_RATING = "by_rating"
    OTHER_COLOR = "other_color"
    OTHER_BRAND = "other_brand"
    ANY_COLOR = "any_color"
    ANY_BRAND = "any_brand"
    ANY_SIZE = "any_size"
    ANY_PRICE = "any_price"
    ANY_MATERIAL = "any_material"
    IN_STOCK = "in_stock"


_ANY = r"(?:any|all|whatever|every)\s+(?:other\s+)?"
_NEVER = r"(?:forget|drop|remove|ignore|never\s*mind|skip|without|no\s+matter)\s+(?:about\s+)?(?:the\s+)?"
_CARELESS = r"\bdo\s*n[o'’]?t\s+(?:care|mind)\s+(?:about\s+)?(?:the\s+|what\s+|which\s+)?"
_OTHER = r"\b(?:(?:an)?other|different)\s+"
_OTHER_ZH = r"(?:别的|其他的?|其它的?|另外的?|不同的?|换(?:一?[个种]|别的|其他的?)?)"
_FREE_ZH = r"(?:不限|无所谓|都行|都可以|随便|不重要|没要求|不挑|不管|没关系)"


def _free(english: str, chinese: str) -> str:
    return (
        rf"\b(?:{_ANY}|{_NEVER}|{_CARELESS})(?:{english})\b|\b(?:{english})s?\s+(?:does|do|is)\s*n[o'’]?t\s+(?:matter|important)"
        rf"|\bno\s+(?:{english})\s+(?:limit|preference)|(?:{chinese}){_FREE_ZH}|{_FREE_ZH}(?:什么)?(?:{chinese})"
    )


_PATTERNS: tuple[tuple[Change, re.Pattern[str]], ...] = tuple(
    (change, re.compile(pattern, re.IGNORECASE))
    for change, pattern in (
        (Change.OTHER_COLOR, rf"{_OTHER}colou?rs?\b|{_OTHER_ZH}颜色"),
        (
            Change.OTHER_BRAND,
            rf"(?:{_OTHER}|\bcheaper\s+)(?:brands?|makes?)\b|(?:{_OTHER_ZH}|便宜一?[点些]?的)(?:品牌|牌子)",
        ),
        (Change.ANY_COLOR, _free("colou?rs?", "颜色|(?<![黑白红蓝绿灰粉紫黄橙棕金银])色")),
        (Change.ANY_BRAND, _free("brands?", "品牌|牌子")),
        (Change.ANY_SIZE, _free("sizes?", "尺码|尺寸|大小")),
        (Change.ANY_MATERIAL, _free("materials?", "材质|面料|材料")),
        (Change.ANY_PRICE, _free("prices?|budgets?|price limit", "价格|价钱|预算|价位") + "|money is no object|不差钱"),
        (
            Change.BY_PRICE,
            r"\b(?:sort|order|rank)\w*\b.*\b(?:price|cheap\w*|low)|\bcheapest\b|\blowest\s+price|\blow(?:est)?\s+to\s+high"
            r"|价格?从低到高|按价格|最便宜|最低价|价格升序",
        ),
        (
            Change.BY_PRICE_DOWN,
            r"\b(?:most\s+expensive|dearest|priciest)\b|最贵|\bhigh(?:est)?\s+to\s+low|价格?从高到低|价格降序",
        ),
        (
            Change.BY_RATING,
            r"\b(?:sort|order)\w*\b.*\b(?:rating|review|best)|\b(?:best|top|highest)[\s-]+(?:rated|reviewed|first)"
            r"|评分最?高|好评|口碑|按评分|评价最?好",
        ),
        (
            Change.CHEAPER,
            r"\bcheap(?:er)?\b|\bch(?:aep|eep|epa|eap|ep)p?(?:er|re|r)\b|[便偏]宜|\bless\s+(?:expensive|pric)\w*|\blower[\s-]+pric\w*|\bto+\s+(?:expensive|dear|pric[ey]+|much|high)"
            r"|\bmore\s+affordable|\bbudget\b|便宜|太贵|贵了|实惠|低价|平价|价格?低[一点些]|有点贵|划算",
        ),
        (
            Change.DEARER,
            r"\bmore\s+(?:expensive|premium)|\bhigher[\s-]+(?:end|pric\w*|quality)|\bbetter\s+(?:ones?|quality)|\bto+\s+cheap"
            r"|\bpremium|\bhigh[\s-]end|更贵|贵一?点|高端|档次|更好的|高级",
        ),
        (
            Change.BIGGER,
            r"\b(?:bigger|larger|one\s+size\s+up|to+\s+small)\b|大一?点|更大|大一[码号]|太小|再大",
        ),
        (
            Change.SMALLER,
            r"\b(?:smaller|tinier|one\s+size\s+down|to+\s+(?:big|large))\b|小一?点|更小|小一[码号]|太大|再小",
        ),
        (
            Change.IN_STOCK,
            r"\b(?:only\s+)?(?:in\s+stock|available)\s+(?:only|ones?|now)|\bonly\b.*\bin\s+stock|只[要看].*有货|有现货|现货的",
        ),
        (
            Change.MORE,
            r"^\W*more\W*$|\bshow\s+(?:me\s+)?(?:some\s+)?(?:more|others?)\b|\b(?:any|some|what)\s+(?:more|others?|else)\b|\b(?:any|something|anything|what)\s+else\b"
            r"|\bother\s+(?:ones?|options?|models?|choices)|\bmore\s+(?:options?|choices|like|results?|of\s+them)|\bnext\b|\b(?:something\s+)?different(?:\s+ones?)?\W*$|\bdifferent\s+ones?"
            r"|换一?[批换些]|换(?:一[个款]|几[个款]|[个款])\W*$|下一[页批]|还有(?:别的|其他|吗|没有|更多)|更多|再来(?:一批|几[个款])|别的|其他的?",
        ),
    )
)
_THE_ONE = re.compile(
    r"\b(?:cheapest|(?:most|least) expensive|dearest|priciest|(?:best|top|highest)[- ]rated)\s+(?:one|1|model)\b"
    r"|(?:最便宜|最贵|评分最?高|评价最?好)的?是?[那哪]?一?[个款件双台只]",
    re.IGNORECASE,
)
ORDERS = (Change.BY_PRICE, Change.BY_PRICE_DOWN, Change.BY_RATING)
_WEAKER = {
    Change.CHEAPER: (Change.BY_PRICE, Change.ANY_PRICE),
    Change.ANY_COLOR: (Change.OTHER_COLOR,),
    Change.ANY_BRAND: (Change.OTHER_BRAND,),
}
"""What a message does not mean where it means one of the others: "any other brand" is not any brand."""
_MOST_EXCLUDED = 120
_LETTERS = ("xs", "s", "m", "l", "xl", "xxl", "xxxl")


def changes_of(turn: Turn) -> tuple[Change, ...]:
    """Return the changes that a message asks for; a button names one in the entity `change`."""
    entity = turn.first("change")
    if entity is not None and entity.value in list(Change):
        return (Change(entity.value),)
    if turn.is_button:
        return ()
    found = tuple(change for change, pattern in _PATTERNS if pattern.search(turn.text))
    found = tuple(change for change in found if not any(other in found for other in _WEAKER.get(change, ())))
    if len(found) > 1 and Change.MORE in found:
        found = tuple(change for change in found if change is not Change.MORE)
    return found


def the_one(text: str, changes: Sequence[Change]) -> Change | None:
    """Return the order of which a message wants the first alone: "the cheapest one", 「评分最高的那款」."""
    return next((change for change in changes if change in ORDERS), None) if _THE_ONE.search(text) else None


@dataclass(frozen=True, slots=True)
class Refined:
    """The new wish; `ask_size` says that a size must be asked for before "bigger" means anything."""

    request: SearchRequest
    changes: tuple[Change, ...]
    ask_size: bool = False


def refine(
    last: SearchRequest,
    turn: Turn,
    wishes: Wishes,
    shown: Sequence[ShownProduct],
    currency: str,
    *,
    focus: ShownProduct | None = None,
) -> Refined:
    """Return the last wish changed by a message.

    "Cheaper" means below the median price of what was shown, or below the product that the talk is about; "dearer"
    the same upwards. "Other brands" are not those asked for, or else not those shown. A limit named anew replaces the
    former one of its sort.

    Args:
        last: the wish that the shown list answered.
        turn: the message.
        wishes: the limits that the message names.
        shown: the list shown last.
        currency: of the conversation.
        focus: the product that the talk is about, if any.
    """
    found = changes_of(turn)
    request = apply_wishes(last, wishes, currency)
    if last.currency not in (None, currency) and not wishes.has_price:
        request = request.without_price()
    ask_size = False
    for change in found:
        request, asks = _apply(change, request, wishes, shown, currency, focus)
        ask_size = ask_size or asks
    request = replace(  # "any colour but black"
        request,
        not_brands=request.not_brands or wishes.not_brands,
        not_colors=request.not_colors or wishes.not_colors,
        not_sizes=request.not_sizes or wishes.not_sizes,
        not_materials=request.not_materials or wishes.not_materials,
    )
    if Change.MORE in found and wishes == Wishes(not_brands=wishes.not_brands, not_words=wishes.not_words):
        request = replace(request, shown_ids=(*last.shown_ids, *(p.product_id for p in shown))[-_MOST_EXCLUDED:])
    return Refined(request, found, ask_size)


_RESETS: dict[Change, dict[str, object]] = {
    Change.ANY_COLOR: {"colors": (), "not_colors": ()},
    Change.ANY_BRAND: {"brands": (), "unknown_brands": (), "not_brands": ()},
    Change.ANY_SIZE: {"sizes": (), "not_sizes": ()},
    Change.ANY_MATERIAL: {"materials": (), "not_materials": ()},
    Change.ANY_PRICE: {"price_min_minor": None, "price_max_minor": None, "relative_price": False},
    Change.BY_PRICE: {"sort": SortOrder.PRICE_ASCENDING},
    Change.BY_PRICE_DOWN: {"sort": SortOrder.PRICE_DESCENDING},
    Change.BY_RATING: {"sort": SortOrder.RATING},
    Change.IN_STOCK: {"in_stock_only": True},
}


_OF_A_NEW_LIST = (*ORDERS, Change.IN_STOCK)


def ordered(request: SearchRequest, turn: Turn) -> SearchRequest:
    """Return a new wish in the order that its message asks for, and with what is in stock alone where it says so."""
    for change in changes_of(turn):
        if change in _OF_A_NEW_LIST:
            request = replace(request, **_RESETS[change])  # type: ignore[arg-type]
    return request


def _apply(
    change: Change,
    request: SearchRequest,
    wishes: Wishes,
    shown: Sequence[ShownProduct],
    currency: str,
    focus: ShownProduct | None,
) -> tuple[SearchRequest, bool]:
    if change in _RESETS:
        return replace(request, **_RESETS[change]), False  # type: ignore[arg-type]
    around = [focus] if focus is not None else list(shown)
    if change is Change.OTHER_BRAND and not wishes.brands:
        brands = request.brands or tuple(product.brand for product in around if product.brand)
        unwanted = tuple(dict.fromkeys((*request.not_brands, *brands)))
        return replace(request, brands=(), unknown_brands=(), not_brands=unwanted), False
    if change is Change.OTHER_COLOR and not wishes.colors:
        return replace(request, colors=(), not_colors=(*request.not_colors, *request.colors)), False
    if change in (Change.CHEAPER, Change.DEARER):
        return (request if wishes.has_price else _priced(change, request, around, currency)), False
    if change in (Change.BIGGER, Change.SMALLER) and not wishes.sizes:
        size = _next_size(request.sizes, up=change is Change.BIGGER)
        return (replace(request, sizes=(size,)), False) if size else (request, True)
    return request, False


def _priced(
    change: Change,
    request: SearchRequest,
    around: Sequence[ShownProduct],
    currency: str,
) -> SearchRequest:
    prices = [p.price_minor for p in around if p.price_minor is not None and p.currency == currency]
    if not prices:
        sort = SortOrder.PRICE_ASCENDING if change is Change.CHEAPER else SortOrder.PRICE_DESCENDING
        return replace(request, sort=sort)
    if change is Change.CHEAPER:
        highest = int(statistics.median_low(prices)) - 1
        low = request.price_min_minor if (request.price_min_minor or 0) <= highest else None
        return replace(request, price_min_minor=low, price_max_minor=max(0, highest), relative_price=True)
    lowest = int(statistics.median_high(prices)) + 1
    high = request.price_max_minor
    high = high if high is None or high >= lowest else None
    return replace(request, price_min_minor=lowest, price_max_minor=high, relative_price=True)


def _next_size(sizes: Sequence[str], *, up: bool) -> str | None:
    if not sizes:
        return None
    term = size_term(sizes[-1])
    if term in _LETTERS:
        at = _LETTERS.index(term) + (1 if up else -1)
        return _LETTERS[at].upper() if 0 <= at < len(_LETTERS) else None
    if term.isdigit():
        return str(int(term) + (1 if up else -1))
    return None
