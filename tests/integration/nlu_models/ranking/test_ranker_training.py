"""A small training run on a generated shop, end to end, and parity of both implementations."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

tensorflow = pytest.importorskip("tensorflow")

from nlu_models.ranking.features import Float32, build_history, build_table, cross_features  # noqa: E402
from nlu_models.ranking.fit import FitSettings  # noqa: E402
from nlu_models.ranking.network import Network  # noqa: E402
from nlu_models.ranking.serving_ranker import ServingRanker  # noqa: E402
from nlu_models.ranking.shape import Form, NetworkShape  # noqa: E402
from nlu_models.ranking.train import train  # noqa: E402
from nlu_models.ranking.training_network import TrainingNetwork  # noqa: E402

BRANDS = ("Aka", "Bem", "Cor", "Dil")


def generate(folder: Path) -> list[dict[str, Any]]:
    """Shoppers who buy one brand only: no order that is the same for all can serve them."""
    random_ = np.random.default_rng(11)
    items = [
        {"product_id": f"p{n}", "category": f"c{n % 3}", "brand": BRANDS[n % 4], "price_minor": 1000 + 37 * n,
         "rating": 4.0 + (n % 10) / 10, "rating_count": 10 * n, "title": f"Product {n}"}
        for n in range(48)
    ]  # fmt: skip
    events = []
    for session in range(600):
        who = int(random_.integers(40))
        for place, n in enumerate(random_.choice(48, 6, replace=False)):
            ts = f"2026-{1 + session // 100:02}-{1 + session % 100 // 5:02}T10:{session % 5 * 10 + place:02}:00+00:00"
            event = {"shopper": f"u{who}", "product_id": f"p{n}", "kind": "impression", "ts": ts, "rank": place + 1,
                     "propensity": round((place + 1) ** -0.6, 4), "session": str(session),
                     "synthetic": True}  # fmt: skip
            events.append(event)
            if n % 4 == who % 4 and random_.random() < 0.8 * event["propensity"]:
                events += [{**event, "kind": kind, "propensity": None} for kind in ("click", "add_to_cart", "purchase")]
    (folder / "items.jsonl").write_text("".join(json.dumps(row) + "\n" for row in items))
    (folder / "events.jsonl").write_text("".join(json.dumps(row) + "\n" for row in events))
    return items


def embed(titles: Any) -> Float32:
    return np.random.default_rng(len(titles)).normal(size=(len(titles), 384)).astype(np.float32)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], list[dict[str, Any]]]:
    events, out = tmp_path_factory.mktemp("events"), tmp_path_factory.mktemp("weights")
    items = generate(events)
    (out / "manifest.json").write_text('{"understanding": {"file": "x"}}')
    settings = FitSettings(epochs=15, batch_size=128, learning_rate=5e-3)
    entry = train(events, out, tmp_path_factory.mktemp("runs"), embed, settings, form="mlp", base_sha256="base")
    return out, entry, items


def test_ranker_learns_what_the_linear_form_cannot(trained: tuple[Path, dict[str, Any], Any]) -> None:
    test = trained[1]["metrics"]["test"]
    assert set(test) == {"ranker", "linear", "popularity", "item_to_item"}
    assert test["ranker"]["warm"]["auc"] > max(test["linear"]["warm"]["auc"], test["popularity"]["warm"]["auc"]) + 0.1
    assert test["ranker"]["all"]["expected_calibration_error"] < 0.08


def test_manifest_keeps_other_entries_and_the_ranker_loads(trained: tuple[Path, dict[str, Any], Any]) -> None:
    out, entry, items = trained
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["understanding"] == {"file": "x"}
    assert manifest["ranker"]["sha256"] == entry["sha256"]
    assert manifest["ranker"]["synthetic"] is True
    ranker = ServingRanker.load(out)
    ranker.put_items("1", items)
    loyal = [{"product_id": f"p{n}", "kind": "purchase", "age_days": 3.0} for n in (0, 4, 8)]
    own, other = ranker.probabilities("1", loyal, ["p12", "p13"])
    assert own > 2 * other


@pytest.mark.parametrize("form", ["linear", "mlp", "cross"])
def test_numpy_and_tensorflow_agree(form: Form) -> None:
    random_ = np.random.default_rng(5)
    shape = NetworkShape(form=form)
    network = TrainingNetwork(shape, dropout=0.3, seed=1)
    for variable in network.weights.values():
        variable.assign_add(random_.normal(0, 0.05, variable.shape).astype(np.float32))
    items = [
        {"product_id": str(n), "category": f"c{n % 3}" if n else None, "brand": f"b{n % 5}", "price_minor": 100 * n,
         "rating": None if n == 3 else 4.0, "rating_count": n, "embedding": random_.normal(size=384)}
        for n in range(20)
    ]  # fmt: skip
    table = build_table(items)
    acts = [{"product_id": str(n), "kind": kind, "age_days": 3.0 * n} for n, kind in enumerate(("view", "purchase"))]
    served = Network({n: v.numpy() for n, v in network.weights.items()}, shape, slope=1.0, offset=0.0)
    for past in (acts, []):
        history = build_history(table, [past])
        cross = cross_features(table, history, np.zeros(20, np.int64), np.arange(20))
        item = network.items(table)
        shopper = network.shoppers(item, history.rows, history.kinds, history.age_days)
        logits = network.logits(tensorflow.repeat(shopper, 20, 0), item, cross, training=False).numpy()
        vectors = served.items(table)
        mine = served.probabilities(served.shopper(vectors, history), vectors, cross)
        np.testing.assert_allclose(mine, 1 / (1 + np.exp(-logits[:, 0])), atol=2e-5)
