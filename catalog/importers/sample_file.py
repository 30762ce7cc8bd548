"""A made-up product table of any length, to measure an import with.

`python -m catalog.importers.sample_file FILE ROWS` writes one.
"""

import csv
import random
import sys
from pathlib import Path

_KINDS = {
    "Electronics > Headphones": ("Headphones", "头戴耳机"),
    "Electronics > Power Banks": ("Power Bank", "充电宝"),
    "Home > Desk Lamps": ("Desk Lamp", "台灯"),
    "Home > Blankets": ("Blanket", "毛毯"),
    "Kitchen > Kettles": ("Kettle", "电热水壶"),
    "Kitchen > Pans": ("Frying Pan", "平底锅"),
    "Clothing > T-Shirts": ("T-Shirt", "T恤"),
    "Clothing > Jackets": ("Jacket", "夹克"),
    "Outdoor > Tents": ("Tent", "帐篷"),
    "Toys > Puzzles": ("Puzzle", "拼图"),
}
_BRANDS = tuple(
    f"{first}{second}" for first in ("Nor", "Val", "Kei", "Lum", "Tor") for second in ("a", "io", "dan", "ek")
)
_COLORS = ("black", "white", "navy", "red", "green", "beige", "gray", "pink")
_WORDS = ("light", "quiet", "sturdy", "compact", "washable", "foldable", "warm", "bright", "soft", "durable", "simple")
_COLUMNS = (
    "merchant_id", "title", "title_zh", "description", "description_zh", "category", "brand", "price", "currency",
    "price_cny", "stock", "color", "size", "material", "image_url", "url", "rating", "rating_count", "warranty_months",
)  # fmt: skip


def write_sample_products(path: Path, rows: int, *, seed: int = 0) -> None:
    """Write a CSV of `rows` products, the same for the same seed."""
    draw = random.Random(seed)
    kinds = tuple(_KINDS.items())
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        for number in range(rows):
            category, (english, chinese) = draw.choice(kinds)
            brand, color = draw.choice(_BRANDS), draw.choice(_COLORS)
            words = draw.sample(_WORDS, 3)
            cents = draw.randrange(500, 50_000)
            writer.writerow(
                (
                    f"sample-{number}",
                    f"{brand} {words[0]} {english} {number}",
                    f"{brand} {chinese} {number}",
                    f"A {words[1]} and {words[2]} {english.lower()} for every day, tested for two years.",
                    f"日常使用的{chinese}，经过两年测试，做工扎实。",
                    category,
                    brand,
                    f"{cents / 100:.2f}",
                    "USD",
                    f"{cents * 7 / 100:.2f}",
                    draw.randrange(0, 200),
                    color,
                    draw.choice(("S", "M", "L", "XL")),
                    draw.choice(("cotton", "steel", "plastic", "wood")),
                    f"/images/sample-{number % 40}.svg",
                    f"https://shop.example/p/{number}",
                    f"{draw.uniform(3, 5):.1f}",
                    draw.randrange(0, 4000),
                    draw.choice((12, 24, 36)),
                )
            )


if __name__ == "__main__":
    write_sample_products(Path(sys.argv[1]), int(sys.argv[2]))
