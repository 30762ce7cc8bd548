"""What is said at checkout instead of the detail asked for: "ok", "rather not", "what name?", 「为啥要名字」."""

import re
from typing import Final

from actions.services.small_talk import only_waits
from actions.services.tasks.answers import read_yes_no
from actions.services.tasks.contact_details import looks_like_an_address
from actions.turn import Turn

_SURE: Final = 0.8
_DETAIL: Final = r"(?:name|e-?mail|mail|address|(?:post|postal|zip)\ ?code|postcode|zip)"
_DETAIL_ZH: Final = "(?:名字?|姓名|邮箱|邮件|邮编|地址)"
_WHY: Final = re.compile(
    rf"""^\W*(?:(?:but|and|so|ok|uh|um|hm+|sorry|wait|well)\W+)* (?:
        (?:why|y)\b (?:\W+(?:do|does|would|should|must|is|are|you|u|i|we|the|a|my|our|your|it|this|that|so|all|even|much
            |shop|needs?|want|ask|asking|give|tell|have|know|for|to|required|necessary|mandatory|full|real|payment|info
            |information|details|data|{_DETAIL}s?))*
      | (?:what|which|whose|who'?s)(?:\ (?:full|real|kind\ of|exact))?\ {_DETAIL}s?
            (?:\ (?:do\ you\ (?:mean|need|want)|exactly))?
      | (?:what(?:\ is|'?s)?\ (?:that|this|it)\ |what\ do\ (?:you|u)\ need\ (?:that|it|this|my\ [\w-]+)\ )?
            (?:what\ )?for
      | (?:my\ )?(?:full\ )?{_DETAIL}\?+
      | what(?:\ do\ you\ mean)? | what'?s\ that | huh
      | (?:is|are)\ (?:it|that|this|my\ [\w-]+)\ (?:really\ )?(?:necessary|required|needed|mandatory|optional)
      | (?:do|must|can)\ i\ (?:really\ )?(?:have\ to|need\ to|must|skip|leave)(?:\ (?:it|that|this|out|blank|empty))*
      | do\ you\ (?:really\ )?need\ (?:it|that|this|my\ [\w-]+)
    )\W*$
    | ^\W*(?:那|请问|你们|这个|填|要)*(?:为啥|为什么|干嘛|干吗|干什么|凭啥|凭什么)
        (?:一定|还|非得?|必须|要|需要|填写?|写|给|留|问|用|知道|我|您|你们?|的|这个?|真|全|付款|方式|{_DETAIL_ZH})*
        [呢吗啊呀嘛？?\s]*$
    | ^\W*要?.{{0,4}}(?:{_DETAIL_ZH}|这个)(?:用来|是|拿来)?(?:干[嘛吗啥]|干什么|做什么|做啥|有什么用|有啥用)
    | ^\W*(?:填|写|要)?(?:什么|谁的?|哪个|啥)的?(?:{_DETAIL_ZH}|意思)?[呢啊呀？?\s]*$
    | ^\W*(?:我的?|要?填?|写)?{_DETAIL_ZH}[?？]+$
    | ^\W*(?: (?:一定|必须|非|得)要?.{{0,8}}(?:吗|么|不可)
        | (?:可以|能)?不(?:填|写|给|留|说).{{0,4}}(?:吗|行不行)
        | (?:可以|能)(?:不[填写给留]|跳过).{{0,4}}吗 | .{{0,3}}(?:真名|网名|昵称|化名).{{0,5}}(?:吗|么) )\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
_HOLDS_BACK: Final = re.compile(
    r"""\b(?:rather|prefer)\ not\b
    | \b(?:don'?t|do\ not|won'?t)\ (?:want|like|have|know|remember|wanna|tell|give|share)\b
    | \b(?:not\ (?:telling|sharing|sure)|no\ (?:idea|clue|name|e-?mail|address)|none\ of\ your|skip|dunno|idk|n/a)\b
    | 不(?:想|愿意?|方便|能)(?:说|给|填|写|透露|告诉)? | 不(?:告诉|知道|记得|清楚|晓得|填|写)
    | 忘了 | 忘记 | 想不起来 | 保密 | 匿名 | 跳过""",
    re.IGNORECASE | re.VERBOSE,
)
_ANY_LETTER: Final = re.compile(r"[^\W\d_]")
_MOST_CHARACTERS: Final = 60


def asks_why(turn: Turn) -> bool:
    """Tell whether a message asks what is meant or why it is needed."""
    return not turn.is_button and _WHY.search(turn.text.strip()) is not None


def is_no_answer(turn: Turn) -> bool:
    """Tell whether a message only agrees, holds back or asks why, where a name or an address was asked for."""
    text = turn.text.strip()
    if turn.is_button or only_waits(text) or len(text) > _MOST_CHARACTERS:
        return False
    if asks_why(turn) or _HOLDS_BACK.search(text) or not _ANY_LETTER.search(text):
        return True
    if turn.first("person_name") is not None or looks_like_an_address(text):
        return False
    says_so = turn.intent not in ("affirm", "deny") or turn.confidence >= _SURE
    return says_so and read_yes_no(turn) is not None
