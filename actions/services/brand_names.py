"""Chinese names of well-known brands, as shoppers type them."""

from catalog.search.segmentation import normalize

_ENGLISH = {
    "苹果": "Apple", "三星": "Samsung", "华为": "Huawei", "小米": "Xiaomi", "红米": "Redmi", "荣耀": "Honor",
    "索尼": "Sony", "飞利浦": "Philips", "松下": "Panasonic", "博世": "Bosch", "戴森": "Dyson", "美的": "Midea",
    "海尔": "Haier", "格力": "Gree", "联想": "Lenovo", "戴尔": "Dell", "惠普": "HP", "华硕": "ASUS", "宏碁": "Acer",
    "微软": "Microsoft", "谷歌": "Google", "佳明": "Garmin", "耐克": "Nike", "阿迪达斯": "Adidas", "阿迪": "Adidas",
    "彪马": "Puma", "李宁": "Li-Ning", "安踏": "Anta", "新百伦": "New Balance", "匡威": "Converse", "万斯": "Vans",
    "亚瑟士": "ASICS", "优衣库": "Uniqlo", "李维斯": "Levi's", "乐高": "LEGO", "佳能": "Canon", "尼康": "Nikon",
    "富士": "Fujifilm", "大疆": "DJI", "安克": "Anker", "罗技": "Logitech", "雷蛇": "Razer", "捷波朗": "Jabra",
    "森海塞尔": "Sennheiser", "漫步者": "Edifier", "任天堂": "Nintendo", "欧莱雅": "L'Oréal", "兰蔻": "Lancôme",
    "雅诗兰黛": "Estée Lauder", "资生堂": "Shiseido", "理肤泉": "La Roche-Posay", "薇姿": "Vichy", "科颜氏": "Kiehl's",
    "双立人": "Zwilling", "酷彩": "Le Creuset", "九阳": "Joyoung", "苏泊尔": "Supor", "象印": "Zojirushi",
    "膳魔师": "Thermos", "宜家": "IKEA", "一加": "OnePlus", "石头": "Roborock", "科沃斯": "Ecovacs", "小天才": "Imoo",
    "华米": "Amazfit", "哥伦比亚": "Columbia", "北面": "The North Face", "始祖鸟": "Arc'teryx", "斯凯奇": "Skechers",
    "妮维雅": "Nivea", "多芬": "Dove", "倍轻松": "Breo", "欧乐": "Oral-B", "博朗": "Braun", "铁三角": "Audio-Technica",
    "摩托罗拉": "Motorola", "德龙": "De'Longhi", "雀巢": "Nestlé", "迪卡侬": "Decathlon", "探路者": "Toread",
    "海信": "Hisense", "创维": "Skyworth", "万代": "Bandai", "孩之宝": "Hasbro", "美泰": "Mattel", "奥乐齐": "ALDI",
}  # fmt: skip
_CHINESE = {brand: name for name, brand in reversed(_ENGLISH.items())}
_BY_KEY = {normalize(name): brand for name, brand in _ENGLISH.items()}


def english_brand(name: str) -> str | None:
    """Return the name under which a brand is usually listed, or None where it is not known here."""
    return _BY_KEY.get(normalize(name).strip())


def chinese_brands_in(text: str) -> list[str]:
    """Return the Chinese names of known brands that stand in a text."""
    return [name for name in _ENGLISH if name in text]


def brand_in(brand: str, language: str) -> str:
    """Return a brand as the language's shoppers call it."""
    return _CHINESE.get(brand, brand) if language == "zh" else brand
