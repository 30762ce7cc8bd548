"""Which language a message is answered in."""

import pytest

from actions.language_words import NEUTRAL, TALK
from actions.message_language import choose_language, language_asked_for, names_matter
from actions.product_names import names_in
from actions.turn import needs_names, read_turn

SHOP = names_in(
    ["The Ordinary", "耐克 Air Max 90 跑鞋", "三星 Galaxy Watch6 Classic 智能手表", "使命召唤 Call of Duty 游戏"]
)
ENGLISH = [
    "hello there", "cheaper ones", "in black", "how much", "thank you", "thanks", "please", "the red one", "show more",
    "what about my order", "please write to me@example.com instead", "running shoes", "black dress", "under $200",
    "DO YOU HAVE THIS IN XL?", "i'd like a kettle", "what’s the price", "add it", "nike shoes for kids",
    "track W1234567", "good morning", "second one", "in stock", "for kids", "shoes for my wife",
    "usb cables for camping",
]  # fmt: skip
NO_SIGN_OF_ENGLISH = [
    "ok", "OK", "yes", "no", "bye bye", "M", "XL", "iPhone 15", "iphone 15 pro max", "Apple Watch", "nike air max",
    "Nike Air Max 90", "Galaxy Watch6 Classic", "The North Face", "the ordinary", "Call of Duty", "Lancôme", "L'Oréal",
    "Under Armour", "new balance 574", "xbox one", "USB-C", "Type-C 65W", "WH-1000XM5", "W1234567", "#W1234567",
    "3 in 1 charger", "3-in-1", "all in one", "plug in", "built in",
    "100080", "xiaoming.wang@mail.example.com", "https://shop.example/look-at/the-shoes", "👍", "", "black", "visa",
    '/affirm{"value": "show me the cheaper ones"}', "/choose_option",
]  # fmt: skip


@pytest.mark.parametrize("text", ENGLISH)
def test_english_message_ends_a_chinese_conversation(text: str) -> None:
    assert choose_language(text, "zh", "zh", names=SHOP) == "en"


@pytest.mark.parametrize("text", NO_SIGN_OF_ENGLISH)
def test_what_chinese_shoppers_type_in_latin_letters_keeps_chinese(text: str) -> None:
    assert choose_language(text, "zh", "en", names=SHOP) == "zh"
    assert choose_language(text, "en", "zh", names=SHOP) == "en"


@pytest.mark.parametrize(
    "text",
    ["你好", "iPhone 15有货吗", "show me 耳机", "Galaxy Watch6 Classic pro max case 有吗", "The North Face 外套"],
)
@pytest.mark.parametrize("previous", ["en", "zh", None])
def test_chinese_characters_mean_chinese(text: str, previous: str | None) -> None:
    assert choose_language(text, previous, "en") == "zh"


ENGLISH_WITH_CHINESE = [
    "do you have 小米 phones under $300", "is the 索尼 one cheaper", "send it to me@example.com 谢谢",
    "what does 包邮 mean",
]  # fmt: skip


@pytest.mark.parametrize("text", ENGLISH_WITH_CHINESE)
def test_english_sentence_with_a_chinese_name_stays_english(text: str) -> None:
    assert choose_language(text, "en", "zh") == choose_language(text, None, "en") == "en"
    assert choose_language(text, "zh", "en") == choose_language(text, None, "zh") == "zh"


def test_shop_names_are_no_english_beside_chinese_characters() -> None:
    assert choose_language("the ordinary serum 精华", "en", None) == "en"
    assert choose_language("Call of Duty and more 游戏", "en", None) == "en"
    names = names_in(["Some More Tea Company"])
    assert choose_language("Some More Tea Company 红茶", "en", None, names=names) == "zh"


def test_page_counts_at_the_beginning_only() -> None:
    assert choose_language("iPhone", None, "zh") == "zh"
    assert choose_language("iPhone", None, None) == "en"
    assert choose_language("iPhone", "zh", "en") == "zh"
    assert choose_language("how much is it", None, "zh") == "en"


@pytest.mark.parametrize(
    ("text", "asked", "language"),
    [
        ("Will Smith", "person_name", "zh"),
        ("Jane Miller", "person_name", "zh"),
        ("12 Rose Street, Boston", "address", "zh"),
        ("what is this for", "person_name", "en"),
        ("how long does delivery take", "address", "en"),
        ("midnight blue", "color", "zh"),
        ("in blue please", "color", "en"),
        ("sounds great", "confirm", "en"),
    ],
)
def test_answer_to_a_question_is_no_sign_of_a_language(text: str, asked: str, language: str) -> None:
    tracker = {
        "latest_message": {"text": text},
        "slots": {"conversation": {"language": "zh"}, "tasks": [{"task": "checkout", "asked": asked}]},
    }
    assert read_turn(tracker).language == language
    assert choose_language(text, "zh", None, asked=asked) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        *(("switch to english pls", "en"), ("English please", "en"), ("can you answer in chinese", "zh")),
        *(("英文行吗", "en"), ("说英文", "en"), ("能用中文吗", "zh"), ("讲中文", "zh")),
        *(("an english book", None), ("英文书", None), ("do you have chinese tea", None), ("中文键盘有吗", None)),
    ],
)
def test_a_language_that_is_asked_for_is_spoken(text: str, language: str | None) -> None:
    assert language_asked_for(text) == language
    if language is not None:
        assert choose_language(text, "zh" if language == "en" else "en", None, asked="person_name") == language


def test_names_are_needed_only_for_latin_letters_where_they_may_change_the_language() -> None:
    assert names_matter("nike air max", "zh", "en")
    assert not names_matter("nike air max", "en", "zh")
    assert names_matter("nike 跑鞋", "en", "zh")
    assert not names_matter("nike 跑鞋", "zh", "zh")
    assert not names_matter("耐克", "zh", "zh")
    assert not names_matter("耐克", "en", "en")
    assert not names_matter("/affirm", "zh", "zh")
    assert needs_names({"latest_message": {"text": "air max", "metadata": {"language": "zh"}}, "slots": {}})


def test_shop_names_keep_what_only_they_explain() -> None:
    assert choose_language("Call of Duty", "zh", None) == "en"
    tracker = {"latest_message": {"text": "Call of Duty"}, "slots": {"conversation": {"language": "zh"}}}
    assert read_turn(tracker).language == "en"
    assert read_turn(tracker, SHOP).language == "zh"


def test_no_word_is_both_a_sign_and_none() -> None:
    assert TALK.isdisjoint(NEUTRAL)
