from collections import Counter
from pathlib import Path

from catalog.demo.content import HERE, categories, labels, products
from catalog.knowledge.policy_file import read_policy

NEEDED_TOPICS = {
    "returns", "refunds", "exchanges", "shipping", "delivery-times", "payment", "warranty", "cancellation", "invoices",
    "privacy", "accounts", "contact",
}  # fmt: skip


def test_demo_shop_is_as_large_as_promised() -> None:
    counts = Counter(product.category_slug for product in products())
    assert sum(counts.values()) >= 600
    assert len(counts) >= 40
    assert min(counts.values()) >= 8


def test_every_product_speaks_both_languages() -> None:
    for product in products():
        assert all(product.titles[language].strip() for language in ("en", "zh")), product.product_id
        assert all(len(product.descriptions[language]) > 8 for language in ("en", "zh")), product.product_id


def test_product_and_variant_ids_are_unique() -> None:
    all_products = products()
    variants = [variant.variant_id for product in all_products for variant in product.variants]
    assert len({product.product_id for product in all_products}) == len(all_products)
    assert len(set(variants)) == len(variants)


def test_prices_of_both_currencies_are_of_one_order() -> None:
    for product in products():
        for variant in product.variants:
            ratio = variant.prices["CNY"].price_minor / variant.prices["USD"].price_minor
            assert 3 < ratio < 11, (variant.variant_id, ratio)


def test_stock_has_gaps_but_most_is_there() -> None:
    variants = [variant for product in products() for variant in product.variants]
    sold_out = sum(variant.stock == 0 for variant in variants) / len(variants)
    assert 0.02 < sold_out < 0.25


def test_every_attribute_and_option_has_a_name_in_both_languages() -> None:
    known = {(label.kind, label.key) for label in labels() if label.name_en and label.name_zh}
    for product in products():
        assert {("attribute", key) for key in product.attributes} <= known, product.product_id
        for variant in product.variants:
            assert {("option", key) for key in variant.options} <= known, product.product_id
            assert {("value", value) for value in variant.options.values()} <= known, product.product_id


def test_every_category_has_a_picture_and_names_that_shoppers_type() -> None:
    for category in categories():
        if category.parent_slug is None:
            continue
        assert (HERE / "pictures" / f"{category.picture}.svg").exists(), category.slug
        assert all(len(category.aliases[language]) >= 5 for language in ("en", "zh")), category.slug


def test_smartwatches_include_the_well_known_ones() -> None:
    titles = [product.titles["en"] for product in products() if product.category_slug == "smartwatches"]
    for name in ("Apple Watch", "Samsung Galaxy Watch", "Huawei Watch"):
        assert any(name.casefold() in title.casefold() for title in titles)


def test_policies_cover_the_topics_in_both_languages() -> None:
    found: dict[str, set[str]] = {"en": set(), "zh": set()}
    for path in Path(HERE / "policies").rglob("*.md"):
        document = read_policy(path)
        found[document.language].add(document.topic)
    assert found["en"] >= NEEDED_TOPICS
    assert found["en"] == found["zh"]
