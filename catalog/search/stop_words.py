"""Words that say nothing about a product. Single Chinese characters are few: 台 alone would cut 台灯 (a lamp)."""

_ENGLISH = """
    a about all an and any anything are around at available be below best better between buy by can could do does
    find for from get give good got great have help hi hello how i if in is it its just less let like looking look me
    more most my need new nice no of on one ones only or other our out over please pls recommend search see sell
    selling shop show some something stuff suggest tell than that the them there these thing things this those to too
    under up us want was we what where which who will with within would you your
"""
_CHINESE = """
    的 了 吗 呢 吧 啊 呀 有没有 没有 我要 我想 我想要 想要 想买 要买 你们 给我 帮我 请问 看看 找找 一下 一个 一款 一台
    一双 一件 一条 一些 这个 那个 这款 那款 什么 哪些 哪个 多少 推荐 推荐一下 以下 以上 以内 之内 左右 块钱 便宜 便宜点
    好的 好用 好用的 比较 还有 用的 适合 可以 价格 预算 之间 不到 不超过 最好 最便宜
"""
ENGLISH = frozenset(_ENGLISH.split())
CHINESE = frozenset(_CHINESE.split())
