"""`shopkeeper desk …`: the accounts of the people at the desk."""

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import OperationalError

from catalog.errors import CatalogError
from catalog.session import Database

desk_app = typer.Typer(no_args_is_help=True, help="Accounts of the people at the desk (docs/desk.md).")
DatabaseUrl = Annotated[str, typer.Option("--database-url", envvar="DATABASE_URL", help="Empty: the data directory.")]
DataDir = Annotated[Path, typer.Option("--data-dir", envvar="SHOPKEEPER_DATA_DIR", help="Folder of the instance.")]
Login = Annotated[str, typer.Argument(help="Letters a-z, digits and . _ @ -")]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="The password is standard input's first line.")]


@desk_app.command("add-agent")
def add_agent_command(
    login: Login,
    name: Annotated[str, typer.Option(help="What shoppers see.")],
    supervisor: Annotated[bool, typer.Option("--supervisor", help="Sees and reassigns everybody's chats.")] = False,
    password_stdin: FromStdin = False,
    database_url: DatabaseUrl = "",
    data_dir: DataDir = Path("data"),
) -> None:
    """Make an account; the password is asked for twice, or read from standard input where that is no terminal."""
    from catalog.models import Role
    from catalog.repositories.agents import add_agent

    with _shop(database_url, data_dir) as database:
        password_hash = _new_password(from_stdin=password_stdin)
        with database.session() as session:
            agent = add_agent(session, login, name, Role.SUPERVISOR if supervisor else Role.AGENT, password_hash)
    typer.echo(f"{agent.login} ({agent.name}, {agent.role}) can sign in at /desk")


@desk_app.command("list-agents")
def list_agents_command(database_url: DatabaseUrl = "", data_dir: DataDir = Path("data")) -> None:
    """List the accounts, with when each was last heard of."""
    from catalog.repositories.agents import list_agents

    with _shop(database_url, data_dir) as database, database.reading() as session:
        agents = list_agents(session, now=datetime.now(UTC), disabled=True)
    for agent in agents:
        state = "disabled" if not agent.active else "away" if agent.away else "on" if agent.on else "off"
        seen = agent.seen_at.isoformat(timespec="minutes") if agent.seen_at else "never"
        typer.echo(f"{agent.login}\t{agent.name}\t{agent.role}\t{state}\tlast heard of: {seen}")
    if not agents:
        typer.echo("no accounts yet: shopkeeper desk add-agent LOGIN --name NAME")


@desk_app.command("set-password")
def set_password_command(
    login: Login, password_stdin: FromStdin = False, database_url: DatabaseUrl = "", data_dir: DataDir = Path("data")
) -> None:
    """Change a password, asked for as by add-agent; the agent is signed out everywhere."""
    from catalog.repositories.agents import set_password

    with _shop(database_url, data_dir) as database:
        password_hash = _new_password(from_stdin=password_stdin)
        with database.session() as session:
            set_password(session, login, password_hash)
    typer.echo(f"{login}: new password; signed out everywhere")


@desk_app.command("disable-agent")
def disable_agent_command(login: Login, database_url: DatabaseUrl = "", data_dir: DataDir = Path("data")) -> None:
    """End an account; what the agent has goes back to the head of the queue."""
    from catalog.repositories.agents import disable_agent

    with _shop(database_url, data_dir) as database, database.session() as session:
        count = disable_agent(session, login, now=datetime.now(UTC))
    typer.echo(f"{login}: disabled and signed out everywhere; {count} conversations go back to the queue")


@contextmanager
def _shop(database_url: str, data_dir: Path) -> Iterator[Database]:
    """Open the shop's database; what a user can mend is said in a line, and the exit code is 1."""
    from catalog.cli import open_database

    try:
        with open_database(database_url, data_dir, tell=lambda line: typer.echo(line, err=True)) as database:
            yield database
    except (CatalogError, OperationalError, OSError, ValueError) as error:
        typer.echo(f"not done: {error}", err=True)
        raise typer.Exit(1) from error


def _new_password(*, from_stdin: bool) -> str:
    """Read a new password, asked for twice at a terminal unless it shall come `from_stdin`, and return its hash.

    Raises:
        ValueError: too short or too long, or the two entries differ.
    """
    from bot.desk.passwords import hash_password

    if sys.stdin.isatty() and not from_stdin:
        password = getpass.getpass("Password: ")
        if getpass.getpass("Once more: ") != password:
            raise ValueError("the two passwords differ")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    return hash_password(password)
