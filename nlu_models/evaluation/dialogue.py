"""`shopkeeper eval dialogue`: served replies to a merchant's questions, against what a right answer must say."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from rouge_score import rouge_scorer, tokenizers
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from nlu_models.dialogue.answering import Answer, Asked
from nlu_models.dialogue.grammar import Language
from nlu_models.dialogue.listed import lead_of
from nlu_models.dialogue.merchants import NOT_COVERED, Merchant, Question
from nlu_models.dialogue.sentences import Sentence
from nlu_models.dialogue.values import find_values

Candidates = Callable[[Merchant, Question], Sequence[Sentence]]


@dataclass(frozen=True, slots=True)
class Judged:
    """One question with the reply, and what was right and wrong with it."""

    merchant: str
    question: Question
    answer: Answer
    seconds: float
    sentence_right: bool
    kind_right: bool
    facts_right: bool
    wrong_polarity: bool
    unsupported: bool
    unsupported_draft: bool
    baseline: str
    copied: bool

    @property
    def answerable(self) -> bool:
        """Whether the policy answers the question."""
        return self.question.kind != NOT_COVERED


def judge(
    merchants: Sequence[Merchant],
    reply: Callable[[Asked], Answer],
    candidates: Candidates,
    right_sentence: Callable[[Question, str], bool],
) -> list[Judged]:
    """Ask every question of every merchant."""
    found = []
    for merchant in merchants:
        for question in merchant.questions:
            sentences = candidates(merchant, question)
            asked = Asked(question.text, question.language, sentences, question.before)
            started = time.perf_counter()
            answer = reply(asked)
            found.append(_judged(merchant.name, question, asked, answer, time.perf_counter() - started, right_sentence))
    return found


def _judged(
    merchant: str,
    question: Question,
    asked: Asked,
    answer: Answer,
    seconds: float,
    right_sentence: Callable[[Question, str], bool],
) -> Judged:
    chosen = [asked.sentences[i].text for i in answer.chosen]
    source = " ".join([*chosen, *(lead_of(asked.sentences, i) for i in answer.chosen)])
    said = answer.text.casefold()
    required = all(any(option.casefold() in said for option in group) for group in question.required)
    forbidden = any(text.casefold() in said for text in question.forbidden if text)
    polar = {answer.kind, question.kind} == {"yes", "no"}
    right = any(right_sentence(question, text) for text in chosen)
    return Judged(
        merchant=merchant,
        question=question,
        answer=answer,
        seconds=seconds,
        sentence_right=right,
        kind_right=answer.kind == question.kind,
        facts_right=answer.how != "not_covered" and required and not forbidden and not polar,
        wrong_polarity=polar or forbidden,
        unsupported=bool(_foreign_values(answer.text, source)),
        unsupported_draft=any(_foreign_values(draft, source) for draft in answer.drafts),
        baseline=chosen[0] if chosen else "",
        copied=_letters("".join(answer.drafts)) == _letters("".join(chosen)),
    )


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _foreign_values(text: str, source: str) -> set[tuple[str, str]]:
    """Return the values of a reply that its sentences, and what introduces them, do not have; the numbers of a list's
    items aside."""
    body = re.sub(r"^\d+\. ", "", text, flags=re.MULTILINE)
    told = {(value.kind, value.normal) for value in find_values(source)}
    return {(value.kind, value.normal) for value in find_values(body)} - told


class _Characters(tokenizers.Tokenizer):  # type: ignore[misc]
    """Chinese by characters, other words whole: what ROUGE counts."""

    def tokenize(self, text: str) -> list[str]:
        return re.findall(r"[\u3400-\u9fff]|[a-z0-9]+", text.lower())


def overlap(replies: Sequence[str], references: Sequence[str], language: Language) -> dict[str, float]:
    """Return BLEU, chrF (both of the corpus, 0 to 100) and mean ROUGE-L F1 (0 to 1) of replies with references.

    Source:
        Post 2018 (sacrebleu; its `zh` tokeniser for Chinese); Popović 2015 (chrF); Lin 2004 (ROUGE-L).
    """
    if not replies:
        return {"bleu": 0.0, "chrf": 0.0, "rouge_l": 0.0}
    bleu = BLEU(tokenize="zh" if language == "zh" else "13a").corpus_score(list(replies), [list(references)])
    chrf = CHRF().corpus_score(list(replies), [list(references)])
    scorer = rouge_scorer.RougeScorer(["rougeL"], tokenizer=_Characters())
    rouge = [
        scorer.score(reference, reply)["rougeL"].fmeasure for reply, reference in zip(replies, references, strict=True)
    ]
    return {"bleu": round(bleu.score, 2), "chrf": round(chrf.score, 2), "rouge_l": round(float(np.mean(rouge)), 4)}


def report(judged: Sequence[Judged], language: Language) -> dict[str, Any]:
    """Return all figures of one language; shares are of the questions named."""
    rows = [row for row in judged if row.question.language == language]
    answerable = [row for row in rows if row.answerable]
    open_ = [row for row in rows if not row.answerable]
    answered = [row for row in answerable if row.answer.how != "not_covered"]
    references = [row.question.reference for row in answered]
    reasons = Counter(reason for row in rows for reason in row.answer.refused)
    took = np.array([row.seconds for row in rows]) * 1000
    return {
        "n": len(rows),
        "answerable": len(answerable),
        "sentence": _share(row.sentence_right for row in answerable),
        "kind": _share(row.sentence_right and row.kind_right for row in answerable),
        "facts": _share(row.facts_right for row in answerable),
        "wrong_polarity": _share(row.wrong_polarity for row in answerable),
        "unsupported": sum(row.unsupported for row in rows),
        "unsupported_before_checker": sum(row.unsupported_draft for row in rows),
        "refused_answerable": _share(row.answer.how == "not_covered" for row in answerable),
        "answered_unanswerable": _share(row.answer.how != "not_covered" for row in open_),
        "of_these_called_closest": _share(not row.answer.sure for row in open_ if row.answer.how != "not_covered"),
        "called_closest": _share(not row.answer.sure for row in answered),
        "own_wording": _share(row.answer.how == "worded" for row in answered),
        "copied": _share(row.answer.how == "worded" and row.copied for row in answered),
        "reply": overlap([row.answer.text for row in answered], references, language),
        "sentence_baseline": overlap([row.baseline for row in answered], references, language),
        "refusals": dict(reasons.most_common()),
        "p50_ms": round(float(np.percentile(took, 50)), 1) if len(took) else None,
        "p99_ms": round(float(np.percentile(took, 99)), 1) if len(took) else None,
    }


def _share(flags: Any) -> float:
    values = list(flags)
    return round(sum(values) / len(values), 4) if values else 0.0


def as_rows(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """Return each question and reply, for a file that a person reads."""
    return [
        {
            "merchant": row.merchant,
            "question": row.question.text,
            "previous": list(row.question.previous),
            "wanted": {"kind": row.question.kind, "reference": row.question.reference},
            "reply": asdict(row.answer),
            "sentence_right": row.sentence_right,
            "facts_right": row.facts_right,
        }
        for row in judged
    ]
