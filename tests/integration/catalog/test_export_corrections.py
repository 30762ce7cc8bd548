"""What agents correct at the desk reaches the training commands' own readers."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import yaml
from typer.testing import CliRunner

from catalog.export.commands import export_app
from catalog.export.corrections import export_corrections
from catalog.models import Agent, Direction
from catalog.repositories.conversations import NewMessage, append_messages, open_conversation
from catalog.repositories.corrections import correct_answer
from catalog.session import Database
from nlu_models.dialogue.merchants import load_merchant
from nlu_models.intent.messages import read_messages
from nlu_models.intent.train import TrainingSettings, load_corpus
from tests.engines import on_both_engines

DATA = Path(__file__).parents[3] / "nlu_models" / "data"
NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
POLICY = """---
slug: returns
topic: returns
language: en
title: Returns
version: "1"
effective: 2026-01-01
---

## How long

You have 30 days.
"""


def say(database: Database, text: str, language: str, entities: list[dict[str, str]] | None = None) -> int:
    """Keep a shopper's message with the bot's answer; returns the answer's number."""
    understanding = {"intent": "chitchat", "decided": "nlu_fallback", "entities": entities or []}
    with database.session() as session:
        open_conversation(session, "talk", channel="web", language=language)
        (asked,) = append_messages(session, [NewMessage("talk", Direction.SHOPPER, text)])
        payload = {"in_reply_to": asked.seq, "reply": {"language": language}, "understanding": understanding}
        (answer,) = append_messages(session, [NewMessage("talk", Direction.BOT, "Sorry?", payload)])
    return answer.seq


def correct(database: Database, seq: int, *, intent: str | None = None, answer: str | None = None) -> None:
    with database.session() as session:
        if session.get(Agent, 1) is None:
            session.add(Agent(id=1, login="anna", name="Anna", password_hash="-"))
            session.flush()
        correct_answer(session, "talk", seq, 1, intent=intent, answer=answer, now=NOW)


@on_both_engines("database")
def test_corrected_messages_are_training_text_with_their_entities(database: Database, tmp_path: Path) -> None:
    boots = [{"entity": "product_type", "value": "boots", "text": "boots"}]
    correct(database, say(database, "the boots go back\nto you [now](really)", "en", boots), intent="return_item")
    correct(database, say(database, "这双鞋我不要了", "zh"), intent="return_item")
    correct(database, say(database, "the boots go back\nto you [now](really)", "en", boots), intent="return_item")
    with database.reading() as session:
        done = export_corrections(session, tmp_path)
    assert (done.messages, done.questions, done.in_training) == (2, 0, False)
    found = {m.language: m for m in read_messages(tmp_path / "messages", frozenset({"corrections"}))}
    assert {m.intent for m in found.values()} == {"return_item"}
    english, chinese = found["en"], found["zh"]
    assert english.text == "the boots go back to you [now] (really)"
    assert [(english.text[s.start : s.end], s.entity) for s in english.spans or ()] == [("boots", "product_type")]
    assert (chinese.text, chinese.spans) == ("这双鞋我不要了", ())


def test_export_into_a_copy_of_the_training_data_is_trained_with(database: Database, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(DATA, data, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    correct(database, say(database, "i don't want this blender any more", "en"), intent="return_item")
    with database.reading() as session:
        assert export_corrections(session, data).in_training
        assert export_corrections(session, data).in_training  # a second export changes nothing
    splits = yaml.safe_load((data / "splits.yml").read_text("utf-8"))
    assert splits["train"].count("corrections") == 1
    assert splits["test"] == yaml.safe_load((DATA / "splits.yml").read_text("utf-8"))["test"]
    corpus = load_corpus(data, DATA / "titles.jsonl", TrainingSettings())
    mine = {(m.text, m.intent) for m in corpus.train if m.author == "corrections"}
    assert ("i don't want this blender any more", "return_item") in mine


def test_right_answers_are_questions_of_the_dialogue_evaluation(database: Database, tmp_path: Path) -> None:
    correct(database, say(database, "how long have i got: a month?", "en"), answer='30 days, "from" delivery: yes')
    with database.reading() as session:
        export_corrections(session, tmp_path / "out")
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "returns.md").write_text(POLICY, "utf-8")
    (question,) = load_merchant(shop, tmp_path / "out" / "questions.yml").questions
    assert (question.text, question.language) == ("how long have i got: a month?", "en")
    assert question.reference == '30 days, "from" delivery: yes'


def test_command_says_what_was_written_and_what_is_missing(database: Database, tmp_path: Path) -> None:
    correct(database, say(database, "where is it", "en"), intent="track_order", answer="On its way.")
    environment = {"DATABASE_URL": database.url.render_as_string(hide_password=False)}
    result = CliRunner().invoke(export_app, ["corrections", str(tmp_path / "out")], env=environment)
    assert result.exit_code == 0, result.output
    assert result.output.startswith(f"1 messages and 1 questions in {tmp_path / 'out'}")
    assert "copy of nlu_models/data" in result.output
