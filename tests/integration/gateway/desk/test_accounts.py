"""`shopkeeper desk …`, as a merchant types it."""

import getpass
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.desk import cli
from bot.desk.cli import desk_app
from bot.desk.passwords import verify_password
from catalog.repositories.agents import credentials, get_agent
from catalog.session import Database

PASSWORD = "correct horse 电池"
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on an instance's folder; returns exit code and what was printed below the shop's name."""
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def invoke(*arguments: str, typed: str = "") -> tuple[int, str]:
        result = CliRunner().invoke(desk_app, [*arguments, "--data-dir", str(tmp_path)], input=typed)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        shop, _, said = result.output.partition("\n")
        assert shop.endswith(f"shop: {tmp_path / 'shop.db'}")
        return result.exit_code, said

    return invoke


def password_is(folder: Path, login: str, password: str) -> bool:
    with Database(f"sqlite:///{folder / 'shop.db'}") as database, database.reading() as session:
        known = credentials(session, login)
    return known is not None and verify_password(known.password_hash, password)


def test_account_is_made_listed_changed_and_ended(run: Run, tmp_path: Path) -> None:
    assert run("list-agents") == (0, "no accounts yet: shopkeeper desk add-agent LOGIN --name NAME\n")
    code, output = run("add-agent", "Anna", "--name", "Anna Ng", typed=f"{PASSWORD}\n")
    assert (code, output) == (0, "anna (Anna Ng, agent) can sign in at /desk\n")
    assert run("add-agent", "sara", "--name", "王莎", "--supervisor", typed=f"{PASSWORD}\n")[0] == 0
    assert password_is(tmp_path, "anna", PASSWORD)
    assert PASSWORD.encode() not in (tmp_path / "shop.db").read_bytes()
    assert run("list-agents")[1].splitlines() == [
        "anna\tAnna Ng\tagent\toff\tlast heard of: never",
        "sara\t王莎\tsupervisor\toff\tlast heard of: never",
    ]
    assert run("set-password", "anna", typed="another password\n")[0] == 0
    assert password_is(tmp_path, "anna", "another password")
    assert not password_is(tmp_path, "anna", PASSWORD)
    code, output = run("disable-agent", "anna")
    assert (code, "0 conversations" in output) == (0, True)
    assert not password_is(tmp_path, "anna", "another password")
    assert "anna\tAnna Ng\tagent\tdisabled" in run("list-agents")[1]


@pytest.mark.parametrize(
    ("arguments", "typed", "said"),
    [
        (("add-agent", "anna", "--name", "Anna"), "short\n", "10 to 256 characters"),
        (("add-agent", "anna", "--name", "Anna"), "", "10 to 256 characters"),
        (("add-agent", "anna ng", "--name", "Anna"), f"{PASSWORD}\n", "the login 'anna ng'"),
        (("add-agent", "anna", "--name", " "), f"{PASSWORD}\n", "the name"),
        (("add-agent", "taken", "--name", "Anna"), f"{PASSWORD}\n", "the login taken exists"),
        (("set-password", "nobody"), f"{PASSWORD}\n", "no agent has the login nobody"),
        (("disable-agent", "nobody"), "", "no agent has the login nobody"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    arguments: tuple[str, ...], typed: str, said: str, run: Run, tmp_path: Path
) -> None:
    assert run("add-agent", "taken", "--name", "T", typed=f"{PASSWORD}\n")[0] == 0
    code, output = run(*arguments, typed=typed)
    assert code == 1
    assert output.startswith("not done: ")
    assert said in output
    assert output.count("\n") == 1
    with Database(f"sqlite:///{tmp_path / 'shop.db'}") as database, database.reading() as session:
        assert get_agent(session, 2, now=datetime.now(UTC)) is None


def test_password_is_asked_for_twice_at_a_terminal(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Terminal:
        @staticmethod
        def isatty() -> bool:
            return True

        @staticmethod
        def readline() -> str:
            return "from a script\n"

    def typing(*words: str) -> None:
        left = list(words)
        monkeypatch.setattr(getpass, "getpass", lambda _prompt: left.pop(0))

    fake_sys: Any = type("fake", (), {"stdin": Terminal})
    monkeypatch.setattr(cli, "sys", fake_sys)
    typing(PASSWORD, "something else")
    code, output = run("add-agent", "anna", "--name", "Anna")
    assert (code, output) == (1, "not done: the two passwords differ\n")
    typing(PASSWORD, PASSWORD)
    assert run("add-agent", "anna", "--name", "Anna")[0] == 0
    assert password_is(tmp_path, "anna", PASSWORD)
    assert run("set-password", "anna", "--password-stdin")[0] == 0
    assert password_is(tmp_path, "anna", "from a script")
