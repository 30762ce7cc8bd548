"""The project's own product table (docs/import.md): one row a product or variant, English or Chinese headers."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from catalog.importers.fields import (
    UNKNOWN_QUANTITY,
    currency_code,
    parse_flag,
    parse_id,
    parse_price,
    parse_rating,
    parse_stock,
    parse_url,
    parse_whole,
    plain_text,
)
from catalog.importers.grouping import Found
from catalog.importers.outcome import LocatedProduct, RowRejectedError
from catalog.importers.text_table import TableRow
from catalog.repositories.product_records import Price, ProductRecord, VariantRecord

HEADERS: dict[str, str] = {
    "merchant_id": "merchant_id id product_id item_id 商品编号 商品编码 编号 货号 商品id 商品货号 产品编号",
    "title": "title name product_name title_en name_en 英文标题 英文名称",
    "title_zh": "title_zh name_zh 标题 商品标题 商品名称 商品名 产品名称 品名 名称 中文标题 中文名称",
    "description": "description description_en desc 英文描述",
    "description_zh": "description_zh 描述 商品描述 详情 中文描述 简介",
    "category": "category category_path product_type 类目 分类 类别 商品分类 商品类目",
    "brand": "brand vendor 品牌",
    "price": "price 价格 售价 单价 现价 零售价 销售价",
    "compare_at_price": "compare_at_price list_price original_price 原价 划线价 市场价",
    "currency": "currency 币种 货币",
    "stock": "stock quantity inventory qty availability 库存 数量 库存数量",
    "color": "color colour 颜色",
    "size": "size 尺码 尺寸 规格",
    "material": "material 材质 面料",
    "image_url": "image_url image image_link picture 图片 主图 图片链接 商品图片 商品主图",
    "url": "url link 链接 商品链接",
    "rating": "rating 评分",
    "rating_count": "rating_count reviews review_count 评价数 评论数",
    "group_id": "group_id item_group_id parent_id 款号 商品组 spu",
    "sku": "sku 规格编码",
    "sponsored": "sponsored 推广",
    "active": "active 上架 上架状态 是否上架",
}
"""Documented column: every header that is read as it (docs/import.md lists them)."""

_CANONICAL = {alias: name for name, aliases in HEADERS.items() for alias in aliases.split()}
_OPTIONS = ("color", "size", "material")
_FURTHER_OPTIONS = ("option_", "选项_")
_PRICE_IN = re.compile(r"^(?:price|价格|售价|单价|现价|零售价|销售价)[_:\s(（-]+([a-z]{3}|元|人民币)[)）]?$")
_UNIT = re.compile(r"\s*[(（](?:元|人民币|件|个|台|pcs|必填|选填|required|optional)[)）]$")
_NO_ATTRIBUTES = HEADERS.keys() | {
    "cost", "cost_price", "cost_per_item", "purchase_price", "wholesale_price", "supplier", "note", "notes", "remark",
    "remarks", "序号", "成本", "成本价", "进价", "进货价", "采购价", "批发价", "供应商", "供货商", "备注", "内部备注",
}  # fmt: skip
"""Columns that have a meaning of their own, and those that shops keep for themselves: no shopper is told them."""

_TELL_APART = "give them another color, size or material, or add a column for what is chosen, as option_storage"
_PATH = re.compile(r"\s*[>»＞]\s*")
_NOT_KEY = re.compile(r"[^\w]+")


@lru_cache(maxsize=1024)
def canonical_name(header: str) -> str:
    """Return the documented name of a column, `price_usd` for a price in a currency, or an attribute's key."""
    plain = header.strip().lower()
    in_currency = _PRICE_IN.match(plain)
    if in_currency:
        return f"price_{currency_code(in_currency[1]).lower()}"
    plain = _UNIT.sub("", plain)
    key = _NOT_KEY.sub("_", plain).strip("_")
    return _CANONICAL.get(key) or key or plain


def is_price_in_currency(name: str) -> bool:
    """Tell whether a column holds prices in one currency, as `price_usd`."""
    return len(name) == 9 and name.startswith("price_")


class CsvProducts:
    """Builds products from rows under their documented names; one reads one file.

    Args:
        default_currency: of prices that name none.
    """

    def __init__(self, default_currency: str = "USD") -> None:
        self._default_currency = default_currency
        self._lines: dict[str, int] = {}
        self._groups: set[str] = set()

    def group_of(self, row: TableRow) -> str | None:
        """Return the group that a row names, and remember it: no row of its own may have that id."""
        group = row.values.get("group_id")
        if group is not None:
            self._groups.add(group)
        return group

    def build(self, rows: list[TableRow]) -> Iterator[Found]:
        """Yield the product of these rows, and an error for each row that cannot be used."""
        if len(rows) == 1:
            row = rows[0]
            try:
                yield LocatedProduct(row.line, self._product(row, (self._variant(row),)))
            except RowRejectedError as error:
                yield error.at(row.line)
            return
        bearer: TableRow | None = None  # the first row that the whole product can be read from
        variants: list[VariantRecord] = []
        choices: dict[tuple[tuple[str, str], ...], int] = {}
        for row in rows:
            try:
                variant = self._variant(row)
                earlier = choices.setdefault(tuple(sorted(variant.options.items())), row.line)
                if earlier != row.line:
                    raise RowRejectedError("group_id", f"nothing tells this variant from line {earlier}: {_TELL_APART}")
                if bearer is None:
                    self._product(row, (variant,))
                    bearer = row
                variants.append(variant)
            except RowRejectedError as error:
                yield error.at(row.line)
        if bearer is not None:
            yield LocatedProduct(bearer.line, self._product(bearer, tuple(variants)))

    def _variant(self, row: TableRow) -> VariantRecord:
        values = row.values
        variant_id = parse_id(values.get("merchant_id", ""), "merchant_id")
        earlier = self._lines.setdefault(variant_id, row.line)
        if earlier != row.line:
            raise RowRejectedError("merchant_id", f"{variant_id!r} is in line {earlier} already")
        if "group_id" not in values and variant_id in self._groups:
            reason = f"{variant_id!r} is the group_id of other rows; give this row that group_id too, or take it out"
            raise RowRejectedError("merchant_id", reason)
        return VariantRecord(
            variant_id=variant_id,
            sku=values.get("sku"),
            options=_options(values),
            stock=parse_stock(values["stock"], "stock") if "stock" in values else UNKNOWN_QUANTITY,
            prices=self._prices(values),
        )

    def _prices(self, values: Mapping[str, str]) -> dict[str, Price]:
        default = currency_code(values.get("currency", self._default_currency))
        prices: dict[str, Price] = {}
        if "price" in values:
            currency, amount = parse_price(values["price"], "price", default)
            prices[currency] = Price(amount)
        for name, text in values.items():
            if is_price_in_currency(name):
                currency = name[6:].upper()
                other, amount = parse_price(text, name, currency)
                if other != currency:
                    raise RowRejectedError(name, f"{text[:40]!r} is in {other}")
                prices[currency] = Price(amount)
        if not prices:
            raise RowRejectedError("price", "is empty")
        if "compare_at_price" in values:
            first = next(iter(prices))
            currency, before = parse_price(values["compare_at_price"], "compare_at_price", first)
            if currency not in prices:
                raise RowRejectedError("compare_at_price", f"is in {currency}, the price in {first}")
            if before > prices[currency].price_minor:
                prices[currency] = Price(prices[currency].price_minor, before)
        return prices

    def _product(self, row: TableRow, variants: tuple[VariantRecord, ...]) -> ProductRecord:
        values = row.values
        titles = {
            language: values[column] for language, column in (("en", "title"), ("zh", "title_zh")) if column in values
        }
        if not titles:
            raise RowRejectedError("title", "is empty")
        descriptions = {
            language: plain_text(values[column])
            for language, column in (("en", "description"), ("zh", "description_zh"))
            if column in values
        }
        for language in descriptions.keys() - titles.keys():  # a text is kept under a title
            (titled,) = titles
            if titled in descriptions:
                titles[language] = titles[titled]
            else:
                descriptions = {titled: descriptions[language]}
        alone = len(variants) == 1 and "group_id" not in values
        attributes = _attributes(values)
        options = variants[0].options
        if alone and options:  # a single variant has nothing to choose: its colour or size describes the product
            attributes = {**options, **attributes}
            variants = (
                VariantRecord(variants[0].variant_id, variants[0].prices, {}, variants[0].stock, variants[0].sku),
            )
        return ProductRecord(
            product_id=parse_id(values["group_id"], "group_id") if "group_id" in values else variants[0].variant_id,
            titles=titles,
            descriptions=descriptions,
            category_path=tuple(part for part in _PATH.split(values.get("category", "")) if part)[:8],
            brand=values.get("brand"),
            attributes=attributes,
            images=(parse_url(values["image_url"], "image_url"),) if "image_url" in values else (),
            url=parse_url(values["url"], "url") if "url" in values else None,
            rating=parse_rating(values["rating"], "rating") if "rating" in values else None,
            rating_count=parse_whole(values["rating_count"], "rating_count") if "rating_count" in values else 0,
            sponsored=parse_flag(values.get("sponsored", ""), "sponsored"),
            active=parse_flag(values.get("active", "1"), "active"),
            variants=variants,
        )


def _options(values: Mapping[str, str]) -> dict[str, str]:
    """Return what a shopper chooses a variant by: `storage` for the column `option_storage`."""
    options = {name: values[name] for name in _OPTIONS if name in values}
    for name, value in values.items():
        if name.startswith(_FURTHER_OPTIONS):
            options[name.partition("_")[2]] = value
    return options


def _attributes(values: Mapping[str, str]) -> dict[str, Any]:
    """Return the further columns; `battery` and `battery_zh` become one attribute in two languages."""
    extra = {
        name: value
        for name, value in values.items()
        if name not in _NO_ATTRIBUTES and not name.startswith(_FURTHER_OPTIONS) and not is_price_in_currency(name)
    }
    attributes: dict[str, Any] = {}
    for name, value in extra.items():
        if name.endswith("_zh") and name[:-3] in extra:
            continue
        chinese = extra.get(f"{name}_zh")
        attributes[name] = {"en": value, "zh": chinese} if chinese else value
    return attributes
