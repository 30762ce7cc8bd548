import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np

from nlu_models.dialogue.grammar import load_facts
from nlu_models.dialogue.merchants import Merchant, Question
from nlu_models.dialogue.sentences import Sentence
from nlu_models.dialogue.text_bank import build_bank, build_shop_bank
from nlu_models.encoder.trunk import TextEncoder

FACTS = """\
topic: returns
facts:
  - fact: sale
    questions: ["sale?"]
    opposite_questions: ["final?"]
    follow_ups: ["and sale"]
    variants:
      - {variant: allowed, kind: "yes", sentences: ["Sale goes back."], brief: ["Yes."]}
      - {variant: final, kind: "no", sentences: ["Sale stays.", "No returns of sale."], brief: ["No."]}
"""


class Noting:
    """Keeps what it encodes."""

    def __init__(self) -> None:
        self.texts: dict[str, list[str]] = {"query": [], "passage": []}

    def states_and_embeddings(self, texts: Sequence[str], *, kind: str) -> tuple[list[Any], Any]:
        self.texts[kind] += texts
        return [np.zeros((1, 4), np.float32) for _ in texts], np.zeros((len(texts), 4), np.float32)


def test_bank_has_every_way_of_asking_and_of_telling(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "returns.yml").write_text(FACTS, "utf-8")
    encoder = Noting()
    bank = build_bank({"en": load_facts(tmp_path, "en")}, cast(TextEncoder, encoder), random.Random(3))
    (fact,) = bank["en"]
    assert {"sale?", "final?"} <= set(encoder.texts["query"])
    assert any(text.startswith("sale? / ") for text in encoder.texts["query"]), "a follow-up comes after a question"
    assert len(fact.questions) == len(set(encoder.texts["query"]))
    assert len(fact.sentences) == len(set(encoder.texts["passage"]))
    assert {text.rsplit(": ")[-1] for text in encoder.texts["passage"]} == {
        "Sale goes back.", "Sale stays.", "No returns of sale."}  # fmt: skip


def test_questions_that_the_same_sentences_answer_are_one_fact_of_their_shop_and_so_are_those_that_none_does() -> None:
    told = (Sentence("Returns", "Sale stays."), Sentence("Returns", "Shoes go back."))
    questions = (
        Question("sale final?", "en", (), "yes", ("Sale stays.",), (), (), ""),
        Question("and sale?", "en", ("returns?",), "no", ("Sale stays.",), (), (), ""),
        Question("shoes?", "en", (), "yes", ("Shoes go back.",), (), (), ""),
        Question("hats?", "en", (), "not_covered", (), (), (), ""),
    )
    encoder = Noting()
    bank = build_shop_bank([Merchant("hatter", {"en": told}, questions)], cast(TextEncoder, encoder))
    sale, shoes, open_ = bank["en"]
    assert (sale.topic, len(sale.questions), len(sale.sentences), len(shoes.questions)) == ("hatter", 2, 1, 1)
    assert (open_.topic, len(open_.questions), open_.sentences) == ("hatter", 1, ())
    assert encoder.texts == {
        "query": ["hats?", "returns? / and sale?", "sale final?", "shoes?"],
        "passage": ["Returns: Sale stays.", "Returns: Shoes go back."],
    }
