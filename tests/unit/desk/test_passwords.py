import asyncio
from typing import Any

import argon2
import pytest

from bot.desk.password_checks import AT_ONCE, MAX_WAITING, PasswordChecks
from bot.desk.passwords import hash_password, verify_password
from bot.gateway.errors import BusyError


def test_password_is_kept_as_argon2id_and_verified() -> None:
    kept = hash_password("correct horse 电池")
    assert kept.startswith("$argon2id$")
    assert kept != hash_password("correct horse 电池")
    assert verify_password(kept, "correct horse 电池")
    assert not verify_password(kept, "correct horse")
    assert not verify_password("no hash", "correct horse")


@pytest.mark.parametrize("password", ["", "short", "九个字的密码不够长", "x" * 257])
def test_password_of_a_wrong_length_is_refused(password: str) -> None:
    with pytest.raises(ValueError, match="10 to 256 characters"):
        hash_password(password)


def test_unknown_login_costs_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []
    usual = argon2.PasswordHasher.verify

    def counted(self: argon2.PasswordHasher, kept: str, password: str) -> Any:
        verified.append(kept.rsplit("$", 2)[0])
        return usual(self, kept, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counted)
    assert not verify_password(hash_password("some password"), "another one")
    assert not verify_password(None, "another one")
    assert len(verified) == 2
    assert verified[0] == verified[1]  # the same algorithm and parameters


async def test_checks_are_few_at_a_time_and_a_flood_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most = 0, 0
    release = asyncio.Event()

    async def slow(_function: Any, password_hash: str | None, _password: str) -> bool:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await release.wait()
        running -= 1
        return password_hash == "right"

    monkeypatch.setattr(asyncio, "to_thread", slow)
    checks = PasswordChecks()
    waiting = [asyncio.create_task(checks.is_right("right" if n == 0 else None, "x")) for n in range(MAX_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(BusyError):
        await checks.is_right("right", "x")
    release.set()
    assert await asyncio.gather(*waiting) == [True] + [False] * (MAX_WAITING - 1)
    assert most == AT_ONCE
    assert await checks.is_right("right", "x")
