"""Reading one answer out of a message."""

import pytest

from actions.services.tasks.answers import (
    free_text,
    is_cancel,
    is_question,
    is_unwanted,
    looks_like_broken_email,
    read_count,
    read_email,
    read_number,
    read_option,
    read_postal_code,
    read_yes_no,
)
from actions.services.tasks.frames import CANCEL, Option
from tests.unit.actions.tasks.messages import tapped, typed

COLOURS = (Option("black", "Black"), Option("white", "White"), Option("rose-gold", "Rose gold"))


@pytest.mark.parametrize(
    "text",
    [
        "never mind",
        "hmm never mind",
        "nvm",
        "nvm il do it later thx",
        "actually forget it",
        "no wait, cancel",
        "I changed my mind!",
        "stop",
        "not now thanks",
        "算了",
        "算了吧",
        "不买了",
        "先不买了",
        "还是不要了",
        "取消",
        "下次再说",
        "yes cancel it",
        "cancle",
        "好的，算了",
        "算了，不买了",
        "对不起，先不下单了",
        "emm算了",
        "不要了谢谢",
        "先不办了",
    ],
)
def test_is_cancel_knows_how_people_drop_something(text: str) -> None:
    assert is_cancel(typed(text))


@pytest.mark.parametrize(
    "text",
    [
        "cancel order W12345",
        "stop street 5",
        "no",
        "black",
        "can i cancel later?",
        "12 Cancel Road",
        "取消订单要手续费吗",
        "不要黑色的",
        "红色",
        "取消政策是什么",
        "算了，要黑色吧",
    ],
)
def test_is_cancel_leaves_everything_else(text: str) -> None:
    assert not is_cancel(typed(text))


@pytest.mark.parametrize(
    "text", ["cancel the order", "pls cancel my order", "I want to cancel", "取消订单", "我想取消订单", "帮我取消吧"]
)
def test_an_order_is_dropped_in_these_words_only_while_it_is_being_made(text: str) -> None:
    assert is_cancel(typed(text), ordering=True)
    assert not is_cancel(typed(text))


@pytest.mark.parametrize(
    "text", ["cancel order W12345", "取消订单要手续费吗", "can i cancel the order later?", "我要了"]
)
def test_a_question_about_cancelling_drops_no_order(text: str) -> None:
    assert not is_cancel(typed(text), ordering=True)


def test_is_cancel_hears_the_button() -> None:
    assert is_cancel(tapped(CANCEL))
    assert not is_cancel(tapped("yes"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("jane.miller@example.com", "jane.miller@example.com"),
        ("its Jane+Shop@Mail.Example.ORG.", "jane+shop@mail.example.org"),
        ("邮箱是lilei@163.com谢谢", "lilei@163.com"),
        ("bob at gmail com", None),
        ("bob@gmail", None),
        ("", None),
    ],
)
def test_read_email_takes_whole_addresses_only(text: str, expected: str | None) -> None:
    assert read_email(typed(text)) == expected


def test_a_half_typed_address_is_noticed() -> None:
    assert looks_like_broken_email(typed("bob@gmail"))
    assert looks_like_broken_email(typed("bob at gmail com"))
    assert not looks_like_broken_email(typed("Bob Stone"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("02108", "02108"),
        ("zip 80202-1234", "80202-1234"),
        ("sw1a 1aa", "SW1A 1AA"),
        ("邮编200120", "200120"),
        ("12 Rose St", None),
        ("2000", "2000"),
        ("k1a 0b1", "K1A 0B1"),
        ("150-0001", "150-0001"),
        ("212-555-1234", None),
    ],
)
def test_read_postal_code_knows_several_countries(text: str, expected: str | None) -> None:
    assert read_postal_code(typed(text)) == expected


def test_read_postal_code_is_whole_where_the_model_marked_a_part_of_it() -> None:
    assert read_postal_code(typed("LS1 4DY", postal_code="1")) == "LS1 4DY"
    assert read_postal_code(typed("it is 1010", postal_code="1010")) == "1010"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yep", True),
        ("ok go ahead", True),
        ("Yes please", True),
        ("no", False),
        ("nope, wrong", False),
        ("好的", True),
        ("对", True),
        ("不对", False),
        ("不是", False),
        ("maybe", None),
        ("Norway", None),
        ("yesterday", None),
        ("no problem", True),
        ("没有问题", True),
        ("yes that's all, no changes", True),
        ("对的，不用改了", True),
        ("先不下单", False),
    ],
)
def test_read_yes_no_tells_the_two_apart(text: str, expected: bool | None) -> None:
    assert read_yes_no(typed(text)) is expected


@pytest.mark.parametrize(
    "text",
    [
        "ok wait",
        "yes but not now",
        "ok how much is shipping",
        "sure, when does it arrive?",
        "okay can i change something",
        "好的，等一下",
        "好像不对",
        "是不是包邮",
        "对了，多久能到",
        "对不起，我再看看",
        "可以开发票吗",
        "要运费吗",
        "好贵啊",
        "行李箱",
    ],
)
def test_read_yes_no_takes_no_yes_from_a_question_or_second_thoughts(text: str) -> None:
    assert read_yes_no(typed(text)) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("black", "black"),
        ("the black one pls", "black"),
        ("BLCAK", "black"),
        ("rose gold", "rose-gold"),
        ("green", None),
        ("black or white", None),
        ("not black", None),
        ("anything but black", None),
        ("not rose gold, black", "black"),
        ("white instead of black", "white"),
        ("不要black", None),
        ("要不要black", "black"),
    ],
)
def test_read_option_takes_the_one_that_is_named(text: str, expected: str | None) -> None:
    chosen = read_option(typed(text), COLOURS)

    assert (chosen.value if chosen else None) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("that's fine", None),
        ("I’m not sure", None),
        ("let's do L", "L"),
        ("i'm a 38", "38"),
        ("38.5", None),
        ("size 38.", "38"),
    ],
)
def test_read_option_takes_no_size_from_a_part_of_a_word_or_figure(text: str, expected: str | None) -> None:
    chosen = read_option(typed(text), [Option(size) for size in ("S", "M", "L", "38", "39")])

    assert (chosen.value if chosen else None) == expected


@pytest.mark.parametrize(
    ("text", "unwanted", "wanted"),
    [
        ("anything but Sony", "sony", ""),
        ("no sony please", "sony", ""),
        ("no, sony please", "", "sony"),
        ("a laptop that isn't apple", "apple", ""),
        ("isn't sony cheaper", "", "sony"),
        ("headphones not from sony", "sony", ""),
        ("any brand except apple, samsung and huawei", "apple samsung huawei", ""),
        ("no red or black, blue please", "red black", "blue"),
        ("not too heavy and black", "", "black"),
        ("bose instead of sony", "sony", "bose"),
        ("headphones without sony or bose", "sony bose", "headphones"),
        ("nothing phone", "", "phone"),
        ("size no 38", "", "38"),
        ("除了苹果和三星的手机", "苹果 三星", "手机"),
        ("不要黑色、红色的，白色可以", "黑色 红色", "白色"),
        ("非苹果的手机", "苹果", "手机"),
        ("要不要黑色", "", "黑色"),
        ("除了黑色还有红色吗", "黑色", "红色"),
    ],
)
def test_is_unwanted_knows_what_is_turned_down_one_by_one(text: str, unwanted: str, wanted: str) -> None:
    assert [name for name in unwanted.split() if not is_unwanted(text, name)] == []
    assert [name for name in wanted.split() if is_unwanted(text, name)] == []


def test_read_option_counts_positions_from_both_ends() -> None:
    assert read_option(typed("the second", position=2), COLOURS) == COLOURS[1]
    assert read_option(typed("the last", position=-1), COLOURS) == COLOURS[2]
    assert read_option(typed("the ninth", position=9), COLOURS) is None


def test_read_option_takes_a_place_from_the_end_and_no_two_at_once() -> None:
    assert read_option(typed("倒数第二个"), COLOURS) == COLOURS[-2]
    assert read_option(typed("the first two"), COLOURS) is None
    assert read_option(typed("the second", position=2), COLOURS, counted=False) is None


@pytest.mark.parametrize(
    ("text", "expected"), [("2", "white"), ("2.", "white"), ("第2个", "white"), ("9", None), ("2个", None)]
)
def test_read_option_takes_a_number_alone_as_a_place(text: str, expected: str | None) -> None:
    chosen = read_option(typed(text), COLOURS)

    assert (chosen.value if chosen else None) == expected


def test_read_option_takes_no_number_as_a_place_that_stands_in_an_option() -> None:
    assert read_option(typed("2"), [Option("5 kg"), Option("10 kg"), Option("2 kg")]) is None


def test_read_option_takes_buttons_by_value_and_knows_synonyms() -> None:
    assert read_option(tapped("white"), COLOURS) == COLOURS[1]
    assert read_option(tapped("purple"), COLOURS) is None
    assert read_option(typed("黑色的"), COLOURS, {"black": ("黑色",)}) == COLOURS[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("remove one of them", 1),
        ("two of those", 2),
        ("add 50 of the tiger one", 50),
        ("x3", 3),
        ("来两个", 2),
        ("3件", 3),
        ("要俩", 2),
        ("第二个", None),
        ("保修3个月吗", None),
        ("这个", None),
        ("the first one", None),
        ("iphone 15", None),
        ("十二个", 12),
        ("来二十件", 20),
        ("一百二十个", None),
        ("black ×2", 2),
        ("100 pcs", 100),
        ("要1000个", 1000),
        ("the 1920 x 1080 one", None),
    ],
)
def test_read_count_reads_pieces_and_no_other_numbers(text: str, expected: int | None) -> None:
    assert read_count(text) == expected


@pytest.mark.parametrize(("text", "expected"), [("add the insta360 x3", None), ("insta360 x3 x2 pls", 2)])
def test_read_count_takes_no_number_from_the_name_of_the_product(text: str, expected: int | None) -> None:
    assert read_count(text, title="Insta360 X3 360 Camera") == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("just two", 2), ("两个吧", 2), ("十五", 15), ("I'll take 3", 3), ("all", None)]
)
def test_read_number_reads_figures_and_words(text: str, expected: int | None) -> None:
    assert read_number(text) == expected


def test_free_text_is_no_question_no_button_and_no_digression() -> None:
    digressions = frozenset({"ask_shipping"})

    assert free_text(typed("  Emma   Carter "), digressions=digressions) == "Emma Carter"
    assert free_text(typed("Will Smith"), digressions=digressions) == "Will Smith"
    assert free_text(typed("will it arrive tomorrow"), digressions=digressions) is None
    assert free_text(typed("how long does it take?"), digressions=digressions) is None
    assert free_text(typed("shipping cost", "ask_shipping"), digressions=digressions) is None
    assert free_text(typed("12 Shipping Road", "ask_shipping", confidence=0.3), digressions=digressions) is not None
    assert free_text(tapped("yes"), digressions=digressions) is None
    assert is_question(typed("几天能到"))


@pytest.mark.parametrize("text", ["12", "100020", "12/3"])
def test_a_number_alone_is_no_name_and_no_address(text: str) -> None:
    assert free_text(typed(text, "nlu_fallback"), digressions=frozenset()) is None


def test_one_is_a_yes() -> None:
    assert read_yes_no(typed("1", "nlu_fallback")) is True
    assert read_yes_no(typed("12", "nlu_fallback")) is None
