"""An agent of Chatwoot becomes the owner of a conversation by writing in it; each function is one transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from bot.desk.changes import Changed, assign_chat, take_chat
from bot.desk.presentation import ClientId
from catalog.errors import NotOwnerError
from catalog.models import Agent, ConversationStatus
from catalog.repositories.agents import AgentView, get_agent, note_seen
from catalog.repositories.chatwoot_links import kept_ids, outside_agent
from catalog.repositories.ownership import ask_for_person, ownership, peek, renew

LEASE: Final = timedelta(hours=24)  # from an agent's last message; there is no console that could be heard of
REASON: Final = "chatwoot"
_PREFIX: Final = "chatwoot-"


@dataclass(frozen=True, slots=True)
class Joined:
    """The agent, who has the conversation now, and what came of that."""

    agent: AgentView
    changed: Changed


def login_of(user_id: int) -> str:
    """Return the login under which an agent of Chatwoot is known here."""
    return f"{_PREFIX}{user_id}"


def works_there(login: str) -> bool:
    """Tell whether an account is that of somebody in Chatwoot."""
    return login.startswith(_PREFIX)


def given_id(message_id: int) -> str:
    """Return the message id that makes sure that a message of Chatwoot is kept once."""
    return f"{_PREFIX}{message_id}"


def came_from_chatwoot(client_message_id: str | None) -> bool:
    """Tell whether a kept message is one of Chatwoot."""
    return works_there(ClientId.given_of(client_message_id) or "")


def join(
    session: Session, conversation_id: str, user_id: int, name: str, message_id: int, *, now: datetime
) -> Joined | None:
    """Make an agent the owner; None where the message is kept already.

    Whoever writes takes a conversation that waits, that another agent of Chatwoot has, or that is the assistant's.

    Raises:
        NotOwnerError: somebody at this server's own console has it.
        NotFoundError: no such conversation, or the account was disabled.
    """
    agent = outside_agent(session, login_of(user_id), name)
    if kept_ids(session, conversation_id, {ClientId(agent.id, given_id(message_id)).kept}):
        return None
    owner = ownership(session, conversation_id)
    if owner.status is ConversationStatus.HUMAN and owner.agent_id != agent.id:
        holder = session.get(Agent, owner.agent_id)
        if holder is None or not works_there(holder.login):
            raise NotOwnerError(f"conversation {conversation_id} is at the console")
        changed = assign_chat(session, conversation_id, agent.id, agent.id, owner_only=False, now=now)
    else:
        if owner.status in (ConversationStatus.BOT, ConversationStatus.CLOSED):
            ask_for_person(session, conversation_id, reason=REASON, now=now)
        changed = take_chat(session, conversation_id, agent.id, now=now)
    renew(session, agent.id, now=now, lease=LEASE)
    note_seen(session, agent.id, now=now)
    view = get_agent(session, agent.id, now=now)
    assert view is not None
    return Joined(view, changed)


def holder_in_chatwoot(session: Session, conversation_id: str, *, now: datetime) -> AgentView | None:
    """Return the agent of Chatwoot who has a conversation; None where nobody of them has it."""
    owner = peek(session, conversation_id)
    if owner is None or owner.status is not ConversationStatus.HUMAN or owner.agent_id is None:
        return None
    view = get_agent(session, owner.agent_id, now=now)
    return view if view is not None and works_there(view.login) else None


def note_present(session: Session, members: dict[int, str], *, now: datetime) -> None:
    """Note that agents are there, so that shoppers are told the truth about who is."""
    for user_id, name in members.items():
        note_seen(session, outside_agent(session, login_of(user_id), name).id, now=now)
