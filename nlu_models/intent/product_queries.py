"""Category examples from the shop's own titles, and queries made from its category names.

The input is the file that `shopkeeper export titles` writes: one JSON object a line, either
`{"kind": "product", "category", "language", "title", "brand"}` or
`{"kind": "category", "category", "language", "names": [name, alias, …], "colors": [...]}`.
Carrier sentences fall into two groups, `train` and `held_out`; they share no wording.
"""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nlu_models.intent.messages import Message, parse_annotated

MADE = frozenset({"train", "held_out", "titles"})
"""The authors that stand in the messages made here."""

CARRIERS = {
    ("en", "train"): (
        "[{name}](product_type)",
        "[{color}](color) [{name}](product_type)",
        "[{brand}](brand) [{name}](product_type)",
        "[{name}](product_type) under [{price} dollars](price_max)",
        "[{name}](product_type) under [${price}](price_max)",
        "[{name}](product_type) below [{price}](price_max)",
        "cheap [{name}](product_type)",
        "do you sell [{name}](product_type)",
        "i need a [{name}](product_type) for my [{recipient}](recipient)",
        "show me [{name}](product_type) from [{brand}](brand)",
        "looking for [{color}](color) [{name}](product_type) max [{price}](price_max)",
        "any [{brand}](brand) [{name}](product_type) less than [${price}](price_max)?",
        "what [{name}](product_type) do you have",
        "I would like to see some [{name}](product_type), please.",
        "[{name}](product_type) [{price}](price_min) to [{price_high}](price_max)",
    ),
    ("zh", "train"): (
        "[{name}](product_type)",
        "[{color}](color)[{name}](product_type)",
        "[{color}](color)的[{name}](product_type)",
        "[{brand}](brand)[{name}](product_type)",
        "[{price}元](price_max)以下的[{name}](product_type)",
        "[{name}](product_type)[{price}](price_max)以内",
        "有没有[{name}](product_type)",
        "想买个[{name}](product_type)",
        "便宜点的[{name}](product_type)",
        "给[{recipient}](recipient)买[{name}](product_type)",
        "我想看看[{brand}](brand)的[{name}](product_type)",
        "[{price}](price_min)到[{price_high}块](price_max)的[{name}](product_type)",
        "不超过[{price}块钱](price_max)的[{color}](color)[{name}](product_type)",
        "你们家[{name}](product_type)有哪些",
        "推荐几款[{name}](product_type)",
    ),
    ("en", "held_out"): (
        "got any [{name}](product_type) in [{color}](color)",
        "im after a decent [{name}](product_type), budget [${price}](price_max)",
        "[{brand}](brand) [{name}](product_type) pls",
    ),
    ("zh", "held_out"): (
        "找一款[{color}](color)的[{name}](product_type)",
        "预算[{price}](price_max)，[{name}](product_type)求推荐",
        "来个[{brand}](brand)[{name}](product_type)呗",
    ),
}
COLORS = {
    "en": ("black", "white", "red", "blue", "green", "pink", "grey", "navy", "beige", "purple"),
    "zh": ("黑色", "白色", "红色", "蓝色", "绿色", "粉色", "灰色", "米色", "紫色", "深蓝色"),
}
RECIPIENTS = {
    "en": ("dad", "mom", "girlfriend", "son", "boss", "best friend", "wife", "nephew"),
    "zh": ("爸爸", "妈妈", "女朋友", "儿子", "老板", "闺蜜", "老婆", "侄子"),
}


def _fill(carrier: str, row: dict[str, Any], brands: list[str], random_: random.Random) -> str:
    low = random_.choice((20, 30, 50, 80, 100, 150, 200, 300, 500, 800, 1000, 1500, 2000))
    return carrier.format(
        name=random_.choice(row["names"]),
        brand=random_.choice(brands),
        color=random_.choice(COLORS[row["language"]]),
        recipient=random_.choice(RECIPIENTS[row["language"]]),
        price=low,
        price_high=low + random_.choice((50, 100, 200, 500)),
    )


def read_titles(path: Path) -> list[dict[str, Any]]:
    """Read an `export titles` file.

    Raises:
        ValueError: a line is not a JSON object.
    """
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def category_queries(
    rows: list[dict[str, Any]], group: str, per_category: int, random_: random.Random
) -> Iterator[Message]:
    """Yield search messages for each category from the carriers of one group, `train` or `held_out`."""
    brands: dict[str, list[str]] = {}
    for row in rows:
        if row["kind"] == "product":
            brands.setdefault(row["category"], []).append(row["brand"])
    for row in rows:
        if row["kind"] != "category":
            continue
        carriers = CARRIERS[row["language"], group]
        for number in range(per_category):
            line = _fill(carriers[number % len(carriers)], row, brands.get(row["category"], ["Nova"]), random_)
            text, spans = parse_annotated(line)
            yield Message(text, "search_product", spans, row["language"], group, row["category"])


def title_examples(rows: list[dict[str, Any]], *, held_out: bool) -> Iterator[Message]:
    """Yield product titles labelled with their category only; every seventh title is held out."""
    products = [row for row in rows if row["kind"] == "product"]
    for number, row in enumerate(products):
        if (number // 2 % 7 == 6) == held_out:
            yield Message(row["title"], None, None, row["language"], "titles", row["category"])
