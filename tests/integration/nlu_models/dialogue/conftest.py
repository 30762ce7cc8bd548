"""Training data small enough for a test."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

DATA = Path(__file__).parents[4] / "nlu_models" / "dialogue" / "data"
SmallData = Callable[..., Path]


@pytest.fixture(scope="session")
def small_data(tmp_path_factory: pytest.TempPathFactory) -> SmallData:
    """Write two facts, a training shop and a validation merchant, with all of their questions or the first so many."""

    def write(*, questions: int | None = None) -> Path:
        data = tmp_path_factory.mktemp("data")
        for language in ("en", "zh"):
            (data / "training" / language).mkdir(parents=True)
            for fact in ("returns_window", "payment_cod"):
                shutil.copy(DATA / "training" / language / f"{fact}.yml", data / "training" / language)
        training = next(path for path in sorted((DATA / "merchants" / "training").iterdir()) if path.is_dir())
        for shop in (training, DATA / "merchants" / "validation" / "paper-lantern"):
            copy = data / "merchants" / shop.parent.name / "one"
            shutil.copytree(shop, copy)
            rows = yaml.safe_load((copy / "questions.yml").read_text("utf-8"))
            (copy / "questions.yml").write_text(yaml.safe_dump(rows[:questions], allow_unicode=True), "utf-8")
        return data

    return write
