"""A product's description from its attributes."""

from catalog.describe.chinese import chinese_text
from catalog.describe.clauses import attribute_clauses
from catalog.describe.english import english_text
from catalog.describe.options import read_choices
from catalog.describe.values import has_chinese, tidy
from catalog.describe.wording import Language, load_wording
from catalog.repositories.products import Labels, ProductView


class NothingToTellError(ValueError):
    """A product has no title in the language, or no attribute or option that can be told in it."""


def write_description(product: ProductView, labels: Labels, language: Language) -> str:
    """Return a description of two to four sentences (fewer where there is little to tell), as plain text.

    Everything in it is the product's: attributes, options, title. Prices, stock, praise and claims are left out; so is
    what the product says in the other language only. The same product always gets the same text.

    Raises:
        NothingToTellError: no title, or nothing to tell.
    """
    wording = load_wording()
    title = tidy(product.titles.get(language, "")).rstrip(" .,;:，。；：、!！")
    if not title or (language == "en" and has_chinese(title)):
        raise NothingToTellError(f"no title in {language}")
    clauses = attribute_clauses(product, labels, language, wording)
    choices = read_choices(product, labels, language, wording)
    compose = english_text if language == "en" else chinese_text
    text = compose(title, clauses, choices, product.product_id, wording)
    if not text:
        raise NothingToTellError(f"no attribute or option to tell of in {language}")
    return text
