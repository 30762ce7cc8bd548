"""Which category the words mean."""

import pytest

from actions.services.category_resolution import CategoryNames, resolve_kind
from actions.services.shop_facts import ShopFacts
from catalog.repositories.categories import CategoryInfo
from catalog.repositories.products import Labels


def info(key: int, slug: str, en: str, zh: str, en_aliases: str, zh_aliases: str) -> CategoryInfo:
    aliases = {"en": tuple(en_aliases.split(",")), "zh": tuple(zh_aliases.split(","))}
    return CategoryInfo(key, slug, {"en": en, "zh": zh}, aliases, None, None, is_leaf=True)


INFOS = (
    info(1, "smartwatches", "Smartwatches", "智能手表", "smartwatch,smart watch,fitness watch", "智能手表,运动手表"),
    info(2, "watches", "Watches", "腕表", "wrist watch,dress watch", "机械表,石英表"),
    info(3, "smartphones", "Smartphones", "手机", "phone,phones,cell phone", "智能手机"),
    info(4, "running-shoes", "Running Shoes", "跑步鞋", "running shoes,joggers", "跑鞋"),
    info(5, "empty", "Hats", "帽子", "hat", "帽"),
    info(6, "keyboards", "Keyboards", "键盘", "keyboard", "键盘"),
)
FACTS = ShopFacts(
    version=1,
    categories={i.slug: i for i in INFOS},
    brands={},
    currencies=("USD",),
    labels=Labels({}, {}, {}),
    sizes={"smartwatches": 9, "watches": 9, "smartphones": 9, "running-shoes": 9},
)
NAMES = CategoryNames(FACTS)


@pytest.mark.parametrize(
    ("product_type", "expected"),
    [
        ("smartwatch", ("smartwatches",)),
        ("smart watches", ("smartwatches",)),
        ("watch", ("watches",)),
        ("智能手表", ("smartwatches",)),
        ("手表", ("smartwatches",)),
        ("red running shoes", ("running-shoes",)),
        ("smartwach", ("smartwatches",)),
        ("phone case", ()),
        ("手机壳", ()),
        ("hat", ()),
        ("机械键盘", ()),  # the category has nothing on sale
        ("umbrella", ()),
    ],
)
def test_name_of_a_kind_resolves_or_does_not(product_type: str, expected: tuple[str, ...]) -> None:
    kind = resolve_kind(NAMES, FACTS, text=product_type, product_type=product_type, distribution=())

    assert kind.slugs == expected


def test_unnamed_kind_takes_the_models_confident_guess() -> None:
    guess = (("running-shoes", 0.9), ("watches", 0.05))

    assert resolve_kind(NAMES, FACTS, text="trainers", product_type="trainers", distribution=guess).slugs == (
        "running-shoes",
    )


def test_accessory_is_not_what_it_belongs_to_however_sure_the_model_is() -> None:
    guess = (("smartphones", 0.99),)

    assert resolve_kind(NAMES, FACTS, text="手机壳", product_type="手机壳", distribution=guess).slugs == ()


def test_guess_of_a_category_that_the_shop_lacks_is_ignored() -> None:
    guess = (("submarines", 0.99), ("watches", 0.9))

    assert resolve_kind(NAMES, FACTS, text="trainers", product_type="trainers", distribution=guess).slugs == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("do you have a smart watch for kids", ("smartwatches",)),
        ("我想买智能手机", ("smartphones",)),
        ("有没有便宜的跑鞋吗", ("running-shoes",)),
        ("phone charger", ()),
        ("手机壳", ()),
    ],
)
def test_kind_is_found_in_a_whole_message(text: str, expected: tuple[str, ...]) -> None:
    assert NAMES.in_text(text).slugs == expected


def test_suggestions_share_a_word() -> None:
    assert NAMES.closest("phone case") == ["smartphones"]
    assert NAMES.closest("umbrella") == []
