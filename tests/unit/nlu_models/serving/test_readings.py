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

LABELS = ("O", "B-brand", "I-brand", "B-price_max", "I-price_max", "B-position", "I-position")


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


def test_model_price_takes_the_currency_of_the_message() -> None:
    text = "200 for a watch, i pay in euros"
    offsets = [(0, 3), (4, 7)]
    found = read_entities(text, offsets, np.eye(7, dtype=np.float32)[[3, 0]] * 9, LABELS)
    assert [(e.value, e.extractor) for e in found] == [({"amount": 200.0, "currency": "EUR"}, MODEL)]


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
