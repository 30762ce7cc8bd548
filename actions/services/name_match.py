"""Which of several products a message names: words of the titles weighted by how few of them share the word."""

import math
import re
from collections import Counter
from collections.abc import Sequence

from actions.services.shopping_context import ShownProduct

_LATIN = re.compile(r"[a-z0-9]+(?:['’.][a-z0-9]+)*")
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_COMMON_TEXT = """
a an the and or of for with in on to is it this that these those one ones me my i you your please show tell about how
much does do did can could would will what which who where when has have want buy take get add cart more price cost
stock available compare compared vs versus better best good other like than from by at be are was new gen generation
two three four five pieces piece pcs put again before earlier number option no still left difference between cheaper
colour color colours colors size sizes any
pro max plus mini s m l xl 多少 什么 怎么 这个 那个
"""
_COMMON = frozenset(_COMMON_TEXT.split())
_MODEL_WORDS = frozenset(("pro", "max", "plus", "mini", "ultra", "lite", "se", "air"))
_ENOUGH = 0.8


def _latin(word: str) -> set[str]:
    """Return a word and its letters and digits apart: `watch6` is also meant by "watch 6"."""
    parts = set(re.findall(r"[a-z]+|\d+", word))
    return {word} | (parts if len(parts) > 1 else set())


def words_of(text: str) -> set[str]:
    """Return the words of a text that can name something: Latin words, and pairs of Chinese characters."""
    lowered = text.casefold()
    found: set[str] = set()
    for word in _LATIN.findall(lowered):
        singular = word.removesuffix("s") if len(word) > 4 else word
        found |= _latin(word) | _latin(singular)
    for run in _CHINESE.findall(lowered):
        found.update(run[i : i + 2] for i in range(len(run) - 1))
    return {word for word in found if word in _MODEL_WORDS or word not in _COMMON}


_QUESTION_ZH = re.compile(
    r"多少钱|多钱|来着|前面|之前|刚才|前?那个|还有|能不能|尺?码|颜色|什么价格?|价格|怎么样|怎么卖|有没有|有货|现货|加入购物车|加购|介绍一下|详情|我想要?|看看|请问|帮我|对比|比较"
    r"|哪个好|哪款好|[这那]一?[个款]|吗|呢|吧|的|了|买|要"
)


def name_words(text: str) -> str:
    """Return a message without the words of the question, so that what is left may be a product's name."""
    plain = _QUESTION_ZH.sub(" ", text)
    return " ".join(word for word in plain.split() if _names_something(word.casefold().strip("?!.,")))


def _names_something(word: str) -> bool:
    return word in _MODEL_WORDS or word not in _COMMON


def said_in_full(title: str, brand: str | None, said: set[str]) -> bool:
    """Tell whether a message has every word of a title, the brand's own aside: "iphone 15" for Apple iPhone 15."""
    own = {word for word in _LATIN.findall(title.casefold()) if _names_something(word)}
    return bool(own) and own - set(_LATIN.findall((brand or "").casefold())) <= said


def named(text: str, products: Sequence[ShownProduct]) -> list[ShownProduct]:
    """Return the products that a message names best: one, several where it fits them equally, or none.

    Args:
        text: what the shopper typed.
        products: among which to look, in an order to be kept.
    """
    said = words_of(text)
    if not said or not products:
        return []
    vocabularies = [words_of(f"{product.title} {product.brand or ''}") for product in products]
    spread = Counter(word for vocabulary in vocabularies for word in vocabulary)
    size = len(products)
    weights = {word: math.log1p(size / count) if count < size or size == 1 else 0.0 for word, count in spread.items()}
    scores = [sum(weights[word] for word in vocabulary & said) for vocabulary in vocabularies]
    best = max(scores)
    if best < _ENOUGH * math.log1p(1):
        return []
    return _shortest([p for p, score in zip(products, scores, strict=True) if score >= best - 1e-9], said)


def _shortest(products: list[ShownProduct], said: set[str]) -> list[ShownProduct]:
    """Prefer a title that is said in full: "Galaxy Watch6" is not the Galaxy Watch6 Classic."""
    return [product for product in products if said_in_full(product.title, product.brand, said)] or products
