"""Variants in words: "midnight, 41 mm", and which of them a shopper means."""

from collections.abc import Iterable, Sequence

from actions.reply import Language
from actions.services.tasks.answers import is_unwanted
from actions.texts import listed
from actions.turn import Turn
from catalog.repositories.products import Labels, ProductView, VariantView
from catalog.search.option_terms import option_kind, option_matches

_KINDS = ("color", "size", "material")
_MOST_NAMED = 8


def options_text(variant: VariantView, labels: Labels, language: Language) -> str:
    """Return a variant's options in words."""
    return listed((labels.value(str(value), language) for value in variant.options.values()), language)


def several_options(variants: Sequence[VariantView], labels: Labels, language: Language) -> str:
    """Return several variants in words, at most eight of them."""
    separator = "；" if language == "zh" else "; "
    named = [text for text in (options_text(v, labels, language) for v in variants) if text]
    more = ["…"] if len(named) > _MOST_NAMED else []
    return separator.join([*dict.fromkeys(named[:_MOST_NAMED]), *more])


def wanted_options(turn: Turn) -> list[tuple[str, str]]:
    """Return `(kind, words)` of the colours, sizes and materials that a message names and does not turn down."""
    named = [(kind, entity) for kind in _KINDS for entity in turn.all(kind)]
    return [(kind, str(entity.value)) for kind, entity in named if not is_unwanted(turn.text, entity.text)]


def _value_names(key: str, value: str, labels: Labels) -> Iterable[str]:
    return (value, labels.value(value, "en"), labels.value(value, "zh"))


def fitting_variants(product: ProductView, wanted: Sequence[tuple[str, str]], labels: Labels) -> list[VariantView]:
    """Return the variants that have one of the values wanted of each kind: black or red, and in size M."""
    kinds = dict.fromkeys(kind for kind, _ in wanted)
    return [
        variant
        for variant in product.variants
        if all(any(_fitting_keys(variant, kind, said, labels) for k, said in wanted if k == kind) for kind in kinds)
    ]


def wanted_text(
    variants: Sequence[VariantView], wanted: Sequence[tuple[str, str]], labels: Labels, language: Language
) -> str:
    """Return in words what variants have of the values wanted, all the options of a single one: "46 mm"."""
    if len(variants) == 1:
        return options_text(variants[0], labels, language)
    values = {
        labels.value(str(variant.options[key]), language): None
        for kind, said in wanted
        for variant in variants
        for key in _fitting_keys(variant, kind, said, labels)
    }
    return listed(values, language)


def _fitting_keys(variant: VariantView, kind: str, said: str, labels: Labels) -> list[str]:
    """Return the options of a variant whose value is what was said; those of that kind alone where it has some."""
    keys = [key for key in variant.options if option_kind(key) == kind] or list(variant.options)
    return [key for key in keys if option_matches(key, _value_names(key, str(variant.options[key]), labels), said)]
