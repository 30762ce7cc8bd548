"""`shopkeeper train understanding`: fine-tune layers 9 to 12 and three heads, stop early, write the weights."""

import hashlib
import json
import os
import random
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import tensorflow as tf
import tf_keras as keras
import yaml
from safetensors.numpy import save_file
from tqdm import tqdm

from nlu_models.encoder.fine_tuning import adamw
from nlu_models.encoder.trunk import TextEncoder
from nlu_models.encoder.tuned_top import load_top
from nlu_models.intent.augmentation import typed_badly
from nlu_models.intent.calibration import fit_temperature, fit_threshold, softmax
from nlu_models.intent.dataset import Example, batches, encode_examples
from nlu_models.intent.labels import INTENTS, TOKEN_LABELS
from nlu_models.intent.messages import Message, read_messages
from nlu_models.intent.product_queries import MADE, category_queries, read_titles, title_examples
from nlu_models.intent.scores import Scores, score
from nlu_models.intent.understanding_model import (
    UnderstandingModel,
    export_weights,
    total_loss,
)
from nlu_models.manifest import install_weights


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """What a run depends on beside its data; the defaults are those of the shipped weights."""

    epochs: int = 5
    batch_size: int = 32
    learning_rate: float = 3e-4
    weight_decay: float = 0.01
    warmup: float = 0.1
    dropout: float = 0.15
    patience: int = 2
    seed: int = 7
    bad_typing: float = 0.5
    queries_per_category: int = 24


@dataclass(frozen=True, slots=True)
class Corpus:
    """Messages by split, and the category slugs in the order of the head's outputs."""

    train: list[Message]
    validation: list[Message]
    test: list[Message]
    categories: tuple[str, ...]
    data_hash: str


def load_corpus(data: Path, titles: Path, settings: TrainingSettings) -> Corpus:
    """Read messages by author and product titles, and make queries and badly typed variants for training."""
    splits = {name: frozenset(authors) for name, authors in yaml.safe_load((data / "splits.yml").read_text()).items()}
    rows = read_titles(titles)
    categories = tuple(sorted({row["category"] for row in rows}))
    random_ = random.Random(settings.seed)
    train = list(read_messages(data / "messages", splits["train"]))
    train += category_queries(rows, "train", settings.queries_per_category, random_)
    train += title_examples(rows, held_out=False)
    written = [message for message in train if message.author != "titles"]
    train += [typed_badly(m, random_) for m in written if random_.random() < settings.bad_typing]
    validation = list(read_messages(data / "messages", splits["validation"]))
    validation += category_queries(rows, "held_out", 3, random_)
    validation += title_examples(rows, held_out=True)
    test = list(read_messages(data / "messages", splits["test"]))
    digest = hashlib.sha256(titles.read_bytes())
    for path in sorted((data / "messages").rglob("*.txt")):
        digest.update(path.read_bytes())
    return Corpus(train, validation, test, categories, digest.hexdigest())


def predict(model: UnderstandingModel, examples: Sequence[Example], size: int = 64) -> tuple[Any, Any, list[Any]]:
    """Return intent logits `(N, I)`, category logits `(N, C)` and token logits, a `(T, L)` array each."""
    lengths = np.array([len(example.states) for example in examples])
    order = np.argsort(lengths, kind="stable")
    intents, categories, tokens = [], [], []
    for batch in batches(examples, size):
        intent, category, token = model((batch.states, batch.mask))
        intents.append(intent.numpy())
        categories.append(category.numpy())
        tokens += [t[: int(m.sum())] for t, m in zip(token.numpy(), batch.mask, strict=True)]
    back = np.argsort(order, kind="stable")
    return np.concatenate(intents)[back], np.concatenate(categories)[back], [tokens[i] for i in back]


def fit(
    model: UnderstandingModel,
    train: Sequence[Example],
    validation: Sequence[Example],
    settings: TrainingSettings,
    runs: Path,
) -> list[dict[str, float | None]]:
    """Train until validation stops improving; the best epoch's weights stay in the model and in `runs`."""
    per_epoch = -(-len(train) // settings.batch_size)
    optimizer = adamw(settings, per_epoch * settings.epochs, spared=("bias", "LayerNorm"))
    writer = tf.summary.create_file_writer(str(runs))
    random_ = np.random.default_rng(settings.seed)

    @tf.function(reduce_retracing=True)  # type: ignore[untyped-decorator]
    def step(states: Any, mask: Any, intents: Any, categories: Any, tokens: Any) -> Any:
        with tf.GradientTape() as tape:
            outputs = model((states, mask), training=True)
            loss = total_loss(_Labels(intents, categories, tokens), outputs)  # type: ignore[arg-type]
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return loss

    history: list[dict[str, float | None]] = []
    best, waited = -1.0, 0
    for epoch in range(settings.epochs):
        bar = tqdm(
            batches(train, settings.batch_size, random_),
            total=per_epoch,
            desc=f"epoch {epoch + 1}",
            mininterval=5,
        )
        losses = []
        for batch in bar:
            losses.append(float(step(batch.states, batch.mask, batch.intents, batch.categories, batch.tokens)))
            bar.set_postfix(loss=f"{np.mean(losses[-100:]):.3f}", refresh=False)
        scores = score(validation, *predict(model, validation))
        history.append({"epoch": epoch + 1, "loss": float(np.mean(losses)), **asdict(scores)})
        tqdm.write(json.dumps(history[-1]))
        with writer.as_default():
            for name, value in history[-1].items():
                if value is not None:
                    tf.summary.scalar(name, value, step=epoch)
        if scores.combined > best:
            best, waited = scores.combined, 0
            save_file(export_weights(model), str(runs / "best.safetensors"))
            model.save_weights(str(runs / "best.weights.h5"))
        else:
            waited += 1
            if waited >= settings.patience:
                break
    model.load_weights(str(runs / "best.weights.h5"))
    return history


@dataclass(frozen=True, slots=True)
class _Labels:
    intents: Any
    categories: Any
    tokens: Any


def train(
    data: Path, titles: Path, out: Path, runs: Path, encoder: TextEncoder, settings: TrainingSettings
) -> dict[str, Any]:
    """Train on `data` and `titles`; write `understanding.safetensors` and the manifest's entry into `out`.

    Args:
        encoder: the base; served weights fit no other, and the entry names its hash.

    Returns:
        The manifest entry: labels, temperature, threshold, hashes, metrics of validation and test.
    """
    started = time.monotonic()
    keras.utils.set_random_seed(settings.seed)
    runs.mkdir(parents=True, exist_ok=True)
    corpus = load_corpus(data, titles, settings)
    tqdm.write(f"{len(corpus.train)} training, {len(corpus.validation)} validation, {len(corpus.test)} test messages")
    examples = {
        name: encode_examples(encoder, getattr(corpus, name), corpus.categories)
        for name in ("train", "validation", "test")
    }
    model = UnderstandingModel(len(corpus.categories), settings.dropout, encoder.config)
    model((np.zeros((1, 8, encoder.config.hidden), np.float32), np.ones((1, 8), np.float32)))
    load_top(model.top.layers, encoder.state_dict())
    history = fit(model, examples["train"], examples["validation"], settings, runs)
    return _write(model, corpus, examples, history, out, encoder, settings, time.monotonic() - started)


def _score_messages(
    messages: Sequence[Message], examples: Sequence[Example], outputs: dict[str, tuple[Any, Any, list[Any]]]
) -> Scores:
    """Score what people wrote in the validation split, as the test split is: without titles and made queries."""
    rows = [row for row, message in enumerate(messages) if message.author not in MADE]
    intents, categories, tokens = outputs["validation"]
    return score([examples[row] for row in rows], intents[rows], categories[rows], [tokens[row] for row in rows])


def _write(
    model: UnderstandingModel,
    corpus: Corpus,
    examples: dict[str, list[Example]],
    history: list[dict[str, float | None]],
    out: Path,
    encoder: TextEncoder,
    settings: TrainingSettings,
    seconds: float,
) -> dict[str, Any]:
    outputs = {name: predict(model, examples[name]) for name in ("validation", "test")}
    labels = np.array([example.intent for example in examples["validation"]], np.int32)
    known = labels >= 0
    logits = np.asarray(outputs["validation"][0], np.float64)[known]
    temperature = fit_temperature(logits, labels[known])
    entry = {
        "command": "shopkeeper train understanding",
        "intents": list(INTENTS),
        "token_labels": list(TOKEN_LABELS),
        "categories": list(corpus.categories),
        "temperature": temperature,
        "threshold": fit_threshold(softmax(logits / temperature), labels[known]),
        "data_sha256": corpus.data_hash,
        "base_sha256": encoder.base_hash,
        "settings": asdict(settings),
        "metrics": {
            "validation": asdict(score(examples["validation"], *outputs["validation"])),
            "validation_messages": asdict(_score_messages(corpus.validation, examples["validation"], outputs)),
            "test": asdict(score(examples["test"], *outputs["test"])) if examples["test"] else None,
            "epochs": history,
            "seconds": round(seconds),
        },
    }
    return install_weights(out, "understanding", export_weights(model), entry)
