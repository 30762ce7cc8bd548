"""Which variant, which product, how many: asked where it matters, never guessed."""

from dataclasses import replace
from typing import Any

import pytest

from actions.services.tasks.add_to_cart import AddToCart, ProductFacts, VariantFact, chosen_variant
from actions.services.tasks.frames import Ask, Frame, Impossible, Ready
from actions.turn import Entity
from tests.unit.actions.tasks.messages import tapped, typed

TASK = AddToCart()
OPEN = Frame("add_to_cart", {"product_id": "tee"})


def variant(color: str, size: str, stock: int = 5) -> VariantFact:
    return VariantFact(f"{color}-{size}", {"color": color, "size": size}, stock, 1990, "USD")


TEE = ProductFacts(
    "tee",
    "Crew Tee",
    (
        variant("black", "S"),
        variant("black", "M"),
        variant("white", "S"),
        variant("white", "M", 0),
        variant("navy", "L", 1),
    ),
    labels={"black": "Black", "white": "White", "navy": "Navy"},
)
KETTLE = ProductFacts("kettle", "Kettle", (VariantFact("kettle", {}, 3, 3000, "USD"),))


def test_each_open_option_is_asked_with_what_is_in_stock() -> None:
    step = TASK.next(OPEN, TEE)

    assert isinstance(step, Ask)
    assert step.slot == "color"
    assert [option.value for option in step.options] == ["black", "white", "navy"]


def test_an_option_that_is_the_only_one_left_is_not_asked() -> None:
    frame = OPEN.fill(options={"color": "navy"})

    assert isinstance(TASK.next(frame, TEE), Ready)
    assert chosen_variant(frame, TEE).variant_id == "navy-L"


def test_colour_and_size_in_one_message_need_no_question() -> None:
    filled = TASK.fill(OPEN, typed("black, size M", "add_to_cart", color="black", size="M"), TEE)

    assert filled is not None
    assert isinstance(TASK.next(filled.frame, TEE), Ready)
    assert chosen_variant(filled.frame, TEE).variant_id == "black-M"


def test_a_sold_out_variant_is_said_and_not_taken() -> None:
    filled = TASK.fill(OPEN.fill(options={"color": "white"}), typed("M"), TEE)

    assert filled is not None
    assert [say.key for say in filled.says] == ["cart.variant_sold_out"]
    assert filled.frame.get("options") == {"color": "white"}


def test_a_changed_mind_replaces_the_colour() -> None:
    frame = Frame("add_to_cart", {"product_id": "tee", "options": {"color": "black"}}, asked="size")

    filled = TASK.fill(frame, typed("no, white please"), TEE)

    assert filled is not None
    assert filled.frame.get("options")["color"] == "white"


def test_a_colour_that_does_not_exist_is_said_and_asked_again() -> None:
    frame = Frame("add_to_cart", {"product_id": "tee"}, asked="color")

    filled = TASK.fill(frame, typed("pink please", color="pink"), TEE)

    assert filled is not None
    assert [(say.key, say.values) for say in filled.says] == [("cart.no_such_option", {"wanted": "pink"})]
    step = TASK.next(filled.frame, TEE)
    assert isinstance(step, Ask)
    assert step.slot == "color"


@pytest.mark.parametrize(
    ("text", "entities"), [("not black", {"color": "black"}), ("不要黑的", {}), ("anything but black", {})]
)
def test_a_colour_that_is_turned_down_is_not_taken(text: str, entities: dict[str, Any]) -> None:
    frame = Frame("add_to_cart", {"product_id": "tee"}, asked="color")

    assert TASK.fill(frame, typed(text, **entities), TEE) is None


def test_a_button_answers_what_was_asked() -> None:
    frame = Frame("add_to_cart", {"product_id": "tee", "options": {"color": "black"}}, asked="size")

    filled = TASK.fill(frame, tapped("M"), TEE)

    assert filled is not None
    assert filled.frame.get("options") == {"color": "black", "size": "M"}


@pytest.mark.parametrize(("text", "expected"), [("add two of them", 2), ("来两个", 2), ("3 pieces", 3)])
def test_pieces_are_counted(text: str, expected: int) -> None:
    filled = TASK.fill(Frame("add_to_cart", {"product_id": "kettle"}), typed(text, "add_to_cart"), KETTLE)

    assert filled is not None
    assert filled.frame.get("quantity") == expected


def test_a_number_in_the_name_of_the_product_counts_no_pieces() -> None:
    camera = ProductFacts("x3", "Insta360 X3 360 Camera", (VariantFact("x3", {}, 9, 44900, "USD"),))

    assert (
        TASK.fill(Frame("add_to_cart", {"product_id": "x3"}), typed("add the insta360 x3", "add_to_cart"), camera)
        is None
    )


def test_a_number_in_words_answers_how_many() -> None:
    frame = Frame("add_to_cart", {"product_id": "kettle", "quantity": 50}, asked="quantity")

    filled = TASK.fill(frame, typed("just two then"), KETTLE)

    assert filled is not None
    assert filled.frame.get("quantity") == 2


def test_more_than_the_stock_is_asked_back_with_what_there_is() -> None:
    step = TASK.next(Frame("add_to_cart", {"product_id": "kettle", "quantity": 50}), KETTLE)

    assert isinstance(step, Ask)
    assert step.slot == "quantity"
    assert step.say.values["count"] == 3


def test_more_than_a_cart_takes_at_a_time_is_asked_back() -> None:
    many = ProductFacts("kettle", "Kettle", (VariantFact("kettle", {}, 500, 3000, "USD"),))

    step = TASK.next(Frame("add_to_cart", {"product_id": "kettle", "quantity": 100}), many)

    assert isinstance(step, Ask)
    assert (step.say.key, step.say.values["count"]) == ("cart.most_pieces", 99)


def test_sold_out_and_unknown_products_end_the_task() -> None:
    gone = ProductFacts("kettle", "Kettle", (VariantFact("kettle", {}, 0, 3000, "USD"),))

    assert isinstance(TASK.next(Frame("add_to_cart", {"product_id": "kettle"}), gone), Impossible)
    assert isinstance(TASK.next(Frame("add_to_cart"), ProductFacts()), Impossible)


def test_several_candidates_are_offered_and_one_is_chosen() -> None:
    facts = ProductFacts(candidates=(("a", "Apple Watch SE"), ("b", "Apple Watch Ultra 2")))
    step = TASK.next(Frame("add_to_cart"), facts)
    assert isinstance(step, Ask)
    assert step.slot == "product"

    filled = TASK.fill(Frame("add_to_cart", asked="product"), typed("the ultra one, apple watch ultra 2"), facts)

    assert filled is not None
    assert filled.frame.get("product_id") == "b"


@pytest.mark.parametrize("text", ["add the second one to my cart", "第二个加入购物车"])
def test_a_place_in_the_list_shown_chooses_no_option(text: str) -> None:
    assert TASK.fill(OPEN, typed(text, "add_to_cart", position=2), TEE) is None


@pytest.mark.parametrize("text", ["the second one", "第二个"])
def test_a_place_counts_what_was_asked_for_and_nothing_else(text: str) -> None:
    frame = Frame("add_to_cart", {"product_id": "tee"}, asked="color")

    filled = TASK.fill(frame, typed(text, "nlu_fallback", position=2), TEE)

    assert filled is not None
    assert filled.frame.get("options") == {"color": "white"}


@pytest.mark.parametrize(("text", "entities"), [("the last one", {"position": -1}), ("2", {}), ("倒数第一个", {})])
def test_a_place_counts_only_what_was_offered(text: str, entities: dict[str, Any]) -> None:
    frame = Frame("add_to_cart", {"product_id": "tee", "options": {"color": "black"}}, asked="size")

    filled = TASK.fill(frame, typed(text, "nlu_fallback", **entities), TEE)

    assert filled is not None
    assert filled.frame.get("options") == {"color": "black", "size": "M"}, "L comes in navy only and was not offered"


def test_a_number_that_answers_how_many_chooses_no_option() -> None:
    frame = Frame("add_to_cart", {"product_id": "tee", "options": {"color": "black"}, "quantity": 9}, asked="quantity")

    filled = TASK.fill(frame, typed("2", "nlu_fallback"), TEE)

    assert filled is not None
    assert filled.frame.slots == {"product_id": "tee", "options": {"color": "black"}, "quantity": 2}


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("remove the black one", "remove_from_cart"),
        ("把黑色的删了", "remove_from_cart"),
        ("how much is the black one", "ask_price"),
        ("black多少钱", "ask_price"),
        ("what about the white one", "ask_price"),
        ("do you have it in white", "ask_availability"),
        ("white有货吗", "ask_availability"),
        ("is the black one nice?", "ask_product_detail"),
        ("black和white哪个好", "compare_products"),
    ],
)
def test_a_question_or_a_removal_is_no_answer(text: str, intent: str) -> None:
    frame = Frame("add_to_cart", {"product_id": "tee"}, asked="color")

    assert TASK.fill(frame, typed(text, intent), TEE) is None


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        *(("the black one please?", "nlu_fallback"), ("black?", "refine_search"), ("black one?", "refine_search")),
        *(("can i get the black one", "ask_availability"), ("is black ok?", "refine_search")),
        *(("would like the black one", "refine_search"), ("what i want is black", "nlu_fallback")),
        *(("can you add the black one?", "add_to_cart"), ("i'd take black, is that ok?", "refine_search")),
        *(("black的可以吗", "refine_search"), ("能要black的吗", "refine_search"), ("black行吗", "refine_search")),
        *(("black的吧？", "refine_search"), ("就black好不好", "nlu_fallback")),
    ],
)
def test_a_choice_put_as_a_question_is_an_answer(text: str, intent: str) -> None:
    frame = Frame("add_to_cart", {"product_id": "tee"}, asked="color")

    filled = TASK.fill(frame, typed(text, intent), TEE)

    assert filled is not None
    assert filled.frame.get("options") == {"color": "black"}


@pytest.mark.parametrize(
    ("text", "entities", "said"),
    [
        ("what about white?", {}, "cart.variant_in_stock"),
        ("and the white one?", {}, "cart.variant_in_stock"),
        ("有white的吗", {}, "cart.variant_in_stock"),
        ("white怎么样", {}, "cart.variant_in_stock"),
        ("do you have pink?", {"color": "pink"}, "cart.no_such_option"),
    ],
)
def test_a_question_for_an_option_is_answered_and_asked_again(text: str, entities: dict[str, Any], said: str) -> None:
    frame = Frame("add_to_cart", {"product_id": "tee"}, asked="color")

    filled = TASK.fill(frame, typed(text, "refine_search", **entities), TEE)

    assert filled is not None
    assert filled.frame == frame
    assert [say.key for say in filled.says] == [said]


def test_a_question_for_an_option_that_is_gone_says_so() -> None:
    frame = Frame("add_to_cart", {"product_id": "tee", "options": {"color": "white"}}, asked="size")

    filled = TASK.fill(frame, typed("what about M?", "refine_search"), TEE)

    assert filled is not None
    assert [say.key for say in filled.says] == ["cart.variant_sold_out"]


@pytest.mark.parametrize(("text", "marked"), [("add the first two", "two"), ("前两个加入购物车", "两个")])
def test_a_group_of_places_counts_no_pieces(text: str, marked: str) -> None:
    at = text.find(marked)
    entity = Entity("quantity", 2, marked, at, at + len(marked))
    message = replace(typed(text, "add_to_cart"), entities=(entity,))

    assert TASK.fill(Frame("add_to_cart", {"product_id": "kettle"}), message, KETTLE) is None


@pytest.mark.parametrize("text", ["换个颜色", "can i get a different color", "other colors?", "another colour please"])
@pytest.mark.parametrize("asked", ["color", "size"])
def test_another_colour_is_asked_for_and_no_exchange(text: str, asked: str) -> None:
    frame = Frame("add_to_cart", {"product_id": "tee", "options": {"color": "black"}}, asked=asked)
    for intent in ("exchange_item", "refine_search"):
        filled = TASK.fill(frame, typed(text, intent), TEE)

        assert filled is not None
        step = TASK.next(filled.frame, TEE)
        assert isinstance(step, Ask)
        assert step.slot == "color"


def test_a_colour_that_the_product_has_not_leaves_an_exchange_to_the_policies() -> None:
    frame = Frame("add_to_cart", {"product_id": "kettle"}, asked="quantity")

    assert TASK.fill(frame, typed("换个颜色", "exchange_item"), KETTLE) is None


@pytest.mark.parametrize(
    ("text", "size"), [("add the pegasus 41", None), ("add the pegasus 41 in 42", "42"), ("pegasus 41, size 41", "41")]
)
def test_a_figure_of_the_title_is_no_size(text: str, size: str | None) -> None:
    shoe = ProductFacts("shoe", "Pegasus 41", (variant("black", "41"), variant("black", "42")))
    filled = TASK.fill(Frame("add_to_cart", {"product_id": "shoe"}), typed(text, "add_to_cart"), shoe)

    assert (dict(filled.frame.get("options") or {}).get("size") if filled else None) == size


def test_just_one_is_a_quantity_while_a_colour_is_open() -> None:
    frame = Frame("add_to_cart", {"product_id": "tee", "quantity": 2}, asked="color")
    filled = TASK.fill(frame, typed("just one please", "nlu_fallback"), TEE)

    assert filled is not None
    assert filled.frame.get("quantity") == 1
