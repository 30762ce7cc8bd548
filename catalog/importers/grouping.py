"""Putting the rows of one product together, wherever in the file they stand, without keeping the file in memory."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from catalog.importers.outcome import LocatedProduct, RowError
from catalog.importers.text_table import TableRow

Item = TableRow | RowError
Found = LocatedProduct | RowError


def group_rows(
    rows: Iterable[TableRow], group_of: Callable[[TableRow], str | None], sizes: Counter[str]
) -> Iterator[list[TableRow]]:
    """Yield the rows of each product when its last row has come; rows that stand together are never kept longer.

    Args:
        rows: in the file's order.
        group_of: the product's id of a row, None where the row is a product of its own.
        sizes: rows of each group, counted in a first pass.
    """
    waiting: dict[str, list[TableRow]] = {}
    for row in rows:
        group = group_of(row)
        if group is None or sizes[group] <= 1:
            yield [row]
            continue
        members = waiting.setdefault(group, [])
        members.append(row)
        if len(members) == sizes[group]:
            yield waiting.pop(group)
    yield from waiting.values()


def read_grouped(
    read: Callable[[bool], Iterator[Item]],
    group_of: Callable[[TableRow], str | None],
    build: Callable[[list[TableRow]], Iterator[Found]],
    *,
    has_groups: bool = True,
) -> Iterator[Found]:
    """Read a file of rows into products.

    Args:
        read: yields the file's rows from its beginning; called with False to count groups, then with True to read.
        group_of: the product's id of a row, None where the row is a product of its own.
        build: turns the rows of one product into it, and into errors.
        has_groups: False says that no row names a group, so that the first reading can be left out.
    """
    counted = read(False) if has_groups else iter(())
    sizes = Counter(group for row in counted if isinstance(row, TableRow) and (group := group_of(row)))
    errors: list[RowError] = []

    def good_rows() -> Iterator[TableRow]:
        for row in read(True):
            if isinstance(row, RowError):
                errors.append(row)
            else:
                yield row

    for members in group_rows(good_rows(), group_of, sizes):
        yield from errors
        errors.clear()
        yield from build(members)
    yield from errors
