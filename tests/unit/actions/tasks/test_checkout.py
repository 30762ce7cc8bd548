"""What checkout asks, and what it takes out of messages."""

import pytest

from actions.services.tasks.checkout import SLOTS, Checkout, CheckoutFacts, mentioned_slot
from actions.services.tasks.frames import Ask, Frame, Impossible, Next, Ready
from tests.unit.actions.tasks.messages import tapped, typed

AGREED = {"total_minor": 3000, "currency": "USD", "pieces": "kettle*1"}
CART = CheckoutFacts(empty=False, cart_lines=("1 × Kettle, $30.00",), total="$30.00", agreement=AGREED)
KNOWN = {"person_name": "Emma Carter", "email": "emma@example.com", "address": "287 Elm Close", "postal_code": "02108"}
FULL = Frame(
    "checkout",
    {**KNOWN, "payment_method": "card", "shown": AGREED},
    asked="confirm",
)
TASK = Checkout()


def asked(step: Next) -> str:
    assert isinstance(step, Ask)
    return step.slot


def test_checkout_asks_every_slot_once_and_then_for_the_word_to_go() -> None:
    frame, facts = Frame("checkout"), CART
    answers = {
        "person_name": "Jane Miller",
        "email": "jane@example.com",
        "address": "12 Rose Street, Boston",
        "postal_code": "02108",
        "payment_method": "cash on delivery",
    }
    order = []
    for _ in SLOTS:
        slot = asked(TASK.next(frame, facts))
        order.append(slot)
        filled = TASK.fill(Frame(frame.task, frame.slots, asked=slot), typed(answers[slot]), facts)
        assert filled is not None
        frame = filled.frame

    assert tuple(order) == SLOTS
    assert frame.get("payment_method") == "cash_on_delivery"
    confirm = TASK.next(frame, facts)
    assert isinstance(confirm, Ask)
    assert confirm.slot == "confirm"
    assert confirm.say.values["total"] == "$30.00"


def test_an_empty_cart_cannot_be_checked_out() -> None:
    assert isinstance(TASK.next(FULL, CheckoutFacts(empty=True)), Impossible)


@pytest.mark.parametrize(("text", "intent"), [("yes", "affirm"), ("好 下单吧", "place_order"), ("go ahead", "affirm")])
def test_yes_at_the_end_places_the_order(text: str, intent: str) -> None:
    filled = TASK.fill(FULL, typed(text, intent), CART)

    assert filled is not None
    assert isinstance(TASK.next(filled.frame, CART), Ready)


@pytest.mark.parametrize(
    ("change", "note"),
    [
        ({"total_minor": 3500}, "checkout.total_changed"),
        ({"total_minor": 6000, "pieces": "kettle*2"}, "checkout.cart_changed"),
        ({"currency": "CNY"}, "checkout.total_changed"),
    ],
)
def test_yes_counts_only_for_the_cart_that_was_shown(change: dict[str, object], note: str) -> None:
    now = CheckoutFacts(empty=False, total="$35.00", agreement={**AGREED, **change}, shown_total="$30.00")
    filled = TASK.fill(FULL, typed("yes", "affirm"), now)
    assert filled is not None

    step = TASK.next(filled.frame, now)

    assert isinstance(step, Ask)
    assert step.slot == "confirm"
    assert [say.key for say in step.notes] == [note]
    again = Frame("checkout", {**filled.frame.slots, **step.keeps}, asked="confirm")
    assert isinstance(TASK.next(again, now), Ask), "the yes before the change must not count"
    second = TASK.fill(again, typed("yes", "affirm"), now)
    assert second is not None
    assert isinstance(TASK.next(second.frame, now), Ready)


def test_cart_that_the_shopper_changes_before_a_yes_is_shown_without_a_remark() -> None:
    now = CheckoutFacts(empty=False, agreement={**AGREED, "total_minor": 6000, "pieces": "kettle*2"})
    step = TASK.next(FULL, now)

    assert isinstance(step, Ask)
    assert step.notes == ()


def test_shortage_ends_the_checkout_before_anything_is_asked() -> None:
    step = TASK.next(Frame("checkout"), CheckoutFacts(empty=False, shortages=("Kettle has sold out.",)))

    assert isinstance(step, Impossible)
    assert "Kettle" in step.say.values["shortages"]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("ok how much is shipping", "ask_shipping"),
        ("对了，多久能到", "ask_delivery_time"),
        ("is it sent to my address today?", "ask_delivery_time"),
        ("wait, do not place it yet", "place_order"),
    ],
)
def test_a_question_or_a_wait_at_the_end_orders_and_forgets_nothing(text: str, intent: str) -> None:
    assert TASK.fill(FULL, typed(text, intent), CART) is None


def test_no_at_the_end_asks_what_to_change_and_nothing_is_ordered() -> None:
    filled = TASK.fill(FULL, typed("no", "deny"), CART)

    assert filled is not None
    assert asked(TASK.next(filled.frame, CART)) == "change_which"


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("the address is wrong", "address"),
        ("change the payment", "payment_method"),
        ("地址错了", "address"),
        ("邮编不对", "postal_code"),
    ],
)
def test_a_correction_at_the_end_asks_for_that_slot_again(text: str, slot: str) -> None:
    filled = TASK.fill(FULL, typed(text, "change_shipping_address"), CART)

    assert filled is not None
    assert asked(TASK.next(filled.frame, CART)) == slot


def test_an_email_address_with_a_word_for_another_slot_in_it_is_only_an_email_address() -> None:
    filled = TASK.fill(Frame("checkout", {"person_name": "Jane"}, asked="email"), typed("my.name@city.com"), CART)

    assert filled is not None
    assert (filled.frame.get("person_name"), filled.frame.get("email")) == ("Jane", "my.name@city.com")


def test_a_bare_email_address_says_what_to_change() -> None:
    filled = TASK.fill(Frame("checkout", FULL.slots, asked="change_which"), typed("jane@gmail.com"), CART)

    assert filled is not None
    assert filled.frame.get("email") == "jane@gmail.com"


@pytest.mark.parametrize("asked_slot", ["person_name", "address", "postal_code", "payment_method", "confirm"])
def test_an_email_address_is_taken_at_any_time(asked_slot: str) -> None:
    frame = Frame("checkout", {"email": "old@example.com"}, asked=asked_slot)

    filled = TASK.fill(frame, typed("sorry, it is new@example.com"), CART)

    assert filled is not None
    assert filled.frame.get("email") == "new@example.com"


def test_a_broken_email_address_is_pointed_out_and_not_kept() -> None:
    filled = TASK.fill(Frame("checkout", asked="email"), typed("bob at gmail com"), CART)

    assert filled is not None
    assert filled.frame.get("email") is None
    assert [say.key for say in filled.says] == ["checkout.email_invalid"]


@pytest.mark.parametrize(
    ("text", "intent"), [("how long is delivery?", "ask_delivery_time"), ("show my cart", "view_cart")]
)
def test_a_question_is_no_name_and_no_address(text: str, intent: str) -> None:
    for slot in ("person_name", "address"):
        assert TASK.fill(Frame("checkout", asked=slot), typed(text, intent), CART) is None


@pytest.mark.parametrize(
    ("text", "marked", "expected"),
    [
        ("Jane Miller", "Jane", "Jane Miller"),
        ("its for Lucy Carter", "Lucy", "Lucy Carter"),
        ("my sister Ann please", "Ann", "Ann"),
        ("王小明", "王小明", "王小明"),
        ("王小明", "小", "王小明"),
        ("我叫王小明", "小明", "王小明"),
        ("王小明收", "王小明", "王小明"),
    ],
)
def test_a_name_is_kept_whole_where_only_a_part_was_marked(text: str, marked: str, expected: str) -> None:
    filled = TASK.fill(Frame("checkout", asked="person_name"), typed(text, person_name=marked), CART)

    assert filled is not None
    assert filled.frame.get("person_name") == expected


@pytest.mark.parametrize(
    "text", ["广州天河路1号", "浦东新区张江镇 8 栋", "万科城市花园3栋502", "12a rose lane", "4/20 Old Mill Rd, Leeds"]
)
def test_what_looks_like_an_address_is_one_whatever_it_was_understood_as(text: str) -> None:
    filled = TASK.fill(Frame("checkout", asked="address"), typed(text, "ask_contact"), CART)

    assert filled is not None
    assert filled.frame.get("address") == text


@pytest.mark.parametrize(
    "text", ["5 days is too long", "3 items in my cart please", "10号之前要到", "你们店在天河路1号吗"]
)
def test_a_number_alone_makes_no_address(text: str) -> None:
    assert TASK.fill(Frame("checkout", asked="address"), typed(text, "ask_delivery_time"), CART) is None


@pytest.mark.parametrize("text", ["Emma Carter, emma@example.com", "emma@example.com Emma Carter"])
def test_a_name_beside_the_email_address_is_taken_too(text: str) -> None:
    filled = TASK.fill(Frame("checkout", asked="person_name"), typed(text), CART)

    assert filled is not None
    assert filled.frame.get("person_name") == "Emma Carter"
    assert filled.frame.get("email") == "emma@example.com"


@pytest.mark.parametrize(
    ("text", "address", "code"),
    [
        ("12 Rose Lane, 02108", "12 Rose Lane", "02108"),
        ("9 High Street Leeds LS1 4DY", "9 High Street Leeds", "LS1 4DY"),
        ("广州天河路1号，510000", "广州天河路1号", "510000"),
        ("12345 Main Street", "12345 Main Street", None),
        ("flat 3, 22 Baker St", "flat 3, 22 Baker St", None),
    ],
)
def test_a_postal_code_behind_the_address_is_taken_too(text: str, address: str, code: str | None) -> None:
    filled = TASK.fill(Frame("checkout", asked="address"), typed(text), CART)

    assert filled is not None
    assert filled.frame.get("address") == address
    assert filled.frame.get("postal_code") == code


def test_a_known_address_is_offered_and_used() -> None:
    facts = CheckoutFacts(empty=False, known=KNOWN)
    assert asked(TASK.next(Frame("checkout"), facts)) == "use_known"

    used = TASK.fill(Frame("checkout", asked="use_known"), typed("yep", "affirm"), facts)
    other = TASK.fill(Frame("checkout", asked="use_known"), tapped("no"), facts)

    assert used is not None
    assert other is not None
    assert asked(TASK.next(used.frame, facts)) == "payment_method"
    assert asked(TASK.next(other.frame, facts)) == "person_name"


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("my e-mail is wrong", "email"),
        ("邮箱写错了", "email"),
        ("zip code", "postal_code"),
        ("adress is wrong", "address"),
        ("the name's wrong", "person_name"),
        ("myname@qq.com", None),
        ("what capacity has it", None),
        ("hello", None),
    ],
)
def test_mentioned_slot_hears_which_one_is_meant(text: str, slot: str | None) -> None:
    assert mentioned_slot(typed(text)) == slot


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("7 Park Lane, Leeds LS1 4DY", {"address": "7 Park Lane, Leeds", "postal_code": "LS1 4DY"}),
        ("change the adress to 9 High Road, York YO1 7HH", {"address": "9 High Road, York", "postal_code": "YO1 7HH"}),
        ("cash instead", {"payment_method": "cash_on_delivery"}),
        ("寄到广州天河路1号吧", {"address": "广州天河路1号"}),
    ],
)
@pytest.mark.parametrize("asked_slot", ["confirm", "change_which"])
def test_a_new_value_at_the_end_needs_no_name_of_the_slot(text: str, slots: dict[str, str], asked_slot: str) -> None:
    filled = TASK.fill(Frame("checkout", FULL.slots, asked=asked_slot), typed(text, "change_shipping_address"), CART)

    assert filled is not None
    assert {slot: filled.frame.get(slot) for slot in slots} == slots
    assert asked(TASK.next(filled.frame, CART)) == "confirm"


@pytest.mark.parametrize(
    ("text", "intent"), [("nothing", "deny"), ("no", "deny"), ("不改了", "deny"), ("都对", "affirm")]
)
def test_who_changes_nothing_is_asked_for_the_word_to_go_again(text: str, intent: str) -> None:
    changing = Frame("checkout", {**FULL.slots, "changing": True}, asked="change_which")
    filled = TASK.fill(changing, typed(text, intent), CART)

    assert filled is not None
    assert asked(TASK.next(filled.frame, CART)) == "confirm"


def test_a_postal_code_of_the_old_address_is_asked_about() -> None:
    shown = TASK.next(FULL, CART)
    assert isinstance(shown, Ask)
    frame = Frame("checkout", {**FULL.slots, **shown.keeps}, asked="confirm")
    filled = TASK.fill(frame, typed("7 Park Lane, Leeds", "change_shipping_address"), CART)
    assert filled is not None

    step = TASK.next(filled.frame, CART)

    assert isinstance(step, Ask)
    assert [say.key for say in step.notes] == ["checkout.old_postal_code"]


def test_the_total_is_enough_where_the_question_is_only_repeated() -> None:
    repeated = TASK.next(FULL, CART)
    changed = TASK.next(FULL, CheckoutFacts(empty=False, agreement={**AGREED, "pieces": "kettle*2"}))

    assert isinstance(repeated, Ask)
    assert isinstance(changed, Ask)
    assert repeated.again is not None
    assert changed.again is None
