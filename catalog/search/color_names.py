"""Colours across languages: names to one canonical name, and shades to the colour that they belong to."""

from functools import lru_cache

from catalog.search.segmentation import is_chinese, normalize, tokens

# canonical name: (the colours that it is a shade of, English names, Chinese names)
_COLORS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "black": ((), "black jet onyx noir ebony obsidian", "黑 黑色 纯黑 曜石黑 曜金黑 雅黑 亮黑 哑光黑 碳黑 玄黑"),
    "white": ((), "white", "白 白色 纯白 雪域白 陶瓷白 月光白 亮白 云白"),
    "gray": ((), "gray grey", "灰 灰色 深灰 浅灰 太空灰 深空灰 岩灰 雾灰"),
    "silver": ((), "silver platinum chrome steel", "银 银色 银白 钛银 亮银 铂金 不锈钢色"),
    "red": ((), "red", "红 红色 大红 正红 中国红 朱红"),
    "orange": ((), "orange", "橙 橙色 橘色 橘红 活力橙"),
    "yellow": ((), "yellow", "黄 黄色 明黄 柠檬黄 鹅黄"),
    "green": ((), "green", "绿 绿色 深绿 浅绿 草绿 苍岭绿"),
    "blue": ((), "blue", "蓝 蓝色 深蓝 浅蓝 天蓝 湖蓝 冰蓝 远峰蓝"),
    "purple": ((), "purple violet", "紫 紫色 深紫 浅紫 暗紫"),
    "pink": ((), "pink", "粉 粉色 粉红 粉红色 浅粉 樱花粉 桃粉"),
    "brown": ((), "brown", "棕 棕色 褐 褐色 咖 咖色 咖啡色 深棕"),
    "beige": ((), "beige", "米 米色 米白 米黄 杏色 裸色"),
    "gold": ((), "gold golden", "金 金色 香槟金 流光金"),
    "multicolor": ((), "multicolor multicolour multicolored multi-color rainbow colorful colourful",
                   "彩色 多彩 彩虹 彩虹色 五彩 拼色 花色"),
    "transparent": ((), "transparent clear", "透明 透明色"),
    "navy": (("blue",), "navy", "藏青 藏青色 海军蓝 藏蓝 藏蓝色"),
    "sky blue": (("blue",), "skyblue azure sky-blue", "天蓝色 天空蓝"),
    "royal blue": (("blue",), "royalblue cobalt sapphire", "宝蓝 宝蓝色 宝石蓝"),
    "turquoise": (("blue", "green"), "turquoise", "青绿 绿松石 松石绿"),
    "teal": (("green", "blue"), "teal", "蓝绿 蓝绿色 鸭绿 水鸭色"),
    "cyan": (("blue",), "cyan aqua", "青 青色"),
    "indigo": (("blue",), "indigo denim", "靛蓝 靛青 牛仔蓝"),
    "midnight": (("black",), "midnight", "午夜 午夜色"),
    "graphite": (("gray", "black"), "graphite", "石墨 石墨色 石墨灰"),
    "charcoal": (("gray", "black"), "charcoal anthracite", "炭灰 炭灰色 炭黑 木炭"),
    "space gray": (("gray",), "spacegray spacegrey slate gunmetal titanium", "深空灰色 太空灰色 钛 钛色 钛灰 枪灰"),
    "starlight": (("white", "beige"), "starlight", "星光 星光色"),
    "ivory": (("white", "beige"), "ivory", "象牙白 象牙色"),
    "cream": (("white", "beige"), "cream ecru oatmeal eggshell", "奶油色 奶油白 奶白 奶白色 燕麦色 乳白"),
    "natural": (("beige", "brown"), "natural", "原木 原木色 本色 自然色"),
    "khaki": (("beige", "brown", "green"), "khaki", "卡其 卡其色"),
    "tan": (("brown", "beige"), "tan camel sand taupe caramel", "驼 驼色 驼色系 沙色 浅棕 焦糖 焦糖色"),
    "chocolate": (("brown",), "chocolate coffee mocha espresso walnut chestnut bronze copper",
                  "巧克力色 摩卡 胡桃 胡桃色 古铜 古铜色 铜色 栗色"),
    "burgundy": (("red",), "burgundy maroon wine crimson bordeaux", "酒红 酒红色 勃艮第 枣红 暗红 深红 绛红"),
    "scarlet": (("red",), "scarlet ruby cherry vermilion", "绯红 宝石红 樱桃红 朱砂红"),
    "coral": (("orange", "pink"), "coral salmon peach apricot", "珊瑚 珊瑚色 珊瑚红 桃色 蜜桃 杏"),
    "terracotta": (("orange", "brown"), "terracotta rust", "赤陶 陶土色 砖红 铁锈红"),
    "rose": (("pink",), "rose blush fuchsia magenta", "玫红 玫红色 玫瑰红 玫瑰粉 品红 洋红"),
    "rose gold": (("gold", "pink"), "rosegold rose-gold", "玫瑰金 玫瑰金色"),
    "lavender": (("purple",), "lavender lilac mauve", "薰衣草 薰衣草紫 丁香紫 淡紫 香芋紫 香芋"),
    "plum": (("purple",), "plum aubergine", "梅紫 葡萄紫"),
    "olive": (("green",), "olive army sage moss", "橄榄 橄榄绿 军绿 军绿色 鼠尾草绿 苔绿"),
    "mint": (("green",), "mint", "薄荷 薄荷绿 薄荷色"),
    "lime": (("green", "yellow"), "lime neon", "荧光绿 青柠 青柠绿 荧光黄"),
    "forest green": (("green",), "emerald jade forest bottle", "墨绿 墨绿色 祖母绿 森林绿 翡翠绿"),
    "mustard": (("yellow",), "mustard amber honey", "芥末黄 姜黄 姜黄色 琥珀 琥珀色 蜜色"),
    "champagne": (("gold", "beige"), "champagne", "香槟 香槟色"),
    "tortoise": (("brown",), "tortoise tortoiseshell leopard", "玳瑁 玳瑁色 豹纹"),
}  # fmt: skip
_PAIRS = {
    ("rose", "gold"): "rose gold", ("space", "gray"): "space gray", ("space", "grey"): "space gray",
    ("sky", "blue"): "sky blue", ("royal", "blue"): "royal blue", ("navy", "blue"): "navy",
    ("forest", "green"): "forest green", ("wine", "red"): "burgundy", ("army", "green"): "olive",
    ("light", "blue"): "sky blue", ("dark", "blue"): "navy", ("off", "white"): "cream",
    ("gun", "metal"): "space gray", ("hot", "pink"): "rose", ("mint", "green"): "mint",
}  # fmt: skip
_ENGLISH = {name: color for color, (_, names, _zh) in _COLORS.items() for name in names.split()}
_CHINESE = {name: color for color, (_, _en, names) in _COLORS.items() for name in names.split()}
_LONGEST_CHINESE = max(map(len, _CHINESE))


@lru_cache(maxsize=4096)
def color_names(text: str) -> tuple[str, ...]:
    """Return the canonical colours that a text names, in its order: `"navy / 白色"` gives `("navy", "white")`."""
    found: list[str] = []
    words = tokens(text)
    position = 0
    while position < len(words):
        pair = _PAIRS.get((words[position], words[position + 1])) if position + 1 < len(words) else None
        if pair:
            found.append(pair)
            position += 2
            continue
        word = words[position]
        position += 1
        if is_chinese(word):
            found.extend(_chinese_colors(word))
        elif word in _ENGLISH:
            found.append(_ENGLISH[word])
    return tuple(dict.fromkeys(found))


def _chinese_colors(run: str) -> list[str]:
    found: list[str] = []
    position = 0
    while position < len(run):
        for length in range(min(_LONGEST_CHINESE, len(run) - position), 0, -1):
            color = _CHINESE.get(run[position : position + length])
            if color:
                found.append(color)
                position += length
                break
        else:
            position += 1
    return found


@lru_cache(maxsize=4096)
def color_terms(text: str) -> frozenset[str]:
    """Return what a stored colour answers to: its canonical names, the colours they are shades of, and itself."""
    terms = {" ".join(tokens(text))[:100]}
    for name in color_names(text):
        terms.add(name)
        terms.update(_COLORS[name][0])
    return frozenset(term for term in terms if term)


def wanted_colors(text: str) -> frozenset[str]:
    """Return the terms, any of which satisfies a wish for this colour: its canonical name, or the words as typed."""
    names = color_names(text)
    return frozenset(names) if names else frozenset({" ".join(tokens(normalize(text)))[:100]})


def is_color(term: str) -> bool:
    """Tell whether a stored term is a canonical colour."""
    return term in _COLORS
