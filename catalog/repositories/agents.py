"""The people of the desk: accounts, and who is there. Passwords come as hashes; this module never sees one."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from catalog.errors import NameTakenError, NotFoundError
from catalog.models import Agent, Conversation, ConversationStatus, Role

PRESENT_FOR: Final = timedelta(seconds=60)
_LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")
_NAME_LENGTH: Final = 80


@dataclass(frozen=True, slots=True)
class AgentView:
    """An agent; `on` says that they take chats now, `chats` how many conversations they have."""

    agent_id: int
    login: str
    name: str
    role: Role
    active: bool
    away: bool
    on: bool
    seen_at: datetime | None
    credential_version: int
    chats: int


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a sign-in is checked against."""

    agent_id: int
    password_hash: str
    credential_version: int


def clean_login(text: str) -> str:
    """Return a login as it is kept: lower case.

    Raises:
        ValueError: it has other characters than letters, digits and `. _ @ -`, or more than 64.
    """
    login = text.strip().lower()
    if not _LOGIN.fullmatch(login):
        raise ValueError(f"the login {text!r}: 1 to 64 letters a-z, digits and . _ @ -, a letter or digit first")
    return login


def add_agent(session: Session, login: str, name: str, role: Role, password_hash: str) -> AgentView:
    """Make an account.

    Raises:
        NameTakenError: the login exists.
        ValueError: the login or the name has not the right form.
    """
    login, name = clean_login(login), " ".join(name.split())
    if not 1 <= len(name) <= _NAME_LENGTH or not name.isprintable():
        raise ValueError(f"the name: 1 to {_NAME_LENGTH} printable characters")
    if session.scalar(select(Agent.id).where(Agent.login == login)) is not None:
        raise NameTakenError(f"the login {login} exists")
    row = Agent(login=login, name=name, role=role, password_hash=password_hash, active=True, away=False)
    row.credential_version = 1
    session.add(row)
    session.flush()
    return _view(row, None, 0)


def set_password(session: Session, login: str, password_hash: str) -> None:
    """Change a password; all sign-ins of the agent end.

    Raises:
        NotFoundError: no such agent.
    """
    row = _by_login(session, login)
    row.password_hash = password_hash
    row.credential_version += 1


def disable_agent(session: Session, login: str, *, now: datetime) -> int:
    """End an account; what the agent has goes back to the head of the queue. Returns how many conversations.

    Raises:
        NotFoundError: no such agent.
    """
    row = _by_login(session, login)
    row.active = False
    row.credential_version += 1
    held = (Conversation.status == ConversationStatus.HUMAN, Conversation.agent_id == row.id)
    result = session.execute(update(Conversation).where(*held).values(lease_until=now - timedelta(seconds=1)))
    return int(result.rowcount)  # type: ignore[attr-defined]  # an UPDATE gives a CursorResult


def credentials(session: Session, login: str) -> Credentials | None:
    """Return what an active agent's sign-in is checked against."""
    row = session.scalar(select(Agent).where(Agent.login == login.strip().lower()[:64], Agent.active))
    return Credentials(row.id, row.password_hash, row.credential_version) if row else None


def get_agent(session: Session, agent_id: int, *, now: datetime) -> AgentView | None:
    """Return an agent."""
    row = session.get(Agent, agent_id)
    return _view(row, now, _chats(session).get(row.id, 0)) if row else None


def list_agents(session: Session, *, now: datetime, disabled: bool = False) -> list[AgentView]:
    """Return the agents by name, the disabled ones only where asked."""
    chats = _chats(session)
    rows = session.scalars(select(Agent).order_by(func.lower(Agent.name), Agent.id))
    return [_view(row, now, chats.get(row.id, 0)) for row in rows if row.active or disabled]


def note_seen(session: Session, agent_id: int, *, now: datetime) -> int | None:
    """Note that an agent's console was heard of; returns the credential version, None where they are disabled."""
    row = session.get(Agent, agent_id)
    if row is None or not row.active:
        return None
    row.seen_at = now
    return row.credential_version


def set_away(session: Session, agent_id: int, *, away: bool, now: datetime) -> AgentView:
    """Note whether an agent takes chats now.

    Raises:
        NotFoundError: no such agent.
    """
    row = session.get(Agent, agent_id)
    if row is None:
        raise NotFoundError(f"no agent {agent_id}")
    row.away, row.seen_at = away, now
    session.flush()
    return _view(row, now, _chats(session).get(row.id, 0))


def someone_is_on(session: Session, *, now: datetime) -> bool:
    """Tell whether an agent was heard of in the last minute who is not away."""
    there = select(Agent.id).where(Agent.active, Agent.away.is_(False), Agent.seen_at >= now - PRESENT_FOR)
    return session.scalar(there.limit(1)) is not None


def _by_login(session: Session, login: str) -> Agent:
    row = session.scalar(select(Agent).where(Agent.login == login.strip().lower()))
    if row is None:
        raise NotFoundError(f"no agent has the login {login}")
    return row


def _chats(session: Session) -> dict[int, int]:
    rows = session.execute(
        select(Conversation.agent_id, func.count())
        .where(Conversation.status == ConversationStatus.HUMAN, Conversation.agent_id.is_not(None))
        .group_by(Conversation.agent_id)
    )
    return {agent_id: count for agent_id, count in rows if agent_id is not None}


def _view(row: Agent, now: datetime | None, chats: int) -> AgentView:
    heard = now is not None and row.seen_at is not None and row.seen_at >= now - PRESENT_FOR
    on = row.active and not row.away and heard
    return AgentView(
        row.id, row.login, row.name, row.role, row.active, row.away, on, row.seen_at, row.credential_version, chats
    )
