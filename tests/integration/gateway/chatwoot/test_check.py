"""A Chatwoot that is set up wrongly is noticed before anything starts."""

import asyncio
import io
import os
import sys
from pathlib import Path

import pytest
from rich.console import Console

from bot.launch import up
from bot.launch.instance import ROOT
from tests.chatwoot_server.server import ACCOUNT, INBOX, SECRET, TOKEN, ChatwootServer, Fault
from tests.ports import free_port


def variables(chatwoot: ChatwootServer, **changed: str) -> dict[str, str]:
    """Return the environment that connects to this Chatwoot."""
    settings = {"URL": chatwoot.url, "TOKEN": TOKEN, "ACCOUNT": str(ACCOUNT), "INBOX": str(INBOX)}
    settings |= {"WEBHOOK_SECRET": SECRET, "TIMEOUT_S": "2", **changed}
    return {f"SHOPKEEPER_CHATWOOT_{name}": value for name, value in settings.items()}


async def shopkeeper(chatwoot: ChatwootServer, *command: str, **changed: str) -> tuple[int | None, str]:
    """Run a command with the settings of this Chatwoot; returns its status and what it wrote, on one line."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.cli", *command, cwd=ROOT, env={**os.environ, **variables(chatwoot, **changed)},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        async with asyncio.timeout(60):
            output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    return process.returncode, " ".join(output.decode().split())


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"TOKEN": "wrong-token"}, "refuses the token for account 7: check SHOPKEEPER_CHATWOOT_TOKEN"),
        ({"ACCOUNT": "8"}, "has no inbox 45 in account 8 (404): check SHOPKEEPER_CHATWOOT_INBOX"),
        ({"INBOX": "46"}, "has no inbox 46 in account 7 (404): check SHOPKEEPER_CHATWOOT_INBOX"),
        ({"TOKEN": ""}, "settings: SHOPKEEPER_CHATWOOT_URL needs SHOPKEEPER_CHATWOOT_TOKEN"),
        ({"TIMEOUT_S": "soon"}, "settings: SHOPKEEPER_CHATWOOT_TIMEOUT_S: Input should be a valid number"),
    ],
)
async def test_start_with_a_wrong_setting_is_refused_and_names_it(
    chatwoot: ChatwootServer, tmp_path: Path, changed: dict[str, str], words: str
) -> None:
    data = tmp_path / "data"
    status, said = await shopkeeper(chatwoot, "up", "--port", str(free_port()), "--data-dir", str(data), **changed)
    assert status == 1
    assert words in said
    assert "wrong-token" not in said
    assert not data.exists(), "something was made before the check"
    chatwoot.violations.clear()  # the other account's address is none of this server's


async def test_chatwoot_that_does_not_answer_is_said_and_the_shop_opens(
    chatwoot: ChatwootServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables(chatwoot).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(up, "lacks", lambda data_dir: ())
    chatwoot.fault = lambda method, path: Fault(503)
    said = io.StringIO()
    await asyncio.to_thread(up.check_before_start, tmp_path, Console(file=said))
    assert "Chatwoot does not answer (503): check SHOPKEEPER_CHATWOOT_URL" in said.getvalue()


async def test_doctor_says_whether_chatwoot_takes_the_token(chatwoot: ChatwootServer, tmp_path: Path) -> None:
    doctor = ("doctor", "--data-dir", str(tmp_path))
    assert "ok chatwoot: takes the token" in (await shopkeeper(chatwoot, *doctor))[1]
    assert "NO chatwoot: Chatwoot at" in (await shopkeeper(chatwoot, *doctor, TOKEN="wrong"))[1]
    assert "chatwoot" not in (await shopkeeper(chatwoot, *doctor, URL=""))[1]
    chatwoot.fault = lambda method, path: Fault(503)
    assert "NO chatwoot: Chatwoot does not answer (503)" in (await shopkeeper(chatwoot, *doctor))[1]
