"""A small shop on each engine."""

import pytest

from catalog.repositories.categories import save_categories
from catalog.repositories.product_records import CategoryRecord, Price, ProductRecord, VariantRecord
from catalog.repositories.product_writer import ProductWriter
from catalog.session import Database

CATEGORIES = (
    CategoryRecord("electronics", {"en": "Electronics", "zh": "数码电子"}),
    CategoryRecord(
        "smartwatches",
        {"en": "Smartwatches", "zh": "智能手表"},
        "electronics",
        {"en": ("smartwatch", "smart watch"), "zh": ("智能手表", "电话手表")},
    ),
    CategoryRecord("headphones", {"en": "Headphones", "zh": "耳机"}, "electronics", {"zh": ("头戴耳机",)}),
    CategoryRecord("clothing", {"en": "Clothing", "zh": "服饰"}),
    CategoryRecord("t-shirts", {"en": "T-Shirts", "zh": "T恤"}, "clothing", {"en": ("tee", "tshirt")}),
)


def product(
    product_id: str,
    category: str,
    title: str,
    title_zh: str,
    *variants: VariantRecord,
    brand: str | None = None,
    rating: float | None = None,
    **attributes: object,
) -> ProductRecord:
    """Return a product with a little description."""
    return ProductRecord(
        product_id=product_id,
        titles={"en": title, "zh": title_zh},
        descriptions={"en": f"About {title}.", "zh": f"关于{title_zh}。"},
        category_slug=category,
        brand=brand,
        rating=rating,
        rating_count=100,
        attributes=attributes,
        images=(f"/images/{category}.svg",),
        variants=variants,
    )


def variant(variant_id: str, usd: int, cny: int | None = None, stock: int = 5, **options: str) -> VariantRecord:
    """Return a variant priced in whole dollars and yuan."""
    prices = {"USD": Price(usd * 100)} | ({"CNY": Price(cny * 100)} if cny else {})
    return VariantRecord(variant_id, prices, options, stock)


PRODUCTS = (
    product(
        "apple-watch-9", "smartwatches", "Apple Watch Series 9", "苹果 Apple Watch Series 9 智能手表",
        variant("aw9-midnight-41", 399, 2999, color="midnight", size="41 mm"),
        variant("aw9-silver-45", 429, 3199, stock=0, color="silver", size="45 mm"),
        brand="Apple", rating=4.8,
    ),
    product(
        "galaxy-watch-6", "smartwatches", "Samsung Galaxy Watch6", "三星 Galaxy Watch6 智能手表",
        variant("gw6-black-40", 199, 1499, color="black", size="40 mm"),
        variant("gw6-navy-44", 229, 1699, color="navy", size="44 mm"),
        brand="Samsung", rating=4.4,
    ),
    product(
        "galaxy-watch-4", "smartwatches", "Samsung Galaxy Watch4", "三星 Galaxy Watch4 智能手表",
        variant("gw4-black-40", 129, 999, stock=0, color="black", size="40 mm"),
        brand="Samsung", rating=4.1,
    ),
    product(
        "huawei-gt4", "smartwatches", "Huawei Watch GT 4", "华为 WATCH GT 4 智能手表",
        variant("gt4-brown-46", 249, 1488, color="brown", size="46 mm"),
        brand="Huawei", rating=4.6, strap_material="leather",
    ),
    product(
        "sony-xm5", "headphones", "Sony WH-1000XM5 Headphones", "索尼 WH-1000XM5 头戴降噪耳机",
        variant("xm5-black", 349, 2499, color="black"), variant("xm5-silver", 339, 2399, color="silver"),
        brand="Sony", rating=4.7,
    ),
    product(
        "budget-buds", "headphones", "QCY H3 Headphones", "QCY H3 头戴耳机",
        variant("h3-white", 27, 169, color="white"), brand="QCY", rating=4.0,
    ),
    product(
        "plain-tee", "t-shirts", "Plain Cotton T-Shirt", "纯棉圆领T恤",
        variant("tee-red-m", 15, 99, color="red", size="M"),
        variant("tee-black-l", 15, 99, color="black", size="L"),
        variant("tee-burgundy-xl", 17, 109, color="burgundy", size="XL"),
        material="cotton", rating=4.2,
    ),
    product("usd-only-tee", "t-shirts", "Linen Tee", "亚麻T恤", variant("linen-m", 25, color="white", size="M"),
            material="linen"),
)  # fmt: skip


def fill(database: Database) -> None:
    """Write the shop's categories and products."""
    with database.session() as session:
        save_categories(session, CATEGORIES)
        ProductWriter(session).write(PRODUCTS)


@pytest.fixture
def shop(database: Database) -> Database:
    """Return a shop with eight products, on each engine."""
    fill(database)
    return database
