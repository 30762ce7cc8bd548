"""Which colour, size and material terms a variant answers to, and whether an option value is what a shopper means."""

from collections.abc import Iterable, Mapping
from typing import Any

from catalog.search.color_names import color_terms, wanted_colors
from catalog.search.material_names import material_terms, materials_in_title, wanted_materials
from catalog.search.segmentation import segment
from catalog.search.size_names import size_terms, wanted_sizes

COLOR, SIZE, MATERIAL = "color", "size", "material"
_KINDS = {
    "color": COLOR, "colour": COLOR, "颜色": COLOR, "色": COLOR, "frame color": COLOR, "dial color": COLOR,
    "lens color": COLOR, "size": SIZE, "尺码": SIZE, "尺寸": SIZE, "规格": SIZE, "shoe size": SIZE, "case size": SIZE,
    "screen size": SIZE, "frame size": SIZE, "capacity": SIZE, "storage": SIZE, "length": SIZE, "容量": SIZE,
    "material": MATERIAL, "材质": MATERIAL, "面料": MATERIAL, "band material": MATERIAL, "frame material": MATERIAL,
    "strap material": MATERIAL, "upper material": MATERIAL, "fabric": MATERIAL, "deck material": MATERIAL,
}  # fmt: skip
_TERMS = {COLOR: color_terms, SIZE: size_terms, MATERIAL: material_terms}


def option_kind(name: str) -> str | None:
    """Return whether an option or attribute key is a colour, a size or a material, or None."""
    return _KINDS.get(name.strip().lower().replace("_", " "))


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, Mapping):
        return (str(text) for text in value.values())
    if isinstance(value, list | tuple):
        return (str(text) for text in value)
    return () if isinstance(value, bool) else (str(value),)


def variant_terms(
    options: Mapping[str, Any], attributes: Mapping[str, Any], titles: Iterable[str] = ()
) -> set[tuple[str, str]]:
    """Return `{(kind, term)}` of a variant; an attribute counts where no option of its kind is given.

    Args:
        options: {option key: value}; a value may be a mapping of its names by language.
        attributes: the product's attributes, values plain or by language.
        titles: the product's; a material in them counts where nothing else gives one: 「纯棉T恤」 is of cotton.
    """
    terms: set[tuple[str, str]] = set()
    for source in (options, attributes):
        given = {kind for kind, _ in terms}
        for name, value in source.items():
            kind = option_kind(name)
            if kind is None or (source is attributes and kind in given):
                continue
            for text in _texts(value):
                terms.update((kind, term) for term in _TERMS[kind](text))
    if all(kind != MATERIAL for kind, _ in terms):
        named = (name for title in titles for name in materials_in_title(title))
        terms.update((MATERIAL, term) for name in named for term in material_terms(name))
    return terms


def wanted_terms(kind: str, text: str) -> frozenset[str]:
    """Return the stored terms, any of which satisfies a shopper's wish, for `color`, `size` or `material`."""
    if kind == COLOR:
        return wanted_colors(text)
    if kind == MATERIAL:
        return wanted_materials(text)
    return wanted_sizes(text)


def option_matches(name: str, values: Iterable[str], wanted: str) -> bool:
    """Tell whether an option value is what the shopper means: 「黑的」 fits `black`, 「大号」 fits `L`.

    Args:
        name: the option's key, such as `color`.
        values: the value and its names in other languages.
        wanted: the shopper's words.
    """
    kind = option_kind(name)
    wish = segment(wanted).split()
    for value in values:
        if segment(value).split() == wish:
            return True
        if kind and wanted_terms(kind, wanted) & _TERMS[kind](value):
            return True
    return False
