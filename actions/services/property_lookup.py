"""What a product's data say about a property that a shopper names: "waterproof", 「续航」, "how heavy"."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from actions.reply import Language
from actions.texts import Texts, listed
from catalog.repositories.products import Labels, ProductView
from catalog.search.segmentation import is_chinese, segment, tokens

# (what shoppers say, parts of attribute keys that answer it); the first pattern that fits a message decides
_PROPERTIES: tuple[tuple[str, str], ...] = tuple(
    (said.strip(), keys.strip())
    for said, keys in (
        (
            r"bat+e?r+y|\bcharge\b.*\blast|run\s?time|续航|电池|待机|用多久|能用几|多久没电|playtime",
            "battery runtime standby playtime",
        ),
        (r"charg(?:e|ing|er)|充电|快充", "charging charge power_input usb"),
        (
            r"water\W?(?:pro+f|resist\w*)|swim|\bdiv(?:e|ing)\b|潜水|shower|rain|\bip\d\d|防水|游泳|洗澡|淋雨|防雨",
            "water ip_rating waterproof splash",
        ),
        (r"weigh|heavy|light(?:weight)?\b(?! bulb)|\bkg\b|grams?|重量|多重|重不重|轻不轻|轻便|几斤|克重", "weight"),
        (r"warranty|guarantee|保修|质保|三包", "warranty"),
        (r"nois[ey]\W?cancel|\banc\b|降噪", "noise_cancel anc"),
        (r"noise|loud|quiet|silent|decibel|噪音|吵|静音|声音大", "noise_level noise decibel sound"),
        (r"wash|clean|洗|清洁|清洗", "wash care dishwasher clean"),
        (r"dishwasher|洗碗机", "dishwasher"),
        (r"\bages?\b|years? old|for kids|几岁|年龄|适合.*[岁孩]", "age"),
        (
            r"compatib|works? with|iphone|android|ios\b|兼容|支持.*(?:苹果|安卓|手机)|能连|适配",
            "compatib connect operating",
        ),
        (r"bluetooth|蓝牙", "bluetooth connect"),
        (r"\bwi-?fi\b|无线网", "wifi wi_fi connect"),
        (r"\bgps\b|定位|导航", "gps navigation"),
        (r"\bnfc\b|刷卡|公交", "nfc"),
        (r"\becg\b|心电", "ecg"),
        (r"camera|megapixel|photo|摄像|拍照|像素|相机", "camera lens resolution sensor"),
        (r"screen|display|屏", "display screen panel"),
        (r"\bram\b|memory|运行内存|内存", "memory ram"),
        (r"storage|\bssd\b|存储|硬盘|容量", "storage capacity"),
        (r"processor|chip|\bcpu\b|处理器|芯片", "processor chip cpu"),
        (r"capacity|litres?|liters?|how much (?:does it|can it) hold|容量|多大容量|几升|毫升", "capacity volume"),
        (r"power|watt|功率|瓦", "power wattage"),
        (
            r"material|made (?:of|from|out)|fabric|leather|cotton|材质|材料|面料|什么做的|什么料|皮的|纯棉",
            "material fabric upper sole shell filling",
        ),
        (
            r"dimension|how (?:big|large|tall|wide|long|thick)|measure|\bcm\b|inch|尺寸|多大|多高|多宽|多长|多厚|大小",
            "dimension size height width length thickness screen diameter",
        ),
        (
            r"in the box|includ|come with|accessor|包装|包含|配件|盒子?里|附带|送什么",
            "in_the_box includes accessories contents",
        ),
        (r"ingredient|contain|allerg|成分|含有|过敏", "ingredient contains key_ingredients"),
        (r"skin type|sensitive skin|肤质|敏感肌|皮肤", "skin"),
        (r"made in|origin|country|产地|哪里产|哪产", "origin made_in country"),
        (r"season|warm|winter|summer|季节|保暖|冬天|夏天|厚不厚", "season warmth temperature insulation"),
        (r"size|fit|尺码|合身|偏大|偏小", "fit size"),
        (r"resolution|分辨率", "resolution display"),
        (r"refresh|刷新率", "refresh_rate"),
        (r"assembl|安装|组装", "assembly installation"),
        (r"temperature|温度|保温", "temperature insulation keeps"),
    )
)
_COMPILED = tuple((re.compile(said, re.IGNORECASE), tuple(keys.split())) for said, keys in _PROPERTIES)
_NEGATED = re.compile(
    r"\b(?:no|not|without|lacks?|never|n't|cannot|can't)\b|没有|不支持|不能|不可|无法|不带|不防", re.IGNORECASE
)
_SENTENCE = re.compile(r"[^。！？!?.]+(?:\.(?=\d)[^。！？!?.]+)*[。！？!?.]?")
_UNITS = {
    "_g": "g",
    "_kg": "kg",
    "_cm": "cm",
    "_mm": "mm",
    "_ml": "ml",
    "_l": "l",
    "_w": "W",
    "_mah": "mAh",
    "_hours": "h",
}
_STOP_WORDS = "the a an is are does do it this that of in have has with for to and how what which long much"
_STOP = frozenset(_STOP_WORDS.split())


@dataclass(frozen=True, slots=True)
class Property:
    """A property as the shop's data state it: its name and value in the shopper's language."""

    name: str
    value: str
    truth: bool | None = None


def attribute_text(key: str, value: Any, language: Language, texts: Texts) -> str:
    """Return an attribute's value in words: yes or no, months, a figure with its unit, the text in the language."""
    if isinstance(value, bool):
        return texts.say("value.yes" if value else "value.no", language)
    if isinstance(value, Mapping):
        value = value.get(language) or value.get("en") or next(iter(value.values()), "")
    if isinstance(value, list):
        return listed(map(str, value), language)
    if key.endswith("_months"):
        return texts.say("detail.warranty_month" if value == 1 else "detail.warranty_months", language, count=value)
    unit = next((unit for suffix, unit in _UNITS.items() if key.endswith(suffix)), "")
    return f"{value} {unit}".strip()


_UNIT_IN_NAME = re.compile(r"\s*[(（]([^()（）]{1,8})[)）]$")


def attribute_property(key: str, value: Any, labels: Labels, language: Language, texts: Texts) -> Property:
    """Return an attribute as it is said; a unit in its label ("Weight (g)") goes to the value."""
    name = labels.attribute(key, language)
    truth = value if isinstance(value, bool) else None
    unit = _UNIT_IN_NAME.search(name)
    if unit is None or truth is not None or not isinstance(value, int | float):
        return Property(name, attribute_text(key, value, language, texts), truth)
    separator = "" if language == "zh" else " "
    return Property(name[: unit.start()], f"{value}{separator}{unit[1]}")


def find_properties(
    product: ProductView, said: str, labels: Labels, language: Language, texts: Texts
) -> list[Property]:
    """Return the attributes that answer a question, the nearest first; empty where the data sheet does not say.

    Args:
        product: with its attributes.
        said: the shopper's words.
        labels: names of attribute keys.
        language: of the answer.
        texts: all texts.
    """
    keys = asked_keys(product, said, labels)
    return [attribute_property(key, product.attributes[key], labels, language, texts) for key in keys]


def asked_keys(product: ProductView, said: str, labels: Labels) -> list[str]:
    """Return the keys of the attributes that answer a question, the nearest first."""
    keys = [key for key in product.attributes if _named(labels, key, said)]
    for pattern, parts in _COMPILED:
        if pattern.search(said):
            for part in parts:
                keys.extend(key for key in product.attributes if part in key.lower())
            break
    return list(dict.fromkeys(keys))


def _named(labels: Labels, key: str, said: str) -> bool:
    lowered = said.casefold()
    for language in ("en", "zh"):
        name = labels.attribute(key, language).casefold()
        if len(name) >= 2 and name in lowered:
            return True
    return False


def names_property(said: str) -> bool:
    """Tell whether a message asks about a property that can be looked up."""
    return any(pattern.search(said) for pattern, _ in _COMPILED)


def only_property(said: str) -> bool:
    """Tell whether words name a property and nothing else ("waterproof"), so that they cannot be a product's name."""
    left = re.sub(r"iphone|android", "x", said, flags=re.IGNORECASE)
    for pattern, _ in _COMPILED:
        left = pattern.sub(" ", left)
    return not re.search(r"\w", left)


def sentence_about(product: ProductView, said: str, language: Language) -> str | None:
    """Return the sentence of the description that speaks of what was asked, or None."""
    description = product.description(language)
    own = " ".join(product.titles.values()).casefold()
    wanted = [word for word in _wanted(said) if word not in own]
    sentences = [found.group().strip() for found in _SENTENCE.finditer(description)]
    patterns = [pattern for pattern, _ in _COMPILED if pattern.search(said)][:1]
    for sentence in sentences:
        if any(pattern.search(sentence) for pattern in patterns):
            return sentence
    for sentence in sentences:
        if wanted and any(word in sentence.casefold() for word in wanted):
            return sentence
    return None


def _wanted(said: str) -> list[str]:
    found: list[str] = []
    for word in tokens(said):
        if is_chinese(word):
            found.extend(word[at : at + 3] for at in range(len(word) - 2))
        elif len(word) > 3 and word not in _STOP:
            found.append(word)
    return found


def stated(product: ProductView, feature: str, labels: Labels, language: Language, texts: Texts) -> Property | None:
    """Return where a product's data say that it has a feature, None where they do not (or say that it has not)."""
    for found in find_properties(product, feature, labels, language, texts):
        if found.truth is not False:
            return found
    sentence = sentence_about(product, feature, language)
    if sentence and _NEGATED.search(sentence):
        return None
    return Property(feature, sentence) if sentence else None


def states(product: ProductView, words: str) -> bool:
    """Tell whether words stand in a product's title or in a value of its attributes, "65w" as "65 W" too."""
    values = [text for value in product.attributes.values() for text in _value_texts(value)]
    wanted = f" {_comparable(words)} "
    return any(wanted in f" {_comparable(text)} " for text in (*product.titles.values(), *values))


def _comparable(text: str) -> str:
    return " ".join(word.removesuffix("s") for word in re.findall(r"\w+", segment(text)))


def _value_texts(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [str(text) for text in value.values()]
    return [str(text) for text in value] if isinstance(value, list) else [str(value)]


def options_of(product: ProductView, kinds: Iterable[str]) -> dict[str, list[str]]:
    """Return {option key: values in stock or not} of a product for the keys given."""
    found: dict[str, list[str]] = {}
    for variant in product.variants:
        for key, value in variant.options.items():
            if key in kinds and value not in found.setdefault(key, []):
                found[key].append(value)
    return found
