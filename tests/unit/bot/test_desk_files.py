"""The console's files: small, in both languages, and without what a strict content policy forbids."""

import re
from pathlib import Path

import yaml

from bot.desk.word_lists import intents

ROOT = Path(__file__).parents[3]
FILES = sorted((ROOT / "bot" / "web" / "static" / "desk").iterdir())
SCRIPTS = {file.name: file.read_text("utf-8") for file in FILES if file.suffix == ".js"}
TEXT = re.compile(r"^\t(\w+): \[", re.MULTILINE)


def test_console_never_parses_text_as_markup() -> None:
    for name, script in SCRIPTS.items():
        forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|setHTMLUnsafe"
        assert not re.search(forbidden, script), name


def test_console_is_made_of_small_files() -> None:
    for file in FILES:
        assert len(file.read_text("utf-8").splitlines()) <= 350, file.name


def test_console_loads_only_files_that_there_are() -> None:
    for name, script in SCRIPTS.items():
        wanted = re.findall(r'from "\./([^"]+)"', script)
        assert set(wanted) <= set(SCRIPTS), name


def test_texts_are_used_and_those_used_are_there() -> None:
    texts = set(TEXT.findall(SCRIPTS["texts.js"]))
    code = "\n".join(script for name, script in SCRIPTS.items() if name != "texts.js")
    used = set(re.findall(r"\btexts\.(?!js\b)(\w+)", code)) | set(re.findall(r"textsOf\([\w.]+\)\.(\w+)", code))
    for names in re.findall(r"const \{([^}]+)\} = this\.texts", code):
        used |= {name.split(":")[0].strip() for name in names.split(",")}
    used |= {"queueEmpty", "mineEmpty", "othersEmpty"}  # by the name of a list
    used |= {"reply", "note", "queue", "mine", "others", "on", "away", "off", "sessionEnded"}  # by a name too
    assert used - texts == set()
    assert texts - used == set()


def test_every_intent_of_the_dialogue_has_a_title_in_both_languages() -> None:
    topics = [yaml.safe_load(file.read_text("utf-8")) for file in (ROOT / "bot" / "rasa" / "domain").glob("*.yml")]
    names = {str(name) for topic in topics for intent in topic.get("intents", ()) for name in intent}
    own = re.search(r"ownIntents: \[(.*?)\],\n\n?\t\w", SCRIPTS["texts.js"], re.DOTALL)
    assert own
    for titles in re.findall(r"\{(.*?)\}", own[1]):
        assert names - {row["name"] for row in intents("en")} <= set(re.findall(r"(\w+): \"", titles))
