"""Labels come from the same session, histories from before it, splits from time."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nlu_models.ranking.errors import RankingError
from nlu_models.ranking.export_folder import label_impressions, read_export


def event(product: str, kind: str, ts: str, session: str = "s1", **more: Any) -> dict[str, Any]:
    return {
        "shopper": "u",
        "product_id": product,
        "kind": kind,
        "ts": f"2026-01-{ts}+00:00",
        "session": session,
        **more,
    }


EVENTS = [
    event("a", "impression", "01T10:00:00", propensity=1.0),
    event("b", "impression", "01T10:00:05", propensity=0.5),
    event("b", "click", "01T10:01:00"),
    event("b", "purchase", "01T10:05:00"),
    event("a", "impression", "03T10:00:00", session="s2"),
    event("b", "impression", "03T10:00:01", session="s2"),
    event("a", "click", "03T10:00:09", session="s2"),
]


def test_label_impressions_looks_at_the_same_session_only() -> None:
    found = label_impressions(EVENTS)
    labels = dict(zip(zip(found.session.tolist(), found.product, strict=True), found.target.tolist(), strict=True))
    assert labels == {(0, "a"): [0, 0, 0], (0, "b"): [1, 0, 1], (1, "a"): [0, 0, 1], (1, "b"): [0, 0, 0]}
    assert found.looked.tolist() == [1.0, 0.5, 1.0, 1.0]


def test_history_holds_what_was_done_before_the_session() -> None:
    first, second = label_impressions(EVENTS).history
    assert first == ()
    assert [(act["product_id"], act["kind"]) for act in second] == [("b", "click"), ("b", "purchase")]
    assert second[1]["age_days"] == pytest.approx(2 - 300 / 86_400)


def test_splits_never_train_on_what_is_later() -> None:
    events = [event("a", "impression", f"{day:02}T10:00:00", session=str(day)) for day in range(1, 31)]
    found = label_impressions(events[::-1])
    splits = found.splits()
    began = {name: found.began[found.session[index]] for name, index in splits.items()}
    assert began["train"].max() < began["validation"].min()
    assert began["validation"].max() < began["test"].min()
    assert sum(map(len, splits.values())) == 30


@pytest.mark.parametrize(
    ("line", "message"),
    [("{", "line 1"), ('{"kind": "click"}', "no product_id"), ('{"product_id": "x"}', "no impressions")],
)
def test_read_export_says_what_is_wrong(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "items.jsonl").write_text('{"product_id": "a"}\n')
    (tmp_path / "events.jsonl").write_text(line + "\n")
    with pytest.raises(RankingError, match=message):
        read_export(tmp_path)


def test_read_export_names_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(RankingError, match="export events"):
        read_export(tmp_path)


def test_read_export_reads_what_was_written(tmp_path: Path) -> None:
    (tmp_path / "items.jsonl").write_text('{"product_id": "a"}\n{"product_id": "b"}\n')
    (tmp_path / "events.jsonl").write_text("".join(json.dumps(row) + "\n" for row in EVENTS))
    export = read_export(tmp_path)
    assert np.isclose(export.impressions.target.sum(), 3)
    assert len(export.sha256) == 64
