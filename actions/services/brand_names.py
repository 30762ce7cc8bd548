"""Chinese names of well-known brands, as shoppers type them."""

import re

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
    "跃我": "Amazfit", "华米": "Amazfit",
    "哥伦比亚": "Columbia", "北面": "The North Face", "始祖鸟": "Arc'teryx", "斯凯奇": "Skechers",
    "妮维雅": "Nivea", "多芬": "Dove", "倍轻松": "Breo", "欧乐": "Oral-B", "博朗": "Braun", "铁三角": "Audio-Technica",
    "摩托罗拉": "Motorola", "德龙": "De'Longhi", "雀巢": "Nestlé", "迪卡侬": "Decathlon", "探路者": "Toread",
    "海信": "Hisense", "创维": "Skyworth", "万代": "Bandai", "孩之宝": "Hasbro", "美泰": "Mattel", "奥乐齐": "ALDI",
    "劳力士": "Rolex", "欧米茄": "Omega", "卡西欧": "Casio", "天梭": "Tissot", "浪琴": "Longines", "古驰": "Gucci",
    "路易威登": "Louis Vuitton", "爱马仕": "Hermès", "普拉达": "Prada", "特斯拉": "Tesla", "西门子": "Siemens",
    "北极狐": "Fjällräven", "巅峰设计": "Peak Design", "新秀丽": "Samsonite", "途明": "Tumi",
    "水星家纺": "Mercury", "罗莱": "Luolai", "太湖雪": "Taihu Snow", "富安娜": "Fuanna", "网易严选": "Yanxuan",
    "捷安特": "Giant", "九号": "Segway-Ninebot", "惠人": "Hurom", "美膳雅": "Cuisinart", "马歇尔": "Marshall",
    "声阔": "Soundcore", "哈曼卡顿": "Harman Kardon", "添柏岚": "Timberland", "马丁博士": "Dr. Martens",
    "萨洛蒙": "Salomon", "迈乐": "Merrell", "百丽": "Belle", "南极人": "Nanjiren", "影石": "Insta360",
    "柯达": "Kodak", "绿联": "UGREEN", "倍思": "Baseus", "贝尔金": "Belkin", "摩米士": "Momax",
    "奈斯派索": "Nespresso", "铂富": "Breville", "比乐蒂": "Bialetti", "柏翠": "Petrus",
    "张小泉": "Zhang Xiaoquan", "爱仕达": "ASD", "特福": "Tefal", "菲仕乐": "Fissler", "炊大皇": "Cooker King",
    "明基": "BenQ", "欧普": "Opple", "霍尼韦尔": "Honeywell", "太平鸟": "Peacebird", "鄂尔多斯": "Erdos",
    "巴拉巴拉": "Balabala", "亚马逊": "Amazon", "文石": "Onyx Boox", "掌阅": "iReader", "汉王": "Hanvon",
    "墨案": "Moaan", "韶音": "Shokz", "八位堂": "8BitDo", "盖世小鸡": "GameSir", "徕芬": "Laifen",
    "飞科": "Flyco", "蔻驰": "Coach", "珑骧": "Longchamp", "山下有松": "Songmont", "迪桑娜": "Dissona",
    "拜亚动力": "Beyerdynamic", "极度未知": "HyperX", "波司登": "Bosideng", "巴塔哥尼亚": "Patagonia",
    "卡哈特": "Carhartt", "海澜之家": "Heilan Home", "泰摩": "Timemore", "德尔玛": "Deerma",
    "巴慕达": "Balmuda", "赛睿": "SteelSeries", "狼蛛": "AULA", "维氏": "Victorinox", "十八子作": "Shibazi",
    "京瓷": "Kyocera", "火候": "Huohou", "雷柏": "Rapoo", "优派": "ViewSonic", "赫曼米勒": "Herman Miller",
    "西昊": "Sihoo", "香奈儿": "Chanel", "迪奥": "Dior", "祖玛珑": "Jo Malone", "观夏": "To Summer",
    "气味图书馆": "Scent Library", "圣罗兰": "YSL", "小佩": "Petkit", "名创优品": "Miniso",
    "泡泡玛特": "Pop Mart", "迪士尼": "Disney", "罗马仕": "Romoss", "酷态科": "CUKTECH", "闪极": "SHARGE",
    "虎牌": "Tiger", "福库": "Cuckoo", "追觅": "Dreame", "云鲸": "Narwal", "特步": "Xtep",
    "布鲁克斯": "Brooks", "索康尼": "Saucony", "萤石": "EZVIZ", "绿米": "Aqara", "乐橙": "Imou",
    "适乐肤": "CeraVe", "兰芝": "Laneige", "珀莱雅": "Proya", "薇诺娜": "Winona", "易来": "Yeelight",
    "普联": "TP-Link", "诺基亚": "Nokia", "鬼塚虎": "Onitsuka Tiger", "回力": "Warrior", "爱步": "Ecco",
    "凌美": "Lamy", "无印良品": "Muji", "施德楼": "Staedtler", "辉柏嘉": "Faber-Castell", "晨光": "M&G",
    "爱丽思": "Iris Ohyama", "太力": "Taili", "森马": "Semir", "挪客": "Naturehike", "科勒曼": "Coleman",
    "牧高笛": "Mobi Garden", "安德玛": "Under Armour", "哈尔斯": "Haers", "富光": "Fuguang",
}  # fmt: skip
_PART_OF_A_WORD = {"美的": "[完甜优精唯柔秀华俊健审欧北南绝最壮凄静爱很太更超好真么多挺]美的"}
"""Words that hold a brand's name and do not mean it: 完美的, 很美的."""

ENGLISH_NAMES = frozenset(_ENGLISH.values())
_CHINESE = {normalize(brand): name for name, brand in reversed(_ENGLISH.items())}
_BY_KEY = {normalize(name): brand for name, brand in _ENGLISH.items()}


def english_brand(name: str) -> str | None:
    """Return the name under which a brand is usually listed, or None where it is not known here."""
    return _BY_KEY.get(normalize(name).strip())


def chinese_brands_in(text: str) -> list[str]:
    """Return the Chinese names of known brands that stand in a text."""
    return [name for name in _ENGLISH if name in text and name in _without_longer_words(name, text)]


def _without_longer_words(name: str, text: str) -> str:
    return re.sub(_PART_OF_A_WORD[name], "", text) if name in _PART_OF_A_WORD else text


def brand_in(brand: str, language: str) -> str:
    """Return a well-known brand as the language's shoppers call it, any other as it is."""
    if language == "zh":
        return _CHINESE.get(normalize(brand), brand)
    return english_brand(brand) or brand
