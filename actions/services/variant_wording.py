"""Variants in words: "midnight, 41 mm", and which of them a shopper means."""

from collections.abc import Iterable, Sequence

from actions.reply import Language
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
    """Return `(kind, words)` of the colours, sizes and materials that a message names."""
    return [(kind, str(entity.value)) for kind in _KINDS for entity in turn.all(kind)]


def _value_names(key: str, value: str, labels: Labels) -> Iterable[str]:
    return (value, labels.value(value, "en"), labels.value(value, "zh"))


def fitting_variants(product: ProductView, wanted: Sequence[tuple[str, str]], labels: Labels) -> list[VariantView]:
    """Return the variants that have every option wanted."""
    return [variant for variant in product.variants if all(_has(variant, kind, said, labels) for kind, said in wanted)]


def _has(variant: VariantView, kind: str, said: str, labels: Labels) -> bool:
    keys = [key for key in variant.options if option_kind(key) == kind] or list(variant.options)
    return any(option_matches(key, _value_names(key, str(variant.options[key]), labels), said) for key in keys)
