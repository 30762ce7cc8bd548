"""Names and addresses out of messages, and what is neither."""

from typing import Any

import pytest

from actions.services.tasks.checkout import Checkout, CheckoutFacts
from actions.services.tasks.contact_details import address_beside, with_postal_code
from actions.services.tasks.frames import Filled, Frame
from tests.unit.actions.tasks.messages import typed

CART = CheckoutFacts(empty=False)
TASK = Checkout()


def said(text: str, intent: str, *, asked: str = "person_name", confidence: float = 0.97, **entities: Any) -> Filled:
    filled = TASK.fill(Frame("checkout", asked=asked), typed(text, intent, confidence=confidence, **entities), CART)
    assert filled is not None
    return filled


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        *(("yes", "affirm"), ("ok", "affirm"), ("Yes please", "affirm"), ("sure", "affirm"), ("the same", "affirm")),
        *(("no", "deny"), ("skip", "deny"), ("i'd rather not say", "deny"), ("dunno", "deny"), ("hm", "nlu_fallback")),
        *(("what name?", "ask_bot_identity"), ("why do you need that", "ask_help"), ("whose name", "ask_bot_identity")),
        *(("why do u need my name", "manage_account"), ("me", "ask_bot_identity"), ("my mom", "chitchat")),
        *(("same as before", "refine_search"), ("you already have it", "nlu_fallback"), ("great", "chitchat")),
        *(("555-123-4567", "change_shipping_address"), ("13800138000", "track_order"), ("!!!", "nlu_fallback")),
        *(("好的", "affirm"), ("是的", "affirm"), ("为啥要名字", "ask_bot_identity"), ("什么名字", "ask_bot_identity")),
        *(
            ("不想说", "deny"),
            ("本人", "nlu_fallback"),
            ("寄给我妈妈", "change_shipping_address"),
            ("匿名", "nlu_fallback"),
        ),
        *(
            ("跟上次一样", "refine_search"),
            ("一定要填吗", "nlu_fallback"),
            ("跳过", "nlu_fallback"),
            ("哈哈", "chitchat"),
        ),
    ],
)
def test_what_is_no_name_is_not_taken_for_one_and_it_is_said_what_the_name_is_for(text: str, intent: str) -> None:
    filled = said(text, intent)

    assert filled.frame.get("person_name") is None
    assert ([say.key for say in filled.says], filled.answers) == (["checkout.why_person_name"], False)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        *(("priya", "goodbye"), ("Dawn", "greet"), ("O'Brien", "greet"), ("J. K. Rowling", "out_of_scope")),
        *(("Sunny Day", "chitchat"), ("wolfgang", "nlu_fallback")),
        *(("小红", "greet"), ("周杰伦", "out_of_scope"), ("诸葛亮", "nlu_fallback")),
    ],
)
def test_a_name_that_the_model_does_not_know_is_one(text: str, intent: str) -> None:
    assert said(text, intent).frame.get("person_name") == text


@pytest.mark.parametrize(
    ("text", "intent"), [("hello", "greet"), ("thanks", "thank"), ("你好", "greet"), ("谢谢", "thank")]
)
def test_a_greeting_is_answered_as_one(text: str, intent: str) -> None:
    assert TASK.fill(Frame("checkout", asked="person_name"), typed(text, intent), CART) is None


def test_a_name_that_was_marked_piece_by_piece_is_whole() -> None:
    turn = typed("jose garcia", "change_shipping_address", person_name="jose")
    first = turn.entities[0]
    pieces = (
        type(first)("person_name", "jose", "jose", 0, 4),
        type(first)("person_name", "garcia", "garcia", 5, 11),
    )
    filled = TASK.fill(Frame("checkout", asked="person_name"), type(turn)(**_fields(turn) | {"entities": pieces}), CART)

    assert filled is not None
    assert filled.frame.get("person_name") == "jose garcia"


def _fields(turn: Any) -> dict[str, Any]:
    return {name: getattr(turn, name) for name in turn.__dataclass_fields__}


@pytest.mark.parametrize(
    ("text", "name", "address", "code"),
    [
        ("张伟，上海徐汇漕溪路100号 200030 13800138000", "张伟", "上海徐汇漕溪路100号", "200030"),
        ("Jane Miller, 12 Rose Street, Boston 02108", "Jane Miller", "12 Rose Street, Boston", "02108"),
        ("Jane Miller 555-123-4567", "Jane Miller", None, None),
    ],
)
def test_an_address_beside_the_name_is_taken_too(text: str, name: str, address: str | None, code: str | None) -> None:
    frame = said(text, "change_shipping_address", person_name=name).frame

    assert (frame.get("person_name"), frame.get("address"), frame.get("postal_code")) == (name, address, code)


@pytest.mark.parametrize("asked", ["person_name", "email", "postal_code", "payment_method"])
def test_an_address_is_taken_although_something_else_was_asked(asked: str) -> None:
    filled = said("14 Elm Road, Bristol BS1 4ND", "change_shipping_address", asked=asked)

    assert filled.frame.get("address") == "14 Elm Road, Bristol"
    assert filled.frame.get("postal_code") == "BS1 4ND"
    assert filled.frame.get("person_name") is None


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("change it to 7 Park Lane Leeds", "7 Park Lane Leeds"),
        ("my address is 5 Park Lane, Leeds", "5 Park Lane, Leeds"),
        ("sorry, send it to 12 Rose Street", "12 Rose Street"),
        ("地址改成北京朝阳区建国路88号", "北京朝阳区建国路88号"),
        ("寄到广州天河路1号吧", "广州天河路1号"),
        ("12a rose lane", "12a rose lane"),
    ],
)
def test_words_before_an_address_are_no_part_of_it(text: str, address: str) -> None:
    assert with_postal_code(text) == {"address": address}
    assert said(text, "change_shipping_address", asked="address").frame.get("address") == address


@pytest.mark.parametrize("text", ["Yes please", "same as before", "不知道", "货到付款", "dunno"])
def test_what_is_no_address_is_not_taken_for_one(text: str) -> None:
    filled = TASK.fill(Frame("checkout", asked="address"), typed(text, "affirm"), CART)

    assert filled is None or filled.frame.get("address") is None


def test_nothing_stands_beside_a_name_alone() -> None:
    assert address_beside("王小明", "王小明") == {}


@pytest.mark.parametrize(
    ("text", "slot"),
    [("ok", "email"), ("why do you need my email", "email"), ("不知道邮编", "postal_code"), ("no", "email")],
)
def test_a_detail_that_is_held_back_is_explained_and_ends_nothing(text: str, slot: str) -> None:
    filled = said(text, "deny" if text == "no" else "nlu_fallback", asked=slot)

    assert ([say.key for say in filled.says], filled.answers) == ([f"checkout.why_{slot}"], False)


def test_a_question_why_of_an_earlier_detail_forgets_nothing() -> None:
    frame = Frame("checkout", {"person_name": "Jane Miller"}, asked="email")
    filled = TASK.fill(frame, typed("why do u need my name", "manage_account"), CART)

    assert filled is not None
    assert filled.frame.get("person_name") == "Jane Miller"
    assert [say.key for say in filled.says] == ["checkout.why_person_name"]
