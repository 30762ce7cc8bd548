"""The answer of /model/parse: Rasa's parse format, with language, categories and embedding."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import orjson

from nlu_models.encoder.config import Float32
from nlu_models.encoder.inference import Outcome, softmax
from nlu_models.serving.entities import Entity, read_entities
from nlu_models.serving.labels import TrainedUnderstanding
from nlu_models.serving.language import detect_language

FALLBACK = "nlu_fallback"
BUTTON = "ButtonPayload"
_MOST_INTENTS = 5
_BUTTON = re.compile(r"/([a-z][a-z0-9_]*)(?:@[0-9.]+)?(\{.*\})?\s*", re.DOTALL)


def button_reading(text: str, version: str) -> dict[str, Any] | None:
    """Read `/intent{"entity": "value"}`; None if the text is no such payload."""
    match = _BUTTON.fullmatch(text)
    if not match:
        return None
    try:
        values = orjson.loads(match[2]) if match[2] else {}
        orjson.dumps(values)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):  # no JSON, or nested too deeply to be sent on
        return None
    entities = [
        {"entity": name, "value": item, "text": str(item), "start": 0, "end": len(text), "confidence": 1.0,
         "extractor": BUTTON}
        for name, value in values.items()
        for item in (value if isinstance(value, list) else [value])
    ]  # fmt: skip
    return _reading(text, match[1], 1.0, [(match[1], 1.0)], entities, version=version, language=None)


_ORDER_NUMBER = re.compile(r"(?<![\w-])(?:#\d{4,}|#?[A-Za-z]{1,2}-?\d{6,})(?!\w)", re.ASCII)
_ONLY_ORDER_NUMBER = re.compile(
    r"\W*(?:(?:my )?order(?: ?(?:number|no|id))?\b|(?:我的)?(?:订单号?|单号)|(?:帮我)?查一?下?(?:订单号?|单号)?)?"
    r"(?: is\b|是|为)?[\s.:：]*(?:[#＃]\s?\d{4,}|[#＃]?[A-Za-z](?:[A-Za-z]?-?|\s)\d{6,})\W*",
    re.IGNORECASE,
)
_NOT_ABOUT_ORDERS = frozenset(
    {"out_of_scope", "chitchat", "search_product", "refine_search", "ask_product_detail", "greet", "affirm"}
)

_TALK = frozenset({"greet", "goodbye", "thank", "affirm", "deny", "chitchat", "out_of_scope"})
_SAID_FIGURES = re.compile(r"\s*(?:88+6?|66+6|23{2,}|100\s?%)\W*")


def empty_reading(text: str, version: str) -> dict[str, Any]:
    """Return the reading of a text without a visible character: nothing is understood."""
    return _reading(text, FALLBACK, 0.0, [], [], version=version, language=None)


def model_reading(text: str, outcome: Outcome, trained: TrainedUnderstanding) -> dict[str, Any]:
    """Turn the logits of one message into a reading.

    Below the threshold the intent is `nlu_fallback`, and also where the text is no sentence (`_is_sentence`);
    `intent_ranking` keeps the five likeliest readings either way; `categories` is the whole distribution.

    Raises:
        ValueError: the outcome has no logits (the tuned top did not run).
    """
    if outcome.intent is None or outcome.category is None or outcome.token is None:
        raise ValueError("the understanding model did not run on this text")
    labels = trained.labels
    ranking = _best_first(softmax(outcome.intent, labels.temperature), labels.intents)[:_MOST_INTENTS]
    name, confidence = ranking[0]
    alone = confidence < labels.threshold and _ONLY_ORDER_NUMBER.fullmatch(text)
    if alone or (name in _NOT_ABOUT_ORDERS and _ORDER_NUMBER.search(text)):
        name, confidence = "track_order", max(confidence, labels.threshold)
        ranking = [(name, confidence), *(row for row in ranking if row[0] != name)][:_MOST_INTENTS]
    entities = read_entities(text, outcome.tokens.offsets, outcome.token, labels.token_labels)
    found = [{**asdict(entity), "text": text[entity.start : entity.end]} for entity in entities]
    reading = _reading(
        text,
        name if confidence >= labels.threshold and _is_sentence(text, name, entities) else FALLBACK,
        confidence,
        ranking,
        found,
        version=trained.version,
        language=detect_language(text),
    )
    categories = _best_first(softmax(outcome.category), labels.categories)
    reading["categories"] = [{"slug": slug, "probability": probability} for slug, probability in categories]
    reading["embedding"] = pack_embedding(outcome.embedding)
    return reading


def _is_sentence(text: str, intent: str, entities: Sequence[Entity]) -> bool:
    """Tell whether a text can mean an intent by itself.

    Talk needs letters, but for a few figures that are said ("88" is bye), and more than a place in a list ("最后一个");
    anything else needs letters or marked figures: an order number, "100-200" as limits of a price.
    """
    if intent in _TALK and any(e.entity == "position" and text[e.start : e.end] == text.strip() for e in entities):
        return False
    if any(character.isalpha() for character in text) or _SAID_FIGURES.fullmatch(text):
        return True
    figures = any(character.isdigit() for character in text)
    return intent not in _TALK and figures and (bool(entities) or _ORDER_NUMBER.search(text) is not None)


def pack_embedding(embedding: Float32) -> str:
    """Return `(D,)` as base64 of little-endian float16."""
    return base64.b64encode(embedding.astype("<f2").tobytes()).decode("ascii")


def has_content(text: str) -> bool:
    """True if there is a printable character other than spaces."""
    return any(character.isprintable() and not character.isspace() for character in text)


def _best_first(probabilities: Float32, names: tuple[str, ...]) -> list[tuple[str, float]]:
    order = np.argsort(-probabilities)
    rounded = np.round(probabilities.astype(np.float64), 6)[order].tolist()
    return [(names[i], probability) for i, probability in zip(order.tolist(), rounded, strict=True)]


def _reading(
    text: str,
    intent: str,
    confidence: float,
    ranking: list[tuple[str, float]],
    entities: list[dict[str, Any]],
    *,
    version: str,
    language: str | None,
) -> dict[str, Any]:
    return {
        "text": text,
        "intent": {"name": intent, "confidence": confidence},
        "intent_ranking": [{"name": name, "confidence": value} for name, value in ranking],
        "entities": entities,
        "language": language,
        "categories": [],
        "embedding": None,
        "model": version,
    }
