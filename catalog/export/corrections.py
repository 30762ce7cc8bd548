"""Agents' corrections as the training commands read them: messages by intent, and questions with the right answers.

The messages are shoppers' own words: they belong to the shop, and may hold names, addresses and order numbers.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from catalog.models import DeskCorrection, Message

AUTHOR: Final = "corrections"
_INTENT: Final = re.compile(r"[a-z_]{1,64}")
_LANGUAGES: Final = ("en", "zh")
_SPLITS: Final = "splits.yml"
_QUESTIONS: Final = """\
# Questions that the assistant answered wrongly, with the answers that agents gave instead; for
#   shopkeeper eval dialogue --shop POLICIES --questions THIS_FILE
# `kind`, `sentences` and `required` are for you to fill in (nlu_models/dialogue/data/README.md).
"""


@dataclass(frozen=True, slots=True)
class Exported:
    """How much was written, and whether the folder's `splits.yml` has the messages for training."""

    messages: int
    questions: int
    in_training: bool


def export_corrections(session: Session, folder: Path) -> Exported:
    """Write all corrections; files of an earlier export are replaced.

    `messages/LANGUAGE/corrections/INTENT.txt` has the messages that were taken for something else, entities marked
    where the assistant found some; `questions.yml` the questions with agents' answers. Where the folder has a
    `splits.yml` (a copy of nlu_models/data), the author `corrections` is added to its training split.
    """
    rows = list(_corrections(session))
    for old in folder.glob(f"messages/*/{AUTHOR}/*.txt"):
        old.unlink()
    lines: dict[tuple[str, str], dict[str, None]] = {}
    for row, entities in rows:
        if row.intent and row.language in _LANGUAGES and _INTENT.fullmatch(row.intent):
            line = _marked(row.shopper_text, entities)
            if line:
                lines.setdefault((row.language, row.intent), {})[line] = None
    for (language, intent), found in sorted(lines.items()):
        path = folder / "messages" / language / AUTHOR / f"{intent}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(found) + "\n", "utf-8")
    questions = [_question(row) for row, _ in rows if row.answer and row.language in _LANGUAGES]
    folder.mkdir(parents=True, exist_ok=True)
    listed = yaml.safe_dump(questions, allow_unicode=True, sort_keys=False, width=1000)
    (folder / "questions.yml").write_text(_QUESTIONS + listed, "utf-8")
    return Exported(sum(map(len, lines.values())), len(questions), _add_to_training(folder / _SPLITS))


def _corrections(session: Session) -> Iterator[tuple[DeskCorrection, Sequence[Mapping[str, Any]]]]:
    """Yield each correction, oldest first, with the entities that the assistant found in the message."""
    answer = and_(Message.conversation_id == DeskCorrection.conversation_id, Message.seq == DeskCorrection.seq)
    query = select(DeskCorrection, Message.payload).outerjoin(Message, answer).order_by(DeskCorrection.id)
    for row, payload in session.execute(query):
        yield row, ((payload or {}).get("understanding") or {}).get("entities") or ()


def _marked(text: str, entities: Sequence[Mapping[str, Any]]) -> str:
    """Return a message as a line of the training text, `[text](entity)` where an entity stands."""
    plain = " ".join(text.split()).replace("](", "] (")
    spans: list[tuple[int, int, str]] = []
    for entity in entities:
        said, name = str(entity.get("text") or ""), str(entity.get("entity") or "")
        start = plain.find(said) if said else -1
        overlaps = any(start < end and begin < start + len(said) for begin, end, _ in spans)
        if start >= 0 and not overlaps and _INTENT.fullmatch(name) and not set("[]") & set(said):
            spans.append((start, start + len(said), name))
    for start, end, name in sorted(spans, reverse=True):
        plain = f"{plain[:start]}[{plain[start:end]}]({name}){plain[end:]}"
    return plain


def _question(row: DeskCorrection) -> dict[str, Any]:
    return {
        "question": " ".join(row.shopper_text.split()),
        "language": row.language,
        "kind": "value",
        "sentences": [],
        "required": [],
        "forbidden": [],
        "reference": row.answer,
    }


def _add_to_training(path: Path) -> bool:
    """Name the author in the training split; False where the folder has no splits."""
    if not path.exists():
        return False
    text = path.read_text("utf-8")
    splits = yaml.safe_load(text)
    if AUTHOR not in splits["train"]:
        comments = "".join(line for line in text.splitlines(keepends=True) if line.startswith("#"))
        splits["train"] = [*splits["train"], AUTHOR]
        path.write_text(comments + yaml.safe_dump(splits, allow_unicode=True, sort_keys=False), "utf-8")
    return True
