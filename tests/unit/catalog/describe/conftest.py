"""The demo shop's products as they are read from a database, without one."""

import pytest

from catalog.demo.content import labels, products
from catalog.repositories.products import Labels, ProductView, VariantView


@pytest.fixture(scope="session")
def demo_products() -> dict[str, ProductView]:
    """Return all written products of the demo shop by id."""
    return {
        record.product_id: ProductView(
            key=number,
            product_id=record.product_id,
            titles=record.titles,
            descriptions={},
            category_slug=record.category_slug or "",
            brand=record.brand,
            attributes=record.attributes,
            rating=None,
            rating_count=0,
            url=None,
            sponsored=False,
            active=True,
            images=(),
            variants=tuple(VariantView(0, v.variant_id, None, v.options, v.stock, {}) for v in record.variants),
        )
        for number, record in enumerate(products())
    }


@pytest.fixture(scope="session")
def demo_labels() -> Labels:
    """Return the demo shop's names of attributes and options."""
    found: dict[str, dict[str, dict[str, str]]] = {"attribute": {}, "option": {}, "value": {}}
    for record in labels():
        found[record.kind][record.key] = {"en": record.name_en, "zh": record.name_zh}
    return Labels(found["attribute"], found["option"], found["value"])
