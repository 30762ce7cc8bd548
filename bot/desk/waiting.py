"""How things stand for a shopper who asks for a person."""

from dataclasses import dataclass
from datetime import datetime

from catalog.repositories.ownership import Ownership


@dataclass(frozen=True, slots=True)
class Waiting:
    """Place and estimate in the queue, and whether anybody is there.

    `people_on`: the desk is open and an agent is on. `opens_at`: when it opens, in its own zone, None while it is open.
    `estimate_min` is rounded as `words.rounded_minutes` does, None where it is not known. `agent_name` is that of the
    person who has the conversation.
    """

    ownership: Ownership
    place: int | None
    estimate_min: int | None
    people_on: bool
    opens_at: datetime | None
    asked_at: datetime
    agent_name: str | None = None
