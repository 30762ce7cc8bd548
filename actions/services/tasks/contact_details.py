"""Names and street addresses as shoppers type them when they are asked for them."""

import re
from itertools import takewhile
from typing import Final

from actions.language_words import TALK
from actions.names import FALLBACK_INTENT
from actions.services.tasks.answers import EMAIL, POSTAL_CODE, is_question
from actions.turn import Entity, Turn

_NAME_WORDS: Final = 4
_NAME_CHARACTERS_ZH: Final = 4
_TALKS: Final = frozenset({"affirm", "deny", "chitchat"})
_TALKS_FROM: Final = 0.85
_NO_NAME_TEXT: Final = """
me myself mine you yours it its same before usual time account next back later continue proceed done great cool perfect
fine whatever anything anyone somebody nobody someone home work office gift test hm hmm hmmm eh um uh er oops lol haha
wtf really bye goodbye cheers ty yo moment second change make quantity card cash paypal visa coupon code order cart none
na name anonymous anon private secret unknown mom mum mother dad father wife husband friend son daughter sister brother
girlfriend boyfriend boss ok okay good nice sorry yes no restart undo over huh seriously speak chinese english
"""
_NO_NAME: Final = (TALK | frozenset(_NO_NAME_TEXT.split())) - {"will", "an", "than"}
_NO_NAME_ZH: Final = re.compile(
    r"""(?:是|就|[寄送发]?给|送|写|用)*(?:我(?:自己|本人|家|的)?|本人|自己
        |(?:我的?)?(?:爸爸?|妈妈?|老婆|老公|媳妇|[男女]朋友|[男女]友|朋友|同学|同事|儿子|女儿|姐姐?|妹妹?|哥哥?|弟弟?
            |爷爷|奶奶|外公|外婆|家人|家里人?|老师|领导|别人|公司))[吧啊呀的收]*
    | [和跟同与]?(?:之前|上次|以前|原来|刚才)的?(?:一样|相同|那个)? | 一样 | 老样子 | 老地址
    | [哈呵嘿嘻哦噢喔啊呃额唔嗯诶哎]+ | 随便 | 都行 | 都可以 | 无所谓 | 知道了? | 收到 | 明白了? | 了解
    | 下一[步个] | 继续 | 返回 | 重来 | 上一步 | 急 | 快点 | 真?麻烦 | 先看看 | 中文 | 英文
    | .*(?:改|换|删|加|减|买|要|付|款|卡|券|码|查|退|订单|快递).* | .*[一二两三四五六七八九十几][个件台双条]""",
    re.VERBOSE,
)
_GREETS: Final = re.compile(
    r"\b(?:hi|hello|hey|morning|evening|afternoon|thanks?|thx|bye|goodbye)\b|[你您]好|哈喽|嗨|在吗|[早晚下]上?[好安午]|谢|再见|拜拜",
    re.IGNORECASE,
)
_SAME: Final = re.compile(r"\b(?:same|before|already)\b|一样|之前|上次", re.IGNORECASE)
_SAYS_WHO: Final = frozenset(
    (
        *_TALKS,
        "ask_bot_identity",
        "goodbye",
        "greet",
        "thank",
        "out_of_scope",
        "change_shipping_address",
        FALLBACK_INTENT,
    )
)
_FEW_WORDS: Final = 6
_LEADS_IN: Final = re.compile(
    r"""^\W*(?:(?:no|nope|ok|okay|yes|sorry|actually|wait|please|pls|hm+|it'?s|to|at|use|then)\b\W*
        |(?:my|the|our)\ (?:new\ |delivery\ |home\ )?(?:address|adress)\ (?:is|to)\b\W*
        |(?:ch[an]{2}ge|send|ship|deliver|make|i\ live|i\ am)\ (?:(?:it|that|this|them|(?:the|my)?\ ?add?ress)\ )?
            (?:to|at)\b\W*
        |(?:不是?|不对|错了|那|请|帮我|还是|我的?|收货|新)?地址[:：]?(?:是|改成|改为|改到|换成|换到|[:：])\s*
        |(?:不是?|不对|错了|好的?|那|请|帮我|还是|就)?[，,\s]*(?:改[成为到]|换[成到]|[寄送发]到|我?住在?)\s*)+""",
    re.IGNORECASE | re.VERBOSE,
)
_PHONE: Final = re.compile(
    r"""(?<!\d)(?:\+\d{1,3}[ -]?)?
        (?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|\(?\d{3}\)?[ .-]?\d{3}[ .-]\d{4}|0\d{2,3}-?\d{7,8})(?!\d)""",
    re.VERBOSE,
)
_LIKE_A_NAME: Final = re.compile(r"[A-Za-zÀ-ÿ.'’-]+(?: [A-Za-zÀ-ÿ.'’-]+){1,3}$|[\u4e00-\u9fff]{2,4}$")
_LIKE_AN_ADDRESS: Final = re.compile(
    r"""\d+\w?(?:\ ?[/-]\ ?\d+)?[\ ,]+(?:[\w'’.-]+\ ){0,4}
        (?:street|str|st|road|rd|avenue|ave|lane|ln|drive|dr|close|way|court|ct|place|pl|square|sq|terrace|boulevard
        |blvd|crescent|hill|row|gardens?|mews|walk)\b
    | [\u4e00-\u9fff](?:路|街|道|巷|弄|村|镇|小区|花园|大厦|广场|公寓|宿舍|号院)
        [\u4e00-\u9fff\s]{0,6}[\d一二三四五六七八九十]
    | [\u4e00-\u9fff]{2,}\s*\d+(?:号|弄|栋|幢|座|楼|单元|室)(?:[\u4e00-\u9fff\s]{0,3}\d|\W*$)""",
    re.IGNORECASE | re.VERBOSE,
)
_NAME_ZH: Final = re.compile(
    r"(?:我叫|我是|名字叫?|姓名|收件人|收货人|叫)?是?[:：\s]*(?P<name>[\u4e00-\u9fff]{2,4})\W*$"
)


def looks_like_a_name(text: str) -> bool:
    """Tell whether a message is a name and nothing else, by its form."""
    return bool(_LIKE_A_NAME.match(text.strip()))


def looks_like_an_address(text: str) -> bool:
    """Tell whether a street and a number, or a house and a flat, stand in a message."""
    return bool(_LIKE_AN_ADDRESS.search(text))


def _before_address(text: str) -> str:
    """Return an address without the words before it: "change it to 7 Park Lane", 「寄到广州天河路1号」."""
    bare = re.sub(r"[吧呢哦啊。！]+$", "", _LEADS_IN.sub("", text))
    return bare if looks_like_an_address(bare) else text


def with_postal_code(text: str) -> dict[str, str]:
    """Return the `address` that a message is, and the `postal_code` where one stands at its end."""
    text = _before_address(text)
    length = len(text.rstrip(" .。"))
    code = next((found for found in POSTAL_CODE.finditer(text) if found.end() == length), None)
    street = text[: code.start()].rstrip(" ,，;；") if code else ""
    if code is None or not looks_like_an_address(street):
        return {"address": text}
    return {"address": street, "postal_code": code[0].upper()}


def read_name(turn: Turn) -> str | None:
    """Return the name that a message gives, None where it rather says something else.

    What the model has marked is one; else a few words are, unless they talk: many a name is unknown to the model.
    """
    text = " ".join(turn.text.split())
    if turn.is_button or is_question(turn):
        return None
    marked = _marked(turn.text, turn.all("person_name"))
    if marked is not None:
        return whole_name(text, marked)
    said = text.strip(" .,!。，！~")
    if len(said) < 2 or any(c.isdigit() or c == "@" for c in said) or not any(c.isalpha() for c in said):
        return None
    return said if _may_be_a_name(said, turn) else None


def tells_no_name(turn: Turn) -> bool:
    """Tell whether a few words were said instead of a name: "me", "my mom", "same as before", 「本人」."""
    short = len(turn.text.split()) <= _FEW_WORDS and len(turn.text) <= 6 * _FEW_WORDS
    if turn.is_button or not short or is_question(turn) or _GREETS.search(turn.text):
        return False
    return turn.intent in _SAYS_WHO or _SAME.search(turn.text) is not None


def _may_be_a_name(said: str, turn: Turn) -> bool:
    words = re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", said.casefold())
    if len(re.findall(r"[\u4e00-\u9fff]", said)) > _NAME_CHARACTERS_ZH or len(words) > _NAME_WORDS:
        return False
    if _NO_NAME.intersection(words) or _NO_NAME_ZH.fullmatch(said) or _GREETS.search(said):
        return False
    written_as_one = len(words) > 1 and said == said.title()
    return written_as_one or turn.intent not in _TALKS or turn.confidence < _TALKS_FROM


def _marked(text: str, names: tuple[Entity, ...]) -> str | None:
    """Return the first name marked in a text, whole where it was marked piece by piece."""
    if not names:
        return None
    first, *further = names
    end = first.end
    for name in further:
        if text[end : name.start].strip(" ·-'’"):
            break
        end = name.end
    return text[first.start : end] if end > first.end else first.text


def address_beside(text: str, name: str) -> dict[str, str]:
    """Return the `address`, and the `postal_code`, that stand beside a name: 「王小明 13800138000 广州天河路1号」."""
    rest = _PHONE.sub(" ", EMAIL.sub(" ", text.replace(name, " ", 1))).strip(" ,，;；。.:：")
    return with_postal_code(" ".join(rest.split())) if looks_like_an_address(rest) else {}


def whole_name(text: str, marked: str) -> str:
    """Return the name of which the model marked a part: "Jane Miller" for Jane, 「王小明」 for 小."""
    said = " ".join(text.split()).strip(" .,!。，！")
    words = said.split()
    chinese = _NAME_ZH.match(said)
    if chinese and marked in chinese["name"] and (len(marked) == 1 or chinese["name"].endswith(marked)):
        return chinese["name"]
    if set(marked.split()) <= set(words) and len(words) <= _NAME_WORDS and all(w.istitle() for w in words):
        return said
    at = said.find(marked)
    following = said[at + len(marked) :].split() if at >= 0 else []
    further = list(takewhile(lambda word: word.istitle() and word.isalpha(), following[:_NAME_WORDS]))
    return " ".join((marked.strip(), *further))
