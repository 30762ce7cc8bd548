"""What a text claims, as far as rules tell: who pays, what is needless, forbidden, demanded or restricted.

The rules were written by looking at the training grammar; `shopkeeper eval checker` counts where they err on it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from nlu_models.dialogue.wording import SYMBOLS

_NOT_EN: Final = (
    r"(?:\b(?:not|never|no|nobody|none|neither|nor|cannot|unable|impossible|refuse\w*|declin\w+)\b|n['’]t\b)"
)
_COST: Final = r"(?:costs?|postage|shipping|carriage|transport|fees?|charges?|freight|it|that|this)\b"
_THE_BUYER: Final = r"(?:you|(?:the\s+)?(?:buyer|customer|purchaser|sender|consumer)s?)"
_OUR_SHOP: Final = "(?:我们|我方|本店|小店|敝店|商家|卖方|卖家|店家|店里)"
_A_BUYER: Final = "(?:您|买家|买方|买受人|顾客|客户|寄件人)"
_PAYING: Final = (
    rf"(?:(?:pay|bear|cover|take\s+care\s+of)\s+(?:for\s+)?(?:(?:the|your|any|all|its)\s+)*(?:\w+\s+)?{_COST}"
    r"|(?:pay|bear)\s+(?:for\s+)?(?:the\s+)?(?:return|rest)\b|(?:pay|cover)(?:\s+both)?(?=\s*(?:[.,;:]|$|ways)))"
)
_ASKED_PAYER: Final = re.compile(
    r"\bwho\s+(?:pays|covers|bears)[^.!?]*\?\s*(?:(?P<shop>we|us)|(?P<buyer>you|not\s+(?:us|we)|the\s+(?:buyer|customer)))\b"
    rf"|谁[^？?，。]*[？?](?:(?P<shop_zh>{_OUR_SHOP})|(?P<buyer_zh>{_A_BUYER}))",
    re.IGNORECASE,
)
_SHOP_PAYS: Final = re.compile(
    r"(?<!not\s)\bfree(?:\s+of\s+(?:charge|postage|shipping|cost))?\b(?!\s+of\b)"
    r"|\b(?:no|any|without)\s+(?:extra\s+|additional\s+|further\s+|\w+\s)?(?:charge|cost|fee)s?\b(?:\s+at\s+all\b)?"
    r"|\bcosts?\s+(?:you\s+)?nothing\b|\bnothing\s+to\s+pay\b|(?:\bnot|n['’]t)\s+cost\b(?:\s+(?:you\s+)?anything)?|\bpay\s+(?:nothing|no\s+postage)\b|\bwon['’]t\s+pay\b|\bnot\s+a\s+penny\b|\bno\s+postage\s+for\b|\bwithout\s+cost\b|\bexempt\s+from\s+postage\b|\bneither\b[^.;]*\b(?:costs|charged)\b|\bprepaid\b|\bnone,\s+it\s+is\s+free\b|\bnothing\s+is\s+(?:taken|deducted)\b|\b(?:customers|buyers)\s+(?:do\s+not|need\s+not|never)\s+pay\b|\bdon['’]t\s+pay\b|\bon\s+us\b|\bour\s+treat\b"
    r"|\bwaive\w*\s+(?:\w+\s+){0,2}(?:fee|charge|cost|postage)s?\b|(?:\bnot|n['’]t)\s+(?:be\s+)?charge[d]?\b"
    r"|\byou\s+(?:do\s+not|don['’]t|must\s+not|need\s+not|needn['’]t|won['’]t|will\s+not|never)\s+(?:have\s+to\s+|need\s+to\s+)?pay\b"
    rf"|\bwe(?:['’]ll|\s+will|\s+do)?\s+(?:gladly\s+)?{_PAYING}|\b(?:seller|shop|company)\s+(?:pays|bears|covers)\b"
    r"|\b(?:paid|borne|covered)\s+by\s+(?:us|the\s+(?:seller|shop|company))\b(?:,\s*not\s+by\s+the\s+buyer)?|\bat\s+our\s+(?:own\s+)?(?:expense|cost)\b"
    r"|免费|(?<!不)包邮|(?<!不)免运费|免邮|免收|零运费|不(?:用)?花(?:一分)?钱|不花一分钱|0运费|免付|一分(?:钱)?(?:都|也)?不用|包在我们身上|商家买单|(?:不必|不用|无需)[^，。]{0,8}(?:支?付|出|承担)[^，。]{0,4}费"
    r"|(?:一概|概|恕)?不(?:再|额外|另)?收(?:取)?(?:您)?(?:任何)?(?:[运邮手服工费钱]\S{0,3}?费?)|(?:费|次|换)[^，。]{0,6}不收(?=[，。；！]|$)|不(?:再|额外)?收\S{0,4}费|不收取"
    rf"|(?:不用|不需要?|无需|不必|无须){_A_BUYER}?(?:来|再|自己)?(?:支?付(?!款)|出(?!示)|承担|掏|花)|您不用(?:出|付)"
    rf"|{_OUR_SHOP}(?:来|都|全|全额)?(?:承担|出(?!示)|支?付(?!款)|负担|报销)|算{_OUR_SHOP}的",
    re.IGNORECASE,
)
_BUYER_PAYS: Final = re.compile(
    rf"\bwe\s+(?:do\s+not|don['’]t|cannot|can['’]t|never|won['’]t|will\s+not)\s+{_PAYING}"
    rf"|\bno\s+{_COST}\s+(?:is|are)\s+paid\s+by\s+us\b|(?:\b(?:not|never|no)\b|n['’]t\b)\s+(?:\w+\s+){{0,2}}free\b(?:\s+of\b)?|\b(?:no|unable)\b[^.,;:]{{0,30}}\bfree\b(?:\s+of\b)?|(?:\bnot|n['’]t)\s+(?:paid|borne|refunded|covered)\s+by\s+(?:us|the\s+(?:company|seller|shop))\b"
    rf"|\b{_THE_BUYER}(?:['’]ll|['’]d|\s+will|\s+would|\s+is|\s+must|\s+shall)?\s+(?:have\s+to\s+|need\s+to\s+)?(?:to\s+)?(?:pay(?:s|ing)?(?!\s+(?:nothing|no)\b)|covers?|bears?)\b"
    rf"|\b(?:paid|borne|covered)\s+(?:by|from)\s+{_THE_BUYER}\b|\bon\s+(?:you\b|the\s+cost\s+of\b)|\bcharged\s+to\s+{_THE_BUYER}\b"
    r"|\byour\s+(?:own\s+)?(?:expense|cost|charge|account)\b(?!['’])"
    rf"|{_OUR_SHOP}(?:这边)?(?:概|恕|也|都|一律)*(?:不|没法|无法|不能|不予)(?:包|出|报销|承担|负担|支?付|补贴)|不是{_OUR_SHOP}出|(?:不|没有?|无法|未)[^，。！]{{0,4}}(?:包邮|免邮|免运费|满额包)|不免运?费"
    rf"|自付|自理|自费|自己(?:来)?(?:出|付|掏|承担)|(?<!不用)(?<!不必)(?<!无需)(?<!不需要){_A_BUYER}(?:来|自己|自行|全额)?(?:承担|出(?!示)|付(?!款)|掏|负担)|[算归]{_A_BUYER}|由{_A_BUYER}(?!来?(?:自己)?(?:定|选|挑|决定))",
    re.IGNORECASE,
)
_NEEDLESS: Final = re.compile(
    r"\bno\s+need\b(?!\s+to\s+(?:rush|hurry|worry))|(?:\b(?:not|never)|n['’]t)\s+(?:\w+\s+)?(?:need(?:ed)?|necessary|required?|have\s+to|obliged|mandatory|insist)\b"
    r"|\bno\s+(?:\w+\s+){1,4}(?:needed|necessary|required|wanted|asked)\b|\bneeds?\s+no\b|\brequires?\s+no\b"
    r"|\bneed\s+not\b|\bneedn['’]t\b|\bno\s+requirement\b|\b(?:goes|works?|possible|fine)\s+without\b(?!\s+\w)|\bunnecessary\b|\boptional\b|\bwaive\w*|\bfree\s+of\s+paperwork\b|\bwhether\s+or\s+not\b"
    r"|没(?:有)?[^，。；！]{0,8}(?:也|仍|照样|一样)(?:能|可|行|保|给|受理)|[无未没][^。；！，]{0,10}，?[^。，；！]{0,3}(?:也|仍|亦|照样|照常|一样|依旧)(?=能|可|行|保|给|受理|通过|有效|都|可以|支持)|(?:丢|扔|没)了?也(?:能|可|行|没)|有没有\S{1,6}都"
    r"|(?:丢|不见|找不到)了?[？?，](?:没关系，)?(?:也|照样|一样|照)|纵无|无需|无须|不需要|不用|不必|不强制|毋须|不要求|不要(?=小票|购物小票|凭证|照片)|不看|免(?:传|附|拍|小票|购物小票)|者免|(?:虽|纵)(?:失|无)|小票不存|不是\S{0,10}必[要需]",
    re.IGNORECASE,
)
_WITHOUT: Final = re.compile(
    r"\b(?:without|lacking|lack)\s+(?:(?:an?|the|your|any|original)\s+)*(?:account|registering|receipt|proof|it|one|order\s+number)\b|\bno\s+(?:receipt|account|proof)\b",
    re.IGNORECASE,
)
_NOT_WITHOUT: Final = re.compile(
    rf"{_NOT_EN}[^.;:!?]*\bwithout\b(?:\s+(?:an?|the|your|it|receipt|original))*|\bwithout\b[^.;:!?]*{_NOT_EN}"
    r"|(?:没(?!法)有?|无|未附|未带|缺|失|拿不出)[^，。；！？]{1,8}[，]?(?:就|是|的|者|则|则是)*[^，。；！？也仍照样]{0,6}(?:不能|不予|不给|不可|没法|无法|不行|恕|概不|不受理|没有?办法|不保|不退|不了)",
    re.IGNORECASE,
)
"""The same as a demand: it does not go without."""
_LOST: Final = re.compile(
    r"\b(?:lost|no|missing)\b[^.?!]{0,14}\breceipt\b[^?!.]*\?|小票[^？?，。]{0,2}(?:丢|没|不见|找不到)\S{0,2}[？?]",
    re.IGNORECASE,
)
_LIMIT: Final = re.compile(
    rf"\b(?:before|until|by|within|under|below|up\s+to|for|in)\s+[{''.join(SYMBOLS)}]|[{''.join(SYMBOLS)}](?:之|以)?[前内]|[{''.join(SYMBOLS)}]有?效|(?:超过|高于|最晚|截止到?)[{''.join(SYMBOLS)}]",
    re.IGNORECASE,
)
"""A limit that is told with its value."""
_ASKED_NEED: Final = re.compile(
    r"\bneed\b[^?.!]*\?\s*(?:(?P<yes>yes|you\s+do)|(?P<no>no|you\s+don['’]t))\b,?", re.IGNORECASE
)
_DEMAND: Final = re.compile(
    rf"\b(?:(?:needs?|needed)(?!\s+(?:an?\s+)?(?:extra\s+)?[{''.join(SYMBOLS)}])|requires?|required|necessary|must|ha(?:ve|s)\s+to|mandatory|compulsory)\b"
    rf"|必须|须|务必|需(?!要的话|要?(?:付|支付|收取|[{''.join(SYMBOLS)}]))|(?:要|得)(?:有|凭|出示|提供|附)|凭|认票",
    re.IGNORECASE,
)
_NEGATION: Final = re.compile(
    r"\b(?:not|no|never|cannot|can\s?not|none|nor|neither|unable|impossible|without|(?:we|must|is|are|be)\s+refused?|declin\w+|exclud\w+|unavailable|ineligible|forbidden|prohibited"
    r"|unfortunately|non-\w+|lapses?|void|nobody|nothing|forfeited|exempt|outside|out\s+of\s+the\s+question|leaves?\s+(?:\w+\s+)?out"
    r"|rule[sd]?\s+out|(?:must|have\s+to)\s+stay|stay\s+with\s+you|send\s+back\s+to\s+you|ends\s+(?:there|as\s+soon)|all\s+or\s+nothing|only\s+the\s+whole|neither|we\s+except|regret\w*|sadly)\b|n['’]t\b"
    r"|不(?!管(?![，。；、的]|$)|小心|仅|但|过(?!了)|同|论|妨|错|久|好意思|起)|没|无法|无(?!论|忧|理由)|未|勿|恕|概|莫|拒(?![收签])|(?:会|被|我们|概|一律)拒收|非(?!常)|除外|免谈|只能整[单体]|只认整单|别(?!的|人|家)|除[^了非，。]{1,12}外",
    re.IGNORECASE,
)
_IDIOM: Final = re.compile(
    r"(?:\b(?:not?|never|cannot)\b|n['’]t\b)[^.,;:!?]{0,24}?\b(?:longer|later|more|less)\s+than\b|(?:\b(?:not|never)\b|n['’]t\b)\s+(?:\w+\s+){0,2}exceed\w*"
    r"|,?\s*(?:and\s+)?never\s+longer\b|\bdo(?:n['’]t|\s+not)\s+(?:worry|forget|hesitate|wait)\b|\bno\s+(?:worries|rush|problem|drama|matter|hurry|stress|trouble)\b"
    r"|\bno\s+need\s+to\s+(?:rush|hurry|worry)\b|\bwithout\s+(?:waiting|delay)\b|\bit\s+won['’]t\s+(?:be|take)\s+long\b|\bisn['’]t\s+lost\b"
    r"|\b(?:we\s+)?(?:don['’]t|do\s+not)\s+mind\b|\bwhy\s+not\b|\bif\s+not\b|\bnot\s+only\b|\bnot\s+(?:happy|satisfied)\b|\bonce\s+lost\b|\bmakes?\s+no\s+(?:difference|distinction)\b"
    r"|\byou\s+no\s+longer\s+want\b|\byou\s+(?:don['’]t|do\s+not)\s+want\b|\bsorry,\s+but\b|\bafraid,?\s+but\b|\beven\s+if\b|\bwhether\b(?!\s+or\s+not\b[^.;]*receipt)(?:\s+or\s+not\b)?|\bnot\s+tied\s+to\b|\bnot\s+just\b|\bnot\s+limit(?:ed\s+to)?\b|\bnot\s+yet\b|\bwithout\s+(?:reaching|being)\b|\bno\s+parcel\b|\bnon-receipt\b|\blonger\s+is\s+not\b|\bnot\s+the\s+(?:right|\w+,?\s+(?:but|the))\b|\bnot\s+be\s+satisfied\b"
    r"|\bnot\s+(?:refunded|paid)\s+(?:out\s+)?in\s+(?:money|cash)\b|\bother\s+than\s+those\s+ordered\b|[,;]\s*(?:later|afterwards)\s+[^.;,]*|\bsign\s+of\s+life\b|\band\s+not\s+to\s+(?:the|a)\s+person\b|\bnot\s+have\s+to\s+be\b"
    r"|\bif\s+(?:you(?:['’]d)?\s+(?:like|wish|want|prefer|rather|please|ask(?:\s+us)?|need\s+(?:one|it))\b|needed|necessary|possible|so)\b|\b(?:ask|check|see|know|us|would\s+[^.;]{1,20})\s+if\b"
    r"|\b(?:only|just)\s+(?:an?\s+)?(?:part|some|single|one\s+(?:item|article)|the\s+(?:item|one)|that)\b|\bjust\s+so\s+you\s+know\b|\bnobody\s+(?:pays|likes|has)\b|\bnot\s+every(?:one|body)\b|\bonly\s+starts\b"
    r"|\b(?:is|are|has|have)?(?:\s+not|n['’]t)\s+(?:yet\s+)?(?:been\s+)?(?:received|collected|picked\s+up|claimed|there|here|arrived)\b|(?:n['’]t|\bnot)\s+collect\b|\b(?:nobody|no\s+one)\s+(?:collects|picks)\b"
    r"|别担心|别着急|别急|别慌|别怕|别忘了?|别客气|别放太久|不用担心|不用着急|不着急|不急|不慌|不难|没问题|没关系|没事|不晚于|不迟于|不早于|不超过|不得?高于|不得逾期|决?不拖延|别拖过|最晚别过|不放心"
    r"|不满意|不合适|不喜欢|不想要|不满(?=[\d★●■◆])|没满|未满|未逾|不到(?=[\d★●■◆])|没到(?=[\d★●■◆])|不管(?![，。；、的]|$)|不论|无论|不限|不影响|不等|不用等|不好意思|不吃亏|不符|不周|等不到|没想齐|不打回|不尽|未能令\S{0,6}满意|只负责|还是没有|仍没有|未到达|未送达|[没无]人来?取|不用重拍|不退现金|不扣留|不克扣|仅就|仅周末|再慢|不打烊|[没未]超过的?(?!不)"
    r"|[，；]?(?:逾期|过期|过后|逾此|期后|到期)(?:则|就|恕|概)?(?:不|无|作废|除外)[^，。；]*|(?P<aba>[能是要行会拆用在])[不没](?P=aba)|可不可以|无需整单取消|不必整单取消|(?:不必|无需|不用)邮寄|(?:不用|无需|不必|毋须|绝?不|不会)等[^，。]*|退货(?:尚)?[没未]有?到达?[也亦]发|不用\S{0,3}(?:操心|负担)|不打烊|不休|不要紧"
    r"|[没未无不]有?(?:人|去)?(?:取|领取|取件|领)(?!消)|没送?到|不愉快|不延期|仍未送达|还没到|没见到货|没有新的扫描|还没收到|只需|不见不散|没买全|没收到|未收到|没来|没到"
    r"|也不例外|不例外|不区分|不只|不介意|不设限制|无碍|不分|(?:需要|想要?|想加|要|漏了|喜欢)的话|快递不停|不满您的意|有没有(?!\S{1,6}都)|(?:别家|很多店)不[保管]的|只(?=取消|退|换|撤)",
    re.IGNORECASE,
)
"""Negative or restricting in form only."""
_DOUBLE: Final = re.compile(
    rf"{_NOT_EN}\s+(?:be\s+)?(?:exempt|excluded|an?\s+obstacle|obstacle|refused?|final|an?\s+problem|prevent)\w*"
    r"|(?:\b(?:not|never)|n['’]t)\s+(?:exclude|except|rule\s+out)\b|\bneither\b[^.,;]{1,24}\b(?:excludes?|rules?\s+out|prevents?)\b",
    re.IGNORECASE,
)
_MARK: Final = f"[{''.join(SYMBOLS)}]"
_PAST: Final = (
    rf"(?:\b(?:after|later\s+than|beyond|past|over|older\s+than|more\s+(?:time\s+)?than|(?:once|when|if|as\s+soon\s+as)\s+(?:\w+\s+){{0,4}}?(?:than\s+)?)\s*{_MARK}"
    rf"|(?:超过|超出|逾|过了?){_MARK}|{_MARK}(?:之后|以后|过后|一过))"
)
_DEADLINE: Final = re.compile(rf"{_PAST}[^.;!?。；！？]*?(?:{_NEGATION.pattern})", re.IGNORECASE)
"""What is not possible after a time is possible within it."""
_PAST_TIME: Final = re.compile(_PAST, re.IGNORECASE)
_ASKED: Final = re.compile(r"[^.!?。！？；;\n]*[?？](?=\s*\S)|问[：:]")
_RESTRICTED: Final = re.compile(
    r"\bexcept(?:ed|ing|ions?)?\b|\bunless\b|\bonly\b(?!\s+the\s+whole)|\bsolely\b|\bexclusively\b|\bprovided\b|\b(?:as|so)\s+long\s+as\b|\bexcluding\b|\bapart\s+from\b|\bsave\s+(?:for|in)\b|\bother\s+than\b|\botherwise\b|\belsewhere\b|\belse\b|\breserved\b|\blimits\s+itself\b|\beverything\s+but\b|\banything\s+but\b"
    r"|\brestricted\s+to\b|\blimited\s+to\b|\bsubject\s+to\b|\bon\s+condition\b|\bwhile\s+stocks?\b|\bbut\s+(?:not|for\s+no)\b|\bafter\s+that\b[^.;]*(?:\bnot?\b|n['’]t\b)|\bjust\s+(?:for|in|to)\b"
    r"|除非|除了|除外|仅(?!凭)|只(?!能整|认整|需|取消|退|换|撤|好|是)|才(?=能|可|行|给|退|保|支持|开|算|有|会|收|要|赔|补)|唯有|前提|为限|为条件|以外|之外|除(?!非)[^，。]{1,12}外|否则|不然|反之|其余[^，。]{0,4}(?:不|无|可|仍)|(?:要|应|须|得)先行?预约|预约在先|(?:可以|[^不]能|都行)[^，。；]{0,12}[，；][^，。；]{0,12}(?:不能|不行|不可以|就不|不予)|(?:没超过|不到|以内)(?:的|则)*不|其[他余它].{0,4}(?:不|无)|例外|(?<!记)得看|要看|惟|但是?[^，。]{0,8}(?:必?[要须]|得)|方(?=可|能|对|予)",
    re.IGNORECASE,
)
_CONDITION: Final = re.compile(r"\bif\b|\bdepends\b|如果|要是|倘|若|的话|者免", re.IGNORECASE)
_EVENT: Final = re.compile(
    r"\b(?:when|whenever|once|with|after|before|until|by|within|in\s+case|for|where|send|include|add|show|pick|mark|make|take)\b|请|拍|如(?!何|此|上|下)|(?<!刚)才|后|前|时|凭",
    re.IGNORECASE,
)
"""Also how a mere event is told; a condition of the sentence may become one."""
_BUT: Final = re.compile(r"\b(?:but|however|though|yet)\b|但|不过|可是|就是", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a text claims, as far as rules can tell."""

    shop_pays: bool
    buyer_pays: bool
    needless: bool
    demanded: bool
    negated: bool
    until: bool
    """Possible within a time, told as impossible after it."""
    after: bool
    restricted: bool
    conditional: bool
    eventual: bool
    limited: bool

    @property
    def bounded(self) -> bool:
        """Return whether it holds under a condition only."""
        return self.restricted or self.conditional


@lru_cache(maxsize=256)  # two checks ask it of the same reply and sentence
def claim(text: str) -> Claim:
    """Return what a text claims; its values are taken out."""
    payer, lost, need = _ASKED_PAYER.search(text), _LOST.search(text), _ASKED_NEED.search(text)
    text = _ASKED_PAYER.sub(" ", _ASKED_NEED.sub(" ", text))
    text = _DOUBLE.sub(" ", _IDIOM.sub(" ", _ASKED.sub(" ", text)))
    rest, until = _taken(_DEADLINE, text)
    rest, buyer = _taken(_BUYER_PAYS, rest)
    rest, shop = _taken(_SHOP_PAYS, rest)
    rest, not_without = _taken(_NOT_WITHOUT, rest)
    rest, needless = _taken(_NEEDLESS, rest)
    rest, without = _taken(_WITHOUT, rest)
    negated, demanded = bool(_NEGATION.search(rest)), not_without or bool(_DEMAND.search(rest))
    needless = needless or without or bool(need and need["no"])
    restricted = bool(_RESTRICTED.search(text)) or (negated and bool(_BUT.search(rest)))
    if lost and not restricted:
        needless, demanded, negated = needless or not (negated or demanded), demanded or negated, False
    return Claim(
        shop_pays=shop or bool(payer and (payer["shop"] or payer["shop_zh"])),
        buyer_pays=buyer or bool(payer and (payer["buyer"] or payer["buyer_zh"])),
        needless=needless,
        demanded=demanded or bool(need and need["yes"]),
        negated=negated,
        until=until,
        after=not until and bool(_PAST_TIME.search(rest)),
        restricted=restricted,
        conditional=bool(_CONDITION.search(text)),
        eventual=bool(_EVENT.search(text)),
        limited=not negated and bool(_LIMIT.search(text)),
    )


def _taken(pattern: re.Pattern[str], text: str) -> tuple[str, bool]:
    rest, count = pattern.subn(" ", text)
    return rest, count > 0
