import re
from pathlib import Path

import yaml

import bot.gateway.telegram
from bot.gateway.telegram.commands import NAMES, command_list, parse_command
from bot.gateway.telegram.words import word

FOLDER = Path(bot.gateway.telegram.__file__).parent
TEXTS = yaml.safe_load((FOLDER / "texts.yml").read_text("utf-8"))


def test_every_text_is_there_in_both_languages_with_the_same_values() -> None:
    for name, texts in TEXTS.items():
        assert set(texts) == {"en", "zh"}, name
        values = {language: set(re.findall(r"\{(\w+)\}", text)) for language, text in texts.items()}
        assert values["en"] == values["zh"], name


def test_every_text_is_used() -> None:
    code = "".join(file.read_text("utf-8") for file in FOLDER.glob("*.py"))
    unused = {name for name in TEXTS if not re.search(rf"[\"']{name}[\"']", code) and not name.startswith("command_")}
    assert unused == set()


def test_help_names_every_command() -> None:
    for language in ("en", "zh"):
        assert set(re.findall(r"^/(\w+)", TEXTS["help"][language], re.MULTILINE)) == set(NAMES) - {"start", "help"}
    assert [command.command for command in command_list("zh")] == list(NAMES)


def test_commands_are_read() -> None:
    assert parse_command("/start abc_DEF-1") == ("start", "abc_DEF-1")
    assert parse_command("/Help@lantern_bot") == ("help", "")
    assert parse_command("hello /help") is None
    assert parse_command("/") is None
    assert parse_command("/购物车") is None


def test_text_that_is_not_telegrams_own_comes_from_the_gateway() -> None:
    assert word("busy", "zh").startswith("现在咨询")
