"""What agents say was wrong with the bot's answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.errors import NotFoundError
from catalog.models import Agent, Conversation, DeskCorrection, Direction, Message

_LANGUAGE: Final = "en"


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """A correction; exactly one of `intent` and `answer` may be missing."""

    correction_id: int
    conversation_id: str
    seq: int
    agent_id: int | None
    agent_name: str
    language: str
    shopper_text: str
    guessed_intent: str | None
    intent: str | None
    answer: str | None
    created_at: datetime


def correct_answer(
    session: Session,
    conversation_id: str,
    seq: int,
    agent_id: int,
    *,
    intent: str | None,
    answer: str | None,
    now: datetime,
) -> CorrectionView:
    """Keep a correction of the bot's message `seq`; a second one adds to or replaces the first.

    Raises:
        NotFoundError: no such message of the bot, or it does not answer anything.
    """
    said = session.scalar(select(Message).where(Message.conversation_id == conversation_id, Message.seq == seq))
    payload: Mapping[str, Any] = (said.payload or {}) if said is not None else {}
    asked = session.scalar(
        select(Message).where(
            Message.conversation_id == conversation_id,
            Message.seq == payload.get("in_reply_to", 0),
            Message.direction == Direction.SHOPPER,
        )
    )
    if said is None or said.direction is not Direction.BOT or asked is None:
        raise NotFoundError(f"conversation {conversation_id}: message {seq} is no answer of the bot")
    understanding = payload.get("understanding") or {}
    conversation = session.get(Conversation, conversation_id)
    row = session.scalar(
        select(DeskCorrection).where(DeskCorrection.conversation_id == conversation_id, DeskCorrection.seq == seq)
    ) or DeskCorrection(conversation_id=conversation_id, seq=seq)
    row.agent_id, row.created_at = agent_id, now
    row.language = _language_of(payload) or (conversation.language if conversation else None) or _LANGUAGE
    row.shopper_text = asked.text
    row.guessed_intent = _short(understanding.get("decided") or understanding.get("intent"))
    row.intent = intent or row.intent
    row.answer = answer or row.answer
    session.add(row)
    session.flush()
    agent = session.get(Agent, agent_id)
    return _view(row, agent.name if agent else "")


def list_corrections(session: Session, conversation_id: str | None = None) -> list[CorrectionView]:
    """Return the corrections of a conversation, or all, oldest first."""
    query = select(DeskCorrection, Agent.name).outerjoin(Agent, Agent.id == DeskCorrection.agent_id)
    if conversation_id is not None:
        query = query.where(DeskCorrection.conversation_id == conversation_id)
    return [_view(row, name or "") for row, name in session.execute(query.order_by(DeskCorrection.id))]


def _language_of(payload: Mapping[str, Any]) -> str | None:
    language = (payload.get("reply") or {}).get("language")
    return str(language) if language else None


def _short(value: object) -> str | None:
    return str(value)[:64] if value else None


def _view(row: DeskCorrection, agent_name: str) -> CorrectionView:
    return CorrectionView(
        row.id,
        row.conversation_id,
        row.seq,
        row.agent_id,
        agent_name,
        row.language,
        row.shopper_text,
        row.guessed_intent,
        row.intent,
        row.answer,
        row.created_at,
    )
