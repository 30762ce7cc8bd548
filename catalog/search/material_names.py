"""Materials across languages, with what each is a kind of."""

import re
from functools import lru_cache

from catalog.search.segmentation import is_chinese, tokens

_MATERIALS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "cotton": ((), "cotton", "棉 纯棉 全棉 棉质 精梳棉"),
    "linen": ((), "linen flax", "亚麻 麻 棉麻"),
    "wool": ((), "wool woollen woolen", "羊毛 毛呢"),
    "merino": (("wool",), "merino", "美利奴 美利奴羊毛"),
    "cashmere": (("wool",), "cashmere", "羊绒 山羊绒"),
    "silk": ((), "silk", "真丝 丝绸 蚕丝 桑蚕丝"),
    "down": ((), "down", "羽绒 鹅绒 鸭绒 白鸭绒"),
    "polyester": ((), "polyester", "聚酯 聚酯纤维 涤纶 化纤"),
    "fleece": (("polyester",), "fleece", "抓绒 摇粒绒"),
    "nylon": ((), "nylon polyamide ripstop", "尼龙 锦纶"),
    "spandex": ((), "spandex elastane lycra", "氨纶 莱卡"),
    "denim": (("cotton",), "denim", "牛仔 牛仔布 丹宁"),
    "canvas": ((), "canvas", "帆布"),
    "leather": ((), "leather", "真皮 皮 皮革 牛皮 头层牛皮 羊皮"),
    "suede": (("leather",), "suede nubuck", "麂皮 绒面革 翻毛皮"),
    "faux leather": ((), "pu leatherette fauxleather", "人造革 仿皮 皮质"),
    "plastic": ((), "plastic abs polypropylene pp acrylic", "塑料 塑胶 亚克力"),
    "polycarbonate": (("plastic",), "polycarbonate pc", "聚碳酸酯"),
    "resin": (("plastic",), "resin", "树脂"),
    "silicone": ((), "silicone", "硅胶"),
    "rubber": ((), "rubber latex", "橡胶 乳胶"),
    "foam": ((), "foam eva", "泡沫 记忆棉"),
    "metal": ((), "metal iron", "金属 铁"),
    "steel": (("metal",), "steel", "钢 钢制"),
    "stainless steel": (("steel", "metal"), "stainless", "不锈钢"),
    "aluminum": (("metal",), "aluminum aluminium", "铝 铝合金 铝制"),
    "titanium": (("metal",), "titanium", "钛 钛合金 钛金属"),
    "cast iron": (("metal",), "castiron", "铸铁"),
    "copper": (("metal",), "copper brass", "铜 黄铜 紫铜"),
    "wood": ((), "wood wooden oak walnut pine beech birch maple", "木 木质 实木 木制 橡木 胡桃木 榉木 松木"),
    "bamboo": (("wood",), "bamboo", "竹 竹制 竹子"),
    "glass": ((), "glass", "玻璃 高硼硅玻璃"),
    "ceramic": ((), "ceramic porcelain stoneware", "陶瓷 瓷"),
    "paper": ((), "paper cardboard", "纸 纸质"),
    "mesh": ((), "mesh", "网布 网面 网眼"),
    "carbon fiber": ((), "carbon", "碳纤维"),
    "rattan": ((), "rattan wicker", "藤 藤编"),
    "marble": ((), "marble stone granite", "大理石 石材"),
}  # fmt: skip
_PAIRS = {
    ("stainless", "steel"): "stainless steel",
    ("cast", "iron"): "cast iron",
    ("faux", "leather"): "faux leather",
    ("vegan", "leather"): "faux leather",
    ("pu", "leather"): "faux leather",
    ("carbon", "fiber"): "carbon fiber",
    ("carbon", "fibre"): "carbon fiber",
}
_ENGLISH = {name: material for material, (_, names, _zh) in _MATERIALS.items() for name in names.split()}
_CHINESE = sorted(
    ((name, material) for material, (_, _en, names) in _MATERIALS.items() for name in names.split()),
    key=lambda pair: -len(pair[0]),
)
CHINESE_NAMES = tuple(name for name, _ in _CHINESE)
"""The Chinese names of materials, the longest first."""
_SURE = re.compile("|".join(name for name in CHINESE_NAMES if len(name) > 1))
_HAN = re.compile(r"[\u3400-\u9fff]+")


@lru_cache(maxsize=4096)
def material_names(text: str) -> tuple[str, ...]:
    """Return the canonical materials that a text names."""
    found: list[str] = []
    words = tokens(text)
    skip = False
    for position, word in enumerate(words):
        if skip:
            skip = False
            continue
        following = words[position + 1] if position + 1 < len(words) else ""
        if (word, following) in _PAIRS:
            found.append(_PAIRS[word, following])
            skip = True
        elif is_chinese(word):
            rest = word
            for name, material in _CHINESE:
                if name in rest:
                    found.append(material)
                    rest = rest.replace(name, " ")
        elif word in _ENGLISH:
            found.append(_ENGLISH[word])
    return tuple(dict.fromkeys(found))


def materials_in_title(title: str) -> tuple[str, ...]:
    """Return the canonical materials that a title names; one Chinese character may be a part of another word (麻将)."""
    return material_names(" ".join((_HAN.sub(" ", title), *_SURE.findall(title))))


@lru_cache(maxsize=4096)
def material_terms(text: str) -> frozenset[str]:
    """Return what a stored material answers to: its canonical names, what they are kinds of, and itself."""
    terms = {" ".join(tokens(text))[:100]}
    for name in material_names(text):
        terms.add(name)
        terms.update(_MATERIALS[name][0])
    return frozenset(term for term in terms if term)


def wanted_materials(text: str) -> frozenset[str]:
    """Return the terms, any of which satisfies a wish for this material."""
    names = material_names(text)
    return frozenset(names) if names else frozenset({" ".join(tokens(text))[:100]})
