"""From logits to Rasa's parse format."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nlu_models.encoder.inference import Outcome
from nlu_models.encoder.tokenizer import Tokens
from nlu_models.serving.entities import MODEL, PATTERN, read_entities
from nlu_models.serving.labels import TrainedUnderstanding, UnderstandingLabels
from nlu_models.serving.readings import button_reading, empty_reading, has_content, model_reading

LABELS = ("O", "B-brand", "I-brand", "B-price_max", "I-price_max", "B-position", "I-position", "B-price_min")


def trained(threshold: float = 0.5, temperature: float = 1.0) -> TrainedUnderstanding:
    labels = UnderstandingLabels(
        intents=("greet", "search_product", "affirm"),
        token_labels=LABELS,
        categories=("watches", "phones"),
        temperature=temperature,
        threshold=threshold,
        sha256="0" * 64,
        base_sha256="1" * 64,
    )
    return TrainedUnderstanding(Path("w"), labels)


def outcome(intent: list[float], offsets: list[tuple[int, int]], labels: list[str]) -> Outcome:
    token = np.zeros((len(offsets), len(LABELS)), np.float32)
    for row, label in enumerate(labels):
        token[row, LABELS.index(label)] = 9.0
    return Outcome(
        Tokens([0] * len(offsets), offsets),
        np.full(384, 0.5, np.float32),
        np.array(intent, np.float32),
        np.array([2.0, 0.0], np.float32),
        token,
    )


def entities(text: str, offsets: list[tuple[int, int]], labels: list[str]) -> list[tuple[str, str, Any]]:
    logits = outcome([0, 0, 0], offsets, labels).token
    assert logits is not None
    return [(e.entity, text[e.start : e.end], e.value) for e in read_entities(text, offsets, logits, LABELS)]


def test_confident_message_is_read() -> None:
    text = "hello you"
    reading = model_reading(text, outcome([4, 0, 0], [(0, 0), (0, 5), (6, 9), (0, 0)], ["O"] * 4), trained())
    assert reading["intent"]["name"] == "greet"
    assert reading["intent"]["confidence"] == pytest.approx(0.9647, abs=1e-3)
    assert next(r["name"] for r in reading["intent_ranking"]) == "greet"
    assert reading["language"] == "en"
    assert reading["categories"][0] == {"slug": "watches", "probability": pytest.approx(0.8808, abs=1e-3)}
    assert np.frombuffer(base64.b64decode(reading["embedding"]), "<f2").tolist() == [0.5] * 384


def test_all_categories_are_given_the_likeliest_first() -> None:
    slugs = tuple(f"kind-{n}" for n in range(51))
    fitted = trained()
    many = TrainedUnderstanding(Path("w"), fitted.labels.model_copy(update={"categories": slugs}))
    logits = np.random.default_rng(3).standard_normal(51).astype(np.float32)
    read = replace(outcome([4, 0, 0], [(0, 2)], ["O"]), category=logits)
    categories = model_reading("hi", read, many)["categories"]
    assert {row["slug"] for row in categories} == set(slugs)
    assert categories[0]["slug"] == slugs[int(logits.argmax())]
    probabilities = [row["probability"] for row in categories]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) == pytest.approx(1.0, abs=51 * 5e-7)


def test_doubtful_message_falls_back_and_keeps_the_readings() -> None:
    reading = model_reading("hm so", outcome([1, 0.9, 0], [(0, 2)], ["O"]), trained())
    assert reading["intent"]["name"] == "nlu_fallback"
    assert [r["name"] for r in reading["intent_ranking"]] == ["greet", "search_product", "affirm"]


def test_temperature_lowers_confidence() -> None:
    sharp = model_reading("hi", outcome([4, 0, 0], [(0, 2)], ["O"]), trained())
    soft = model_reading("hi", outcome([4, 0, 0], [(0, 2)], ["O"]), trained(temperature=3.0))
    assert soft["intent"]["confidence"] < sharp["intent"]["confidence"]


def test_text_without_letters_falls_back() -> None:
    reading = model_reading("🎉🎉", outcome([9, 0, 0], [(0, 2)], ["O"]), trained())
    assert reading["intent"]["name"] == "nlu_fallback"
    assert reading["language"] is None


@pytest.mark.parametrize("text", ["2", "12", "10086", "12:30", "２", "2.", "20%"])
def test_number_alone_is_no_talk(text: str) -> None:
    reading = model_reading(text, outcome([9, 0, 0], [(0, len(text))], ["O"]), trained())
    assert reading["intent"]["name"] == "nlu_fallback"
    assert reading["intent_ranking"][0]["name"] == "greet"


@pytest.mark.parametrize("text", ["88", "886", "666", "2333", "100%"])
def test_figures_that_are_said_are_talk(text: str) -> None:
    assert model_reading(text, outcome([9, 0, 0], [(0, 2)], ["O"]), trained())["intent"]["name"] == "greet"


@pytest.mark.parametrize("text", ["$50", "100-200", "¥300"])
def test_price_without_letters_is_a_wish(text: str) -> None:
    read = outcome([0, 9, 0], [(0, len(text))], ["B-price_max"])
    assert model_reading(text, read, trained())["intent"]["name"] == "search_product"


@pytest.mark.parametrize(("text", "intent"), [("最后一个", "nlu_fallback"), ("最后一个了", "greet")])
def test_place_in_a_list_and_nothing_else_is_no_talk(text: str, intent: str) -> None:
    read = outcome([9, 0, 0], [(0, 4), (4, len(text))], ["B-position", "O"])
    assert model_reading(text, read, trained())["intent"]["name"] == intent


def test_outcome_without_logits_is_an_error() -> None:
    bare = Outcome(Tokens([0], [(0, 0)]), np.zeros(384, np.float32))
    with pytest.raises(ValueError, match="did not run"):
        model_reading("hi", bare, trained())


def test_tokens_of_one_word_become_one_entity() -> None:
    assert entities("samsung phone", [(0, 3), (3, 7), (8, 13)], ["B-brand", "B-brand", "O"]) == [
        ("brand", "samsung", "samsung")
    ]


def test_half_marked_word_is_taken_whole() -> None:
    assert entities("samsung phone", [(0, 3), (3, 7), (8, 13)], ["B-brand", "O", "O"]) == [
        ("brand", "samsung", "samsung")
    ]


def test_inside_label_without_begin_starts_an_entity() -> None:
    assert entities("buy apple now", [(0, 3), (4, 9), (10, 13)], ["O", "I-brand", "O"]) == [("brand", "apple", "apple")]


def test_words_of_one_entity_are_joined() -> None:
    assert entities("new balance shoes", [(0, 3), (4, 11), (12, 17)], ["B-brand", "I-brand", "O"]) == [
        ("brand", "new balance", "new balance")
    ]


def test_number_is_not_cut_in_two() -> None:
    assert entities("17000007", [(0, 5), (5, 8)], ["B-brand", "O"])[0][1] == "17000007"


def test_chinese_neighbours_stay_apart() -> None:
    assert entities("苹果华为", [(0, 2), (2, 4)], ["B-brand", "B-brand"]) == [
        ("brand", "苹果", "苹果"),
        ("brand", "华为", "华为"),
    ]


def test_entity_without_value_is_dropped() -> None:
    assert entities("that one", [(0, 4), (5, 8)], ["B-position", "I-position"]) == []


def test_pattern_wins_over_the_model() -> None:
    text = "under $200"
    found = read_entities(text, [(0, 5), (6, 7), (7, 10)], np.eye(7, dtype=np.float32)[[0, 1, 2]] * 9, LABELS)
    assert [(e.entity, e.value, e.extractor) for e in found] == [
        ("price_max", {"amount": 200.0, "currency": "USD"}, PATTERN)
    ]


def test_no_piece_of_a_name_is_a_price() -> None:
    offsets = [(0, 4), (5, 8), (8, 12), (12, 14), (14, 15)]
    labels = ["B-brand", "B-brand", "B-price_min", "B-brand", "B-position"]
    assert entities("sony wh-1000xm5", offsets, labels) == [("brand", "sony", "sony")]


def test_no_piece_of_a_volume_is_a_price() -> None:
    assert entities("500ml 水杯", [(0, 3), (3, 5), (6, 8)], ["B-price_min", "B-brand", "O"]) == []


def test_words_beside_a_price_correct_the_model() -> None:
    text = "not more than 200 headphones"
    found = entities(text, [(0, 3), (4, 8), (9, 13), (14, 17), (18, 28)], ["O", "O", "O", "B-price_min", "O"])
    assert found == [("price_max", "200", {"amount": 200.0, "currency": None})]


def test_model_price_takes_the_currency_of_the_message() -> None:
    text = "200 for a watch, i pay in euros"
    offsets = [(0, 3), (4, 7)]
    found = read_entities(text, offsets, np.eye(7, dtype=np.float32)[[3, 0]] * 9, LABELS)
    assert [(e.value, e.extractor) for e in found] == [({"amount": 200.0, "currency": "EUR"}, MODEL)]


@pytest.mark.parametrize(
    "text",
    ["W10008866", "#W10008866", "W-10008866", "w 10008866", "#10008866", "order number W10008866", "订单号W10008866",
     "我的订单号是W10008866。", "查一下 W10008866"],
)  # fmt: skip
def test_order_number_alone_asks_where_the_order_is_though_the_model_doubts(text: str) -> None:
    reading = model_reading(text, outcome([1, 0.9, 0.9], [(0, len(text))], ["O"]), trained(threshold=0.6))
    assert reading["intent"] == {"name": "track_order", "confidence": 0.6}
    assert reading["intent_ranking"][0] == {"name": "track_order", "confidence": 0.6}


@pytest.mark.parametrize(
    "text", ["10008866", "WH-1000XM5", "hm W10008866 so", "订单", "嗯 W10008866 那个", "is 100000"]
)
def test_doubtful_message_with_more_or_less_than_an_order_number_stays_doubtful(text: str) -> None:
    read = outcome([0.9, 0.9, 0.9], [(0, len(text))], ["O"])
    intents = {"intents": ("ask_price", "thank", "cancel_order")}
    fitted = trained(threshold=0.6)
    doubting = TrainedUnderstanding(Path("w"), fitted.labels.model_copy(update=intents))
    assert model_reading(text, read, doubting)["intent"]["name"] == "nlu_fallback"


@pytest.mark.parametrize(
    ("text", "intent", "values"),
    [
        ("/greet", "greet", {}),
        ('/choose_option{"value": "2"}', "choose_option", {"value": "2"}),
        ('/search_product{"price_max": {"amount": 5, "currency": null}, "brand": "Apple"}', "search_product",
         {"price_max": {"amount": 5, "currency": None}, "brand": "Apple"}),
    ],
)  # fmt: skip
def test_button_is_read(text: str, intent: str, values: dict[str, Any]) -> None:
    reading = button_reading(text, "v")
    assert reading is not None
    assert reading["intent"] == {"name": intent, "confidence": 1.0}
    assert {e["entity"]: e["value"] for e in reading["entities"]} == values


@pytest.mark.parametrize(
    "text",
    [
        "greet",
        "/",
        "/greet{bad",
        "/greet {'a': 1}",
        "/Greet",
        "/a b",
        '/greet["a"]',
        '/a{"b": ' + "[" * 600 + "]" * 600 + "}",
    ],
)
def test_other_text_is_no_button(text: str) -> None:
    assert button_reading(text, "v") is None


@pytest.mark.parametrize("text", ["", "  \n", "\x00\x01", "\u200b"])
def test_text_without_content(text: str) -> None:
    assert not has_content(text)
    assert empty_reading(text, "v")["intent"] == {"name": "nlu_fallback", "confidence": 0.0}
