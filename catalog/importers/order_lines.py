"""The lines of an order: what was bought, from a table's rows and from what the shop sells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.importers.fields import parse_id, parse_price, parse_whole
from catalog.importers.order_cells import OrderCells
from catalog.importers.outcome import RowRejectedError
from catalog.importers.record_fields import parse_line
from catalog.importers.text_table import TableRow
from catalog.models import Product, Variant
from catalog.repositories.orders import OrderLineView, OrderView

LINE_COLUMNS: Final = frozenset({"product_id", "variant_id", "title", "quantity", "price"})


@dataclass(frozen=True, slots=True)
class _Good:
    """A variant that a line may name."""

    product_id: str
    variant_id: str
    titles: Mapping[str, str]
    options: Mapping[str, str]


class OrderLines:
    """Reads the lines of one order after another; what the shop sells is remembered between them."""

    def __init__(self) -> None:
        self._goods: dict[str, tuple[_Good, ...]] = {}

    def read(
        self,
        session: Session,
        rows: Sequence[TableRow],
        cells: OrderCells,
        before: OrderView,
        *,
        currency: str,
        language: str,
    ) -> tuple[OrderLineView, ...]:
        """Return the lines that the rows give, those from before where they give none.

        Args:
            session: the shop.
            rows: of one order.
            cells: notes what is wrong.
            before: the order as it is known, without lines where it is new.
            currency: of the order.
            language: of titles that the rows do not give.
        """
        telling = [row for row in rows if LINE_COLUMNS & row.values.keys()]
        if not telling:
            if not before.lines:
                cells.refuse("variant_id", "is empty in all rows of this new order; say what was bought")
            elif currency != before.currency:
                cells.refuse("currency", f"the order's lines are in {before.currency}; give them again in {currency}")
            return before.lines
        kept = {line.variant_id: line for line in before.lines} if currency == before.currency else {}
        lines = []
        for row in telling:
            try:
                lines.append(self._line(session, row.values, kept, currency, language))
            except RowRejectedError as error:
                cells.errors.append(error.at(row.line))
        return tuple(lines)

    def _line(
        self,
        session: Session,
        values: Mapping[str, str],
        kept: Mapping[str, OrderLineView],
        currency: str,
        language: str,
    ) -> OrderLineView:
        column = "variant_id" if "variant_id" in values else "product_id"
        good = self._good(session, values, column)
        earlier = kept.get(good.variant_id)
        title = parse_line(values.get("title", ""), "title", most=1000)
        if not title:
            title = earlier.title if earlier else good.titles.get(language) or next(iter(good.titles.values()), "")
        if not title:
            reason = f"{good.variant_id!r} is not in the shop; import the products first, or give the line a title"
            raise RowRejectedError(column, reason)
        quantity = parse_whole(values.get("quantity", "1"), "quantity")
        if quantity < 1:
            raise RowRejectedError("quantity", f"{values['quantity'][:40]!r} is not a number from 1")
        if "price" in values:
            price_minor = parse_amount(values["price"], "price", currency)
        elif earlier is not None:
            price_minor = earlier.price_minor
        else:
            raise RowRejectedError("price", "is empty; give the price of one piece")
        return OrderLineView(
            product_id=earlier.product_id if earlier else good.product_id,
            variant_id=good.variant_id,
            title=title,
            options=earlier.options if earlier else good.options,
            quantity=quantity,
            price_minor=price_minor,
        )

    def _good(self, session: Session, values: Mapping[str, str], column: str) -> _Good:
        """Return what a line names; a product of several variants is refused."""
        if column not in values:
            raise RowRejectedError("variant_id", "is empty, and so is product_id; give one of them")
        named = parse_id(parse_line(values[column], column), column)
        goods = self._find(session, named)
        if len(goods) > 1:
            variants = ", ".join(good.variant_id for good in goods[:5])
            raise RowRejectedError(column, f"{named!r} has several variants; give one as variant_id: {variants}")
        return goods[0] if goods else _Good(parse_line(values.get("product_id", named), "product_id"), named, {}, {})

    def _find(self, session: Session, named: str) -> tuple[_Good, ...]:
        """Return the variant with an id, else all variants of the product with that id."""
        if named not in self._goods:
            of_product = select(Variant).join(Product).where(Product.merchant_id == named).order_by(Variant.position)
            found = session.scalars(select(Variant).where(Variant.merchant_id == named)).all()
            self._goods[named] = tuple(
                _Good(
                    variant.product.merchant_id,
                    variant.merchant_id,
                    {text.language: text.title for text in variant.product.texts},
                    dict(variant.options),
                )
                for variant in found or session.scalars(of_product).all()
            )
        return self._goods[named]


def parse_amount(text: str, column: str, currency: str) -> int:
    """Read an amount in an order's currency, as its minor units.

    Raises:
        RowRejectedError: it is no amount, or in another currency.
    """
    found, minor = parse_price(text, column, currency)
    if found != currency:
        raise RowRejectedError(column, f"{text[:40]!r} is in {found}, the order in {currency}; fill in currency")
    return minor
