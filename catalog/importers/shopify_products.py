"""Shopify's product CSV export: rows of one handle are one product, further rows its variants and pictures."""

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.importers.fields import UNKNOWN_QUANTITY, parse_id, parse_price, parse_url, parse_whole, plain_text
from catalog.importers.grouping import Found
from catalog.importers.outcome import LocatedProduct, RowRejectedError
from catalog.importers.text_table import TableRow
from catalog.repositories.product_records import Price, ProductRecord, VariantRecord

_ACTIVE = ("", "active")


def group_of(row: TableRow) -> str | None:
    """Return the handle."""
    return row.values.get("Handle")


class ShopifyProducts:
    """Builds products from the rows of one handle.

    Args:
        currency: of all prices, which the export does not name.
        language: of titles and descriptions.
    """

    def __init__(self, currency: str = "USD", language: str = "en") -> None:
        self._currency = currency.upper()
        self._language = language
        self._lines: dict[str, int] = {}

    def build(self, rows: list[TableRow]) -> Iterator[Found]:
        """Yield the product of these rows, and an error for each row that cannot be used."""
        first = rows[0]
        try:
            handle = parse_id(first.values.get("Handle", ""), "Handle")
            if not first.values.get("Title"):
                raise RowRejectedError("Title", "is empty")
            status = first.values.get("Status", "").lower()
            names = _option_names(first.values)
        except RowRejectedError as error:
            yield error.at(first.line)
            return
        variants: list[VariantRecord] = []
        has_bad_variants = False
        images: dict[str, None] = {}
        for row in rows:
            try:
                if "Image Src" in row.values:
                    images[parse_url(row.values["Image Src"], "Image Src")] = None
            except RowRejectedError as error:  # the product loads without this picture
                yield error.at(row.line)
            if "Variant Price" not in row.values and "Option1 Value" not in row.values:
                continue  # a row that only adds a picture
            try:
                variants.append(self._variant(row, handle, names))
            except RowRejectedError as error:
                has_bad_variants = True
                yield error.at(row.line)
        if not variants and has_bad_variants:  # they are told already
            return
        if not variants:
            yield RowRejectedError("Variant Price", f"{handle!r} has no variant that can be used").at(first.line)
            return
        yield LocatedProduct(
            first.line,
            ProductRecord(
                product_id=handle,
                titles={self._language: first.values["Title"]},
                descriptions={self._language: plain_text(first.values.get("Body (HTML)", ""))},
                category_path=_category(first.values),
                brand=first.values.get("Vendor"),
                attributes=_attributes(first.values),
                images=tuple(images),
                active=status in _ACTIVE and first.values.get("Published", "true").lower() == "true",
                variants=tuple(variants),
            ),
        )

    def _variant(self, row: TableRow, handle: str, names: tuple[str, ...]) -> VariantRecord:
        values = row.values
        options = {
            name: values[f"Option{place} Value"]
            for place, name in enumerate(names, start=1)
            if f"Option{place} Value" in values and values[f"Option{place} Value"] != "Default Title"
        }
        label = "/".join(options.values())
        variant_id = parse_id(values.get("Variant SKU") or (f"{handle}/{label}" if label else handle), "Variant SKU")
        earlier = self._lines.setdefault(variant_id, row.line)
        if earlier != row.line:
            raise RowRejectedError("Variant SKU", f"{variant_id!r} is in line {earlier} already")
        currency, amount = parse_price(values.get("Variant Price", ""), "Variant Price", self._currency)
        before = None
        if "Variant Compare At Price" in values:
            before = parse_price(values["Variant Compare At Price"], "Variant Compare At Price", currency)[1]
        return VariantRecord(
            variant_id=variant_id,
            sku=values.get("Variant SKU"),
            options=options,
            stock=_stock(values),
            prices={currency: Price(amount, before if before is not None and before > amount else None)},
        )


def _stock(values: Mapping[str, str]) -> int:
    """Return the stock, an unknown quantity where Shopify does not count it (no tracker) or does not export it."""
    stock = values.get("Variant Inventory Qty")
    is_untracked = "Variant Inventory Policy" in values and "Variant Inventory Tracker" not in values
    if stock is None or is_untracked:
        return UNKNOWN_QUANTITY
    # an oversold variant counts below zero there
    return 0 if stock.startswith("-") else parse_whole(stock, "Variant Inventory Qty")


def _option_names(values: Mapping[str, str]) -> tuple[str, ...]:
    names = (values.get(f"Option{place} Name", f"option {place}") for place in (1, 2, 3))
    return tuple(name.strip().lower() for name in names)


def _category(values: Mapping[str, str]) -> tuple[str, ...]:
    path = values.get("Type") or values.get("Product Category") or ""
    return tuple(part.strip() for part in path.split(">") if part.strip())[:8]


def _attributes(values: Mapping[str, str]) -> dict[str, Any]:
    return {"tags": values["Tags"]} if values.get("Tags") else {}
