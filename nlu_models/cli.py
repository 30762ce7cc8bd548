"""`shopkeeper train …` and `shopkeeper eval …`; heavy libraries are imported by the command that needs them."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from nlu_models.encoder.trunk import TextEncoder

train_app = typer.Typer(no_args_is_help=True, help="Train the models; each command writes into nlu_models/weights.")
eval_app = typer.Typer(no_args_is_help=True, help="Evaluate the models on a file; prints JSON.")
PACKAGE = Path(__file__).parent
Precision = Annotated[str, typer.Option(help="float32, or mixed_bfloat16 where the processor multiplies in it.")]
Base = Annotated[
    str, typer.Option(envvar="SHOPKEEPER_MODELS_BASE", help="Base encoder: wheel, a local folder or a hub id.")
]
Runs = Annotated[Path, typer.Option(help="Checkpoints and TensorBoard logs.")]


def _load_encoder(base: str, *, as_e5_small: bool) -> "TextEncoder":
    """Load the base to train on; where it cannot be used, say why and end with status 2."""
    from nlu_models.encoder.errors import EncoderError
    from nlu_models.encoder.trunk import load_encoder

    try:
        return load_encoder(base, as_e5_small=as_e5_small)
    except EncoderError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error


@train_app.command()
def understanding(
    data: Annotated[Path, typer.Option(help="Folder with messages/ and splits.yml.")] = PACKAGE / "data",
    titles: Annotated[Path, typer.Option(help="What `shopkeeper export titles` wrote.")] = PACKAGE
    / "data"
    / "titles.jsonl",
    out: Annotated[Path, typer.Option(help="Where the weights go.")] = PACKAGE / "weights",
    runs: Runs = Path("runs/understanding"),
    base: Base = "wheel",
    epochs: Annotated[int, typer.Option(min=1)] = 5,
    seed: int = 7,
) -> None:
    """Fine-tune intent, entities and category."""
    from nlu_models.intent.train import TrainingSettings, train

    encoder = _load_encoder(base, as_e5_small=False)
    entry = train(data, titles, out, runs, encoder, TrainingSettings(epochs=epochs, seed=seed))
    typer.echo(json.dumps(entry["metrics"], indent=1))


@train_app.command()
def ranker(
    events: Annotated[Path, typer.Argument(help="Folder that `shopkeeper export events` wrote.")],
    out: Annotated[Path, typer.Option(help="Where the weights go.")] = PACKAGE / "weights",
    runs: Runs = Path("runs/ranker"),
    base: Base = "wheel",
    form: Annotated[str, typer.Option(help="f: mlp, cross (DCN V2) or linear.")] = "mlp",
    epochs: Annotated[int, typer.Option(min=1)] = 30,
    seed: int = 7,
) -> None:
    """Train the ranker on behaviour events; prints its figures beside the baselines' as JSON."""
    from nlu_models.ranking.errors import RankingError
    from nlu_models.ranking.fit import FitSettings
    from nlu_models.ranking.shape import parse_form
    from nlu_models.ranking.train import train

    encoder = _load_encoder(base, as_e5_small=True)
    try:
        entry = train(
            events,
            out,
            runs,
            lambda titles: encoder.embed(titles, kind="passage"),
            FitSettings(epochs=epochs, seed=seed),
            form=parse_form(form),
            base_sha256=encoder.base_hash,
        )
    except RankingError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    keys = ("command", "synthetic", "data_sha256", "metrics", "seconds")
    typer.echo(json.dumps({key: entry[key] for key in keys}, indent=1))


_DIALOGUE = PACKAGE / "dialogue" / "data"


@train_app.command()
def matcher(
    data: Annotated[Path, typer.Option(help="Folder with training/ and merchants/.")] = _DIALOGUE,
    out: Annotated[Path, typer.Option(help="Where the weights go.")] = PACKAGE / "weights",
    runs: Runs = Path("runs/matcher"),
    base: Base = "wheel",
    steps: Annotated[int, typer.Option(min=1)] = 600,
    precision: Precision = "float32",
    seed: int = 7,
) -> None:
    """Train the matcher of questions and policy sentences; resumes from the checkpoint in RUNS."""
    from nlu_models.dialogue.match_train import MatchSettings
    from nlu_models.dialogue.train_matcher import run_matcher

    encoder = _load_encoder(base, as_e5_small=True)
    entry = run_matcher(data, out, runs, encoder, MatchSettings(steps=steps, precision=precision, seed=seed))
    typer.echo(json.dumps({key: entry[key] for key in ("metrics", "seconds")}, indent=1))


Prepared = Annotated[Path, typer.Option(help="The data as arrays; written there first where the folder is missing.")]

GoOn = Annotated[Path | None, typer.Option(help="A reader's weights to begin with; else the base's upper layers.")]
OnlyPrepare = Annotated[bool, typer.Option(help="Write the arrays and end: to train on them elsewhere.")]


@train_app.command()
def reader(
    prepared: Prepared = Path("runs/reader-data"),
    data: Annotated[Path, typer.Option(help="Folder with merchants/.")] = _DIALOGUE,
    out: Annotated[Path, typer.Option(help="Where the weights go.")] = PACKAGE / "weights",
    runs: Runs = Path("runs/reader"),
    base: Base = "wheel",
    only_prepare: OnlyPrepare = False,
    steps: Annotated[int, typer.Option(min=1)] = 4000,
    batch: Annotated[int, typer.Option(min=1)] = 128,
    evaluate_every: Annotated[int, typer.Option(min=1)] = 500,
    learning_rate: float = 1e-4,
    go_on: GoOn = None,
    precision: Precision = "float32",
    seed: int = 7,
) -> None:
    """Train the reader of service questions; resumes from the checkpoint in RUNS. On a GPU: KERAS_BACKEND=jax.
    `train thresholds` comes after it."""
    from nlu_models.dialogue.reader_fit import ReadingSettings
    from nlu_models.dialogue.train_reader import prepare_reader, run_reader

    if not (prepared / "about.json").exists():
        prepare_reader(data, prepared, _load_encoder(base, as_e5_small=True), seed=seed)
    if only_prepare:
        return
    settings = ReadingSettings(
        steps=steps, batch=batch, learning_rate=learning_rate, evaluate_every=evaluate_every, precision=precision,
        seed=seed,
    )  # fmt: skip
    entry = run_reader(prepared, out, runs, settings, go_on)
    typer.echo(json.dumps({key: entry[key] for key in ("metrics", "seconds")}, indent=1))


@train_app.command()
def thresholds(
    merchants: Annotated[Path, typer.Option(help="Merchants with questions.")] = _DIALOGUE / "merchants" / "validation",
) -> None:
    """Choose how sure the installed reader must be, and write it to the manifest."""
    from nlu_models.dialogue.merchants import MerchantError, load_merchants
    from nlu_models.encoder.errors import EncoderError
    from nlu_models.serving.dialogue_evaluation import fit_thresholds
    from nlu_models.serving.settings import ServingSettings

    try:
        entry = fit_thresholds(load_merchants(merchants), ServingSettings())
    except (MerchantError, EncoderError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    typer.echo(json.dumps({key: entry[key] for key in ("calibration", "thresholds", "validation")}, indent=1))


@train_app.command()
def generator(
    data: Annotated[Path, typer.Option(help="Folder with merchants/.")] = _DIALOGUE,
    out: Annotated[Path, typer.Option(help="Where the weights go.")] = PACKAGE / "weights",
    runs: Runs = Path("runs/generator"),
    base: Base = "wheel",
    steps: Annotated[int, typer.Option(min=1)] = 1000,
    batch: Annotated[int, typer.Option(min=1)] = 32,
    evaluate_every: Annotated[int, typer.Option(min=1)] = 200,
    seed: int = 7,
) -> None:
    """Train the generator of service answers; resumes from the checkpoint in RUNS."""
    from nlu_models.dialogue.generator_fit import GeneratorSettings
    from nlu_models.dialogue.train_generator import DrawSettings, run_generator

    encoder = _load_encoder(base, as_e5_small=True)
    settings = GeneratorSettings(steps=steps, batch=batch, evaluate_every=evaluate_every, seed=seed)
    entry = run_generator(data, out, runs, encoder, DrawSettings(seed=seed), settings)
    typer.echo(json.dumps({key: entry[key] for key in ("metrics", "seconds")}, indent=1))


@eval_app.command()
def dialogue(
    shop: Annotated[Path, typer.Option(help="A merchant's folder, or a folder of such folders.")],
    questions: Annotated[
        Path | None, typer.Option(help="The questions; else questions.yml in the merchant's folder.")
    ] = None,
    wording: Annotated[bool, typer.Option(help="Let the generator word the replies.")] = True,
    rows: Annotated[Path | None, typer.Option(help="Write each question and reply there, as JSON.")] = None,
) -> None:
    """Score the served answers to a merchant's questions: JSON on the output, a table beside it."""
    from nlu_models.dialogue.merchants import MerchantError, load_merchant, load_merchants
    from nlu_models.encoder.errors import EncoderError
    from nlu_models.evaluation.dialogue import as_rows, report
    from nlu_models.serving.dialogue_evaluation import judge_served, table
    from nlu_models.serving.settings import ServingSettings

    try:
        several = questions is None and any(shop.glob("*/questions.yml"))
        merchants = load_merchants(shop) if several else [load_merchant(shop, questions)]
        judged = judge_served(merchants, ServingSettings(), wording=wording)
    except (MerchantError, EncoderError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    if rows is not None:
        rows.write_text(json.dumps(as_rows(judged), ensure_ascii=False, indent=1), "utf-8")
    languages = sorted({row.question.language for row in judged})
    reports: dict[str, dict[str, object]] = {language: report(judged, language) for language in languages}
    typer.echo(table(reports), err=True)
    typer.echo(json.dumps(reports, ensure_ascii=False, indent=1))


@eval_app.command()
def checker() -> None:
    """Count how often the checker of replies errs on pairs from the training grammar: JSON by language."""
    from nlu_models.dialogue.grammar import LANGUAGES, load_facts
    from nlu_models.evaluation.checker import evaluate_checker

    found = {name: evaluate_checker(load_facts(_DIALOGUE / "training", name)).as_json() for name in LANGUAGES}
    typer.echo(json.dumps(found, indent=1))


@eval_app.command()
def intent(
    file: Annotated[Path, typer.Argument(help="TSV with the columns text and intent; a header is recognised.")],
) -> None:
    """Score the served intent model on any file: accuracy, macro_f1, n, confused."""
    from nlu_models.evaluation.intent_file import IntentFileError, evaluate_intents, read_intent_file
    from nlu_models.serving.bootstrap import intent_predictor
    from nlu_models.serving.settings import ServingSettings

    try:
        report = evaluate_intents(read_intent_file(file), intent_predictor(ServingSettings()))
    except (IntentFileError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    typer.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=1))
