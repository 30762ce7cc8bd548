import random
from pathlib import Path

import pytest
import yaml

from nlu_models.intent.augmentation import typed_badly
from nlu_models.intent.labels import ENTITIES, INTENTS, TOKEN_LABELS
from nlu_models.intent.messages import Message, MessageFileError, Span, parse_annotated, read_messages
from nlu_models.intent.product_queries import CARRIERS, category_queries, title_examples

DATA = Path(__file__).parents[4] / "nlu_models" / "data"


def splits() -> dict[str, frozenset[str]]:
    rows = yaml.safe_load((DATA / "splits.yml").read_text("utf-8"))
    return {name: frozenset(authors) for name, authors in rows.items()}


def test_parse_annotated_gives_plain_text_and_spans() -> None:
    text, spans = parse_annotated("[black](color) [boots](product_type) under [$80](price_max)")
    assert text == "black boots under $80"
    assert [text[s.start : s.end] for s in spans] == ["black", "boots", "$80"]


@pytest.mark.parametrize("line", ["[black](colour) boots", "[black](color boots](product_type)"])
def test_parse_annotated_refuses_broken_lines(line: str) -> None:
    with pytest.raises(ValueError, match=r"unknown entity|bracket"):
        parse_annotated(line)


def test_read_messages_names_file_and_line_of_a_broken_annotation(tmp_path: Path) -> None:
    folder = tmp_path / "en" / "ann"
    folder.mkdir(parents=True)
    (folder / "greet.txt").write_text("hello\n[hi](nothing)\n", "utf-8")
    with pytest.raises(MessageFileError, match=r"greet\.txt:2"):
        list(read_messages(tmp_path, frozenset({"ann"})))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_intent_has_sixty_training_messages(language: str) -> None:
    counts = dict.fromkeys(INTENTS, 0)
    for message in read_messages(DATA / "messages", splits()["train"]):
        counts[message.intent or ""] += message.language == language
    assert {intent: n for intent, n in counts.items() if n < 60} == {}


def test_every_entity_is_annotated_in_both_languages() -> None:
    found = {
        (message.language, span.entity)
        for message in read_messages(DATA / "messages", splits()["train"])
        for span in message.spans or ()
    }
    assert {(language, entity) for language in ("en", "zh") for entity in ENTITIES} <= found


def is_long(message: Message) -> bool:
    """Tell whether a message is more than a phrase that anybody would type, as "thanks" or "in stock?"."""
    return len(message.text) > (20 if message.language == "en" else 8)


def test_splits_share_no_author_and_hardly_a_sentence() -> None:
    groups = splits()
    assert not groups["train"] & (groups["validation"] | groups["test"])
    train = {m.text.casefold() for m in read_messages(DATA / "messages", groups["train"])}
    for name in ("validation", "test"):
        sentences = [m for m in read_messages(DATA / "messages", groups[name]) if is_long(m)]
        assert len(sentences) > 500
        assert sum(m.text.casefold() in train for m in sentences) / len(sentences) < 0.01


def test_carriers_of_training_and_validation_share_no_wording() -> None:
    for language in ("en", "zh"):
        assert not set(CARRIERS[language, "train"]) & set(CARRIERS[language, "held_out"])


def test_titles_are_held_out_by_product() -> None:
    rows = [
        {"kind": "product", "category": "boots", "language": language, "title": f"{language} {n}", "brand": "B"}
        for n in range(20)
        for language in ("en", "zh")
    ]
    kept = {m.text for m in title_examples(rows, held_out=False)}
    held = {m.text for m in title_examples(rows, held_out=True)}
    assert held == {"en 6", "zh 6", "en 13", "zh 13"}
    assert not kept & held
    assert len(kept) + len(held) == len(rows)


def test_category_queries_carry_category_and_entities() -> None:
    rows = [{"kind": "category", "category": "boots", "language": "en", "names": ["boots"], "colors": []}]
    queries = list(category_queries(rows, "train", 15, random.Random(1)))
    assert {q.category for q in queries} == {"boots"}
    assert all(
        any(s.entity == "product_type" and q.text[s.start : s.end] == "boots" for s in q.spans or ()) for q in queries
    )


def test_typed_badly_keeps_annotated_words_whole_in_chinese() -> None:
    text, spans = parse_annotated("我想买一双[黑色](color)的[跑鞋](product_type)，谢谢！")
    message = Message(text, "search_product", spans, "zh", "test")
    for seed in range(50):
        bad = typed_badly(message, random.Random(seed))
        assert [bad.text[s.start : s.end] for s in bad.spans or ()] == ["黑色", "跑鞋"]


def test_typed_badly_keeps_spans_in_range() -> None:
    text, spans = parse_annotated("Could you show me some [waterproof](feature) [hiking boots](product_type), please?")
    message = Message(text, "search_product", spans, "en", "test")
    changed = 0
    for seed in range(50):
        bad = typed_badly(message, random.Random(seed))
        changed += bad.text != text
        assert all(isinstance(s, Span) and 0 <= s.start < s.end <= len(bad.text) for s in bad.spans or ())
    assert changed > 25


def test_token_labels_cover_every_entity_twice() -> None:
    assert len(TOKEN_LABELS) == 2 * len(ENTITIES) + 1


def test_what_a_complaint_is_about_is_no_reason() -> None:
    marked = [
        message.text
        for message in read_messages(DATA / "messages", splits()["train"] | splits()["validation"])
        if message.intent in ("make_complaint", "report_delivery_problem")
        and any(span.entity == "reason" for span in message.spans or ())
    ]
    assert marked == []
