"""Scoring an intent model on a file of `text<TAB>intent` lines."""

import csv
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sklearn.metrics import f1_score

Predict = Callable[[Sequence[str]], list[str]]
_HEADER = ("text", "intent")


class IntentFileError(ValueError):
    """The file breaks the format; the text names the line and the mend."""


@dataclass(frozen=True, slots=True)
class IntentReport:
    """Figures of one file; `confused` lists (wanted, found, how often), the most frequent first."""

    accuracy: float
    macro_f1: float
    n: int
    confused: tuple[tuple[str, str, int], ...]

    def as_json(self) -> dict[str, object]:
        """Return what `shopkeeper eval intent` prints."""
        rows = [{"wanted": wanted, "found": found, "count": count} for wanted, found, count in self.confused]
        return {"accuracy": self.accuracy, "macro_f1": self.macro_f1, "n": self.n, "confused": rows}


def read_intent_file(path: Path) -> list[tuple[str, str]]:
    """Return the (text, intent) rows of a TSV file; a first line `text<TAB>intent` is a header.

    Raises:
        IntentFileError: a line has not two fields, or there is none.
    """
    rows = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, fields in enumerate(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE), 1):
            if not fields or (number == 1 and tuple(f.strip().lower() for f in fields[:2]) == _HEADER):
                continue
            if len(fields) < 2 or not fields[1].strip():
                raise IntentFileError(f"{path}:{number}: a line needs a text, a tab and an intent")
            rows.append((fields[0], fields[1].strip()))
    if not rows:
        raise IntentFileError(f"{path}: there is no line to score")
    return rows


def evaluate_intents(rows: Sequence[tuple[str, str]], predict: Predict, *, most_confused: int = 20) -> IntentReport:
    """Score predictions; macro F1 is over the intents that occur in the file.

    Args:
        rows: texts and wanted intents.
        predict: gives the likeliest intent of each text.
        most_confused: pairs listed.
    """
    wanted = [intent for _, intent in rows]
    found = predict([text for text, _ in rows])
    right = sum(w == f for w, f in zip(wanted, found, strict=True))
    pairs = Counter((w, f) for w, f in zip(wanted, found, strict=True) if w != f)
    macro = f1_score(wanted, found, labels=sorted(set(wanted)), average="macro", zero_division=0)
    return IntentReport(
        accuracy=round(right / len(rows), 4),
        macro_f1=round(float(macro), 4),
        n=len(rows),
        confused=tuple((w, f, count) for (w, f), count in pairs.most_common(most_confused)),
    )
