"""What stops an instance, and which shop it refuses to start: nothing is started here."""

import io
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from sqlalchemy import delete

from bot.launch import up
from bot.launch.instance import plan_instance
from bot.launch.preparation import PreparationError, refuse_demo_shop
from catalog.demo.people import make_customers, write_customers
from catalog.migrations import upgrade
from catalog.models import Customer
from catalog.session import Database
from tests.ports import free_port

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    """Put the handlers of this process back as they were; what runs the tests may ignore the end of its terminal."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Replace everything that starts something; returns what was stopped."""
    done: list[object] = []

    def nothing(*_: object, **__: object) -> None: ...

    def supervisor(_: object) -> Any:
        return "supervisor"

    for name in ("check_before_start", "refuse_demo_shop", "prepare"):
        monkeypatch.setattr(up, name, nothing)
    monkeypatch.setattr(up, "holds_demo_shop_only", lambda _: False)
    monkeypatch.setattr(up, "start_supervisor", supervisor)
    monkeypatch.setattr(up, "stop_supervisor", done.append)
    return done


@pytest.mark.parametrize("number", SIGNALS)
def test_every_signal_that_ends_a_session_stops_the_supervisor(
    number: signal.Signals, tmp_path: Path, stopped: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(up, "wait_until_ready", lambda *_: os.kill(os.getpid(), number))
    up.run_up(tmp_path, "127.0.0.1", free_port(), demo=True, console=Console(file=io.StringIO()))
    assert stopped == ["supervisor"]


def test_a_terminal_that_is_gone_stops_the_supervisor_once(
    tmp_path: Path, stopped: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gone(io.StringIO):
        def write(self, _: str) -> int:
            os.kill(os.getpid(), signal.SIGHUP)  # the second one, of the shell
            raise OSError("the terminal is gone")

    monkeypatch.setattr(up, "wait_until_ready", lambda *_: os.kill(os.getpid(), signal.SIGHUP))
    up.run_up(tmp_path, "127.0.0.1", free_port(), demo=True, console=Console(file=Gone()))
    assert stopped == ["supervisor"]


def test_an_instance_under_nohup_outlives_its_terminal() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    up.stop_on_signals()
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """Return an instance's empty shop."""
    for name in ("DATABASE_URL", "SHOPKEEPER_DEMO"):
        monkeypatch.delenv(name, raising=False)
    with Database(f"sqlite:///{tmp_path / 'shop.db'}") as database:
        upgrade(database)
        yield database


def test_a_shop_without_the_demo_does_not_start_where_the_demo_is(
    shop: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance = plan_instance(tmp_path, "127.0.0.1", free_port())
    refuse_demo_shop(instance, demo=False)
    with shop.session() as session:
        write_customers(session, make_customers()[:10])
    refuse_demo_shop(instance, demo=True)
    with pytest.raises(PreparationError) as refused:
        refuse_demo_shop(instance, demo=False)
    file = tmp_path / "shop.db"
    assert str(refused.value) == (
        f"the demo shop is in {file}: choose another --data-dir for a shop without it, or remove {file}*"
    )
    monkeypatch.setenv("SHOPKEEPER_DEMO", "0")
    with pytest.raises(PreparationError):
        refuse_demo_shop(instance, demo=True)
    with shop.session() as session:  # another shop's synthetic customers are no sign of the demo
        session.execute(delete(Customer))
        session.add(Customer(id="emma_smith_1", first_name="Emma", last_name="S", email="emma.smith1@example.com"))
    refuse_demo_shop(instance, demo=False)


def test_a_shop_without_the_demo_starts_where_nothing_is_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    refuse_demo_shop(plan_instance(tmp_path / "new", "127.0.0.1", free_port()), demo=False)
    monkeypatch.setenv("DATABASE_URL", "mysql://shop:secret@db/shop")
    with pytest.raises(PreparationError, match="mysql is not supported"):
        refuse_demo_shop(plan_instance(tmp_path / "new", "127.0.0.1", free_port()), demo=False)
