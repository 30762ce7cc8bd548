"""Describing many products: what becomes of each, stored where asked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from catalog.describe.checker import unsupported
from catalog.describe.description import NothingToTellError, write_description
from catalog.describe.wording import Language
from catalog.repositories.descriptions import save_descriptions
from catalog.repositories.products import Labels, ProductView, get_products, load_labels
from catalog.session import Database

_BATCH = 200


class Status(StrEnum):
    """What became of a product in a language; `FAILURES` are those that the user has to look at."""

    WRITTEN = "written"
    SHOWN = "shown"
    KEPT = "kept"
    UNKNOWN_PRODUCT = "unknown_product"
    NOTHING_TO_TELL = "nothing_to_tell"
    NOT_SUPPORTED = "not_supported"


FAILURES = frozenset({Status.UNKNOWN_PRODUCT, Status.NOTHING_TO_TELL, Status.NOT_SUPPORTED})


@dataclass(frozen=True, slots=True)
class Described:
    """One product in one language; `language` is None where the product is unknown."""

    product_id: str
    language: Language | None
    status: Status
    description: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of each product.

    Attributes:
        languages: to write in.
        titled_only: a language that a product has no title in is passed over rather than reported.
        missing_only: only where there is no description.
        write: store it, where there is none.
        replace: with `write`: also where there is one.
    """

    languages: tuple[Language, ...]
    titled_only: bool = False
    missing_only: bool = False
    write: bool = False
    replace: bool = False


def describe_products(database: Database, product_ids: Sequence[str], wish: Wish) -> Iterator[Described]:
    """Describe products in the order asked, 200 in a transaction; a stopped run keeps the batches that it stored.

    A description that the checker objects to is reported and not stored.
    """
    wanted = list(dict.fromkeys(product_ids))
    with database.reading() as session:
        labels = load_labels(session)
    for start in range(0, len(wanted), _BATCH):
        yield from _batch(database, wanted[start : start + _BATCH], labels, wish)


def _batch(database: Database, product_ids: Sequence[str], labels: Labels, wish: Wish) -> list[Described]:
    session_of = database.session if wish.write else database.reading
    with session_of() as session:
        products = {product.product_id: product for product in get_products(session, product_ids)}
        found: list[Described] = []
        for product_id in product_ids:
            if product_id in products:
                found.extend(_describe(products[product_id], labels, wish))
            else:
                found.append(Described(product_id, None, Status.UNKNOWN_PRODUCT, reason="no product has this id"))
        if wish.write:
            texts: dict[str, dict[str, str]] = {}
            for item in found:
                if item.status is Status.WRITTEN and item.language:
                    texts.setdefault(item.product_id, {})[item.language] = item.description
            save_descriptions(session, products, texts)
    return found


def _describe(product: ProductView, labels: Labels, wish: Wish) -> Iterator[Described]:
    languages = [one for one in wish.languages if not wish.titled_only or product.titles.get(one)]
    if not languages:
        reason = f"no title in {' or '.join(wish.languages)}"
        yield Described(product.product_id, None, Status.NOTHING_TO_TELL, reason=reason)
    for language in languages:
        present = bool(product.descriptions.get(language, "").strip())
        if present and (wish.missing_only or (wish.write and not wish.replace)):
            if not wish.missing_only:
                reason = "it has a description; --replace would overwrite it"
                yield Described(product.product_id, language, Status.KEPT, reason=reason)
            continue
        yield _one(product, labels, language, wish)


def _one(product: ProductView, labels: Labels, language: Language, wish: Wish) -> Described:
    try:
        text = write_description(product, labels, language)
    except NothingToTellError as error:
        return Described(product.product_id, language, Status.NOTHING_TO_TELL, reason=str(error))
    beyond = unsupported(text, product, labels, language)
    if beyond:
        reason = f"not in the product's data: {', '.join(beyond)}"
        return Described(product.product_id, language, Status.NOT_SUPPORTED, text, reason)
    return Described(product.product_id, language, Status.WRITTEN if wish.write else Status.SHOWN, text)
