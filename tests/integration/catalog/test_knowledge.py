"""Policies in versions, and finding the passage that answers."""

from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select, update

from catalog.knowledge.import_folder import PolicyImport, import_policies
from catalog.models import KnowledgeDocument
from catalog.repositories.vectors import TextKind, pending_texts, save_vectors
from catalog.search.passage_search import PassageQuery, PassageSearch
from catalog.session import Database

RETURNS = """---
slug: returns
topic: returns
language: en
title: Returns
version: "2026-09"
effective: 2026-09-01
---
## How to return something
1. Open My orders and choose the item.
2. Print the label.

## How long you have
You can return most things within 30 days.
"""
RETURNS_ZH = """---
slug: returns
topic: returns
language: zh
title: 退货
version: "2026-09"
effective: 2026-09-01
---
## 如何退货
1. 打开“我的订单”，选择商品。
2. 预约上门取件。

## 退货期限
签收后30天内可以退货。
"""
SHIPPING = RETURNS.replace("slug: returns", "slug: shipping").replace("topic: returns", "topic: shipping")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "policies"
    for name, text in (("en/returns.md", RETURNS), ("zh/returns.md", RETURNS_ZH)):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def _load(database: Database, folder: Path) -> PolicyImport:
    with database.session() as session:
        return import_policies(session, folder)


def test_loading_twice_changes_nothing(database: Database, folder: Path) -> None:
    assert _load(database, folder) == PolicyImport(2, 0, 0, ())
    assert _load(database, folder) == PolicyImport(0, 0, 2, ())


def test_a_changed_document_is_a_new_version_and_the_old_one_stays(database: Database, folder: Path) -> None:
    _load(database, folder)
    (folder / "en/returns.md").write_text(RETURNS.replace("30 days", "60 days"), "utf-8")
    assert _load(database, folder) == PolicyImport(0, 1, 1, ())
    with database.reading() as session:
        rows = session.execute(
            select(KnowledgeDocument.version, KnowledgeDocument.current)
            .where(KnowledgeDocument.language == "en")
            .order_by(KnowledgeDocument.revision)
        ).all()
        assert [tuple(row) for row in rows] == [("2026-09", False), ("2026-09 (2)", True)]
        search = PassageSearch()
        hit = search.search(session, PassageQuery("how many days do I have", "en", topics=("returns",)))[0]
        assert "60 days" in hit.text
        assert hit.version == "2026-09 (2)"


def test_a_mark_for_a_person_changes_without_a_new_version(database: Database, folder: Path) -> None:
    _load(database, folder)
    search = PassageSearch()
    query = PassageQuery("how many days do I have", "en")
    marked = RETURNS.replace("language: en", "language: en\nhandoff: true")
    for text, handoff in ((RETURNS, False), (marked, True), (RETURNS, False)):
        (folder / "en/returns.md").write_text(text, "utf-8")
        _load(database, folder)
        with database.reading() as session:
            hit = search.search(session, query)[0]
        assert (hit.handoff, hit.version) == (handoff, "2026-09")
    (folder / "en/returns.md").write_text(marked.replace("30 days", "60 days"), "utf-8")
    assert _load(database, folder) == PolicyImport(0, 1, 1, ())
    with database.reading() as session:
        assert [hit.handoff for hit in search.search(session, query)] == [True, True]
        assert not search.search(session, PassageQuery("退货期限", "zh"))[0].handoff


def test_a_bad_file_is_named_and_the_good_ones_load(database: Database, folder: Path) -> None:
    (folder / "en/bad.md").write_text("no front matter", "utf-8")
    (folder / "en/double.md").write_text(RETURNS, "utf-8")
    outcome = _load(database, folder)
    assert outcome.created == 2
    assert len(outcome.errors) == 2
    assert outcome.errors[0].startswith("en/bad.md: ")
    assert "returns in en is in en/double.md already" in outcome.errors[1]


def _answered_from(database: Database) -> set[tuple[str, str]]:
    with database.reading() as session:
        hits = PassageSearch().search(session, PassageQuery("", "en", limit=99))
        hits += PassageSearch().search(session, PassageQuery("", "zh", limit=99))
    return {(hit.slug, hit.language) for hit in hits}


def test_a_policy_whose_file_is_gone_is_retired_and_comes_back_with_it(database: Database, folder: Path) -> None:
    (folder / "en/shipping.md").write_text(SHIPPING, "utf-8")
    _load(database, folder)
    search = PassageSearch()
    query = PassageQuery("how many days do I have", "en", topics=("shipping",))
    with database.reading() as session:
        assert search.search(session, query)
    (folder / "en/shipping.md").unlink()
    assert _load(database, folder) == PolicyImport(0, 0, 2, (), ("shipping in en (en/shipping.md)",))
    with database.reading() as session:
        assert search.search(session, query) == []  # the same search: what it keeps in memory is dropped
        kept = session.scalars(select(KnowledgeDocument).where(KnowledgeDocument.slug == "shipping")).one()
        assert (kept.current, len(kept.passages)) == (False, 2)
    assert _load(database, folder) == PolicyImport(0, 0, 2, ())

    (folder / "en/shipping.md").write_text(SHIPPING, "utf-8")
    assert _load(database, folder) == PolicyImport(0, 1, 2, ())
    with database.reading() as session:
        assert search.search(session, query)[0].version == "2026-09"


def test_a_file_of_another_document_retires_the_one_that_it_held(database: Database, folder: Path) -> None:
    _load(database, folder)
    (folder / "en/returns.md").write_text(SHIPPING, "utf-8")
    assert _load(database, folder) == PolicyImport(1, 0, 1, (), ("returns in en (en/returns.md)",))
    assert _answered_from(database) == {("shipping", "en"), ("returns", "zh")}


def test_a_file_that_moved_or_cannot_be_read_retires_nothing(database: Database, folder: Path) -> None:
    _load(database, folder)
    (folder / "en/returns.md").rename(folder / "en/sending-back.md")
    assert _load(database, folder) == PolicyImport(0, 0, 2, ())
    (folder / "en/sending-back.md").write_text("no front matter", "utf-8")
    assert _load(database, folder).retired == ()
    assert _answered_from(database) == {("returns", "en"), ("returns", "zh")}


def test_an_import_retires_what_came_from_its_own_folder_only(database: Database, folder: Path, tmp_path: Path) -> None:
    _load(database, folder)
    for name in ("elsewhere", "policies-2"):  # the second's name begins as the folder's
        (tmp_path / name).mkdir()
        (tmp_path / name / "shipping.md").write_text(SHIPPING.replace("shipping", name), "utf-8")
        assert _load(database, tmp_path / name) == PolicyImport(1, 0, 0, ())
    (folder / "zh/returns.md").unlink()
    assert _load(database, folder / "en") == PolicyImport(0, 0, 1, ())
    assert _load(database, folder) == PolicyImport(0, 0, 1, (), ("returns in zh (zh/returns.md)",))
    assert _answered_from(database) == {("returns", "en"), ("elsewhere", "en"), ("policies-2", "en")}


def test_a_folder_without_a_readable_policy_retires_nothing(database: Database, folder: Path) -> None:
    _load(database, folder)
    (folder / "en/returns.md").unlink()
    (folder / "zh/returns.md").unlink()
    with pytest.raises(FileNotFoundError, match="holds no policies"):
        _load(database, folder)
    (folder / "returns.docx").write_bytes(b"PK")
    assert _load(database, folder).retired == ()
    assert _answered_from(database) == {("returns", "en"), ("returns", "zh")}


def test_a_document_of_unknown_origin_is_retired_once_its_folder_is_known(database: Database, folder: Path) -> None:
    _load(database, folder)
    with database.session() as session:
        session.execute(update(KnowledgeDocument).values(source=None))  # as imports before wrote it
    chinese = (folder / "zh/returns.md").read_text("utf-8")
    (folder / "zh/returns.md").unlink()
    assert _load(database, folder) == PolicyImport(0, 0, 1, ())
    (folder / "zh/returns.md").write_text(chinese, "utf-8")
    assert _load(database, folder) == PolicyImport(0, 0, 2, ())
    (folder / "zh/returns.md").unlink()
    assert _load(database, folder).retired == ("returns in zh (zh/returns.md)",)


def test_no_document_in_the_folder_is_passed_over_in_silence(database: Database, folder: Path, tmp_path: Path) -> None:
    (folder / "en/SHIPPING.MD").write_text(SHIPPING, "utf-8")
    (folder / "en/warranty.txt").write_text("Two years.", "utf-8")
    (folder / "en/date.md").write_text(SHIPPING.replace("2026-09-01", "2026-02-30"), "utf-8")
    outcome = _load(database, folder)
    assert outcome.created == 3
    assert [error.split(":")[0] for error in outcome.errors] == ["en/date.md", "en/warranty.txt"]
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(FileNotFoundError, match="holds no policies"):
        _load(database, empty)


@pytest.mark.parametrize(("text", "language", "section"), [
    ("how do I return something", "en", "How to return something"), ("如何操作退货", "zh", "如何退货"),
    ("退货期限多久", "zh", "退货期限"), ("return label", "en", "How to return something"),
])  # fmt: skip
def test_the_passage_that_answers_is_found(
    database: Database, folder: Path, text: str, language: str, section: str
) -> None:
    _load(database, folder)
    with database.reading() as session:
        hit = PassageSearch().search(session, PassageQuery(text, language))[0]
    assert (hit.section, hit.language, hit.version) == (section, language, "2026-09")


def test_topics_limit_and_languages_fall_back(database: Database, folder: Path) -> None:
    (folder / "en/shipping.md").write_text(SHIPPING, "utf-8")
    _load(database, folder)
    with database.reading() as session:
        search = PassageSearch()
        only = search.search(session, PassageQuery("退货", "zh", topics=("shipping",), limit=9))
        assert {(hit.topic, hit.language) for hit in only} == {("shipping", "en")}
        assert search.search(session, PassageQuery("退货", "zh", topics=("invoices",))) == []
        sections = [hit.section for hit in search.passages(session, topic="returns", language="zh")]
        assert sections == ["如何退货", "退货期限"]


def test_a_passage_vector_decides_where_words_do_not(database: Database, folder: Path) -> None:
    _load(database, folder)
    with database.session() as session:
        pending = pending_texts(session, "m")
        assert {p.kind for p in pending} == {TextKind.PASSAGE}
        vectors = {p.key: np.eye(8, dtype=np.float32)[place] for place, p in enumerate(pending)}
        save_vectors(session, "m", [(p, vectors[p.key].astype("<f2").tobytes()) for p in pending])
    wanted = next(p for p in pending if "30 days" in p.text)
    with database.reading() as session:
        hits = PassageSearch().search(session, PassageQuery("zzz", "en", vector=vectors[wanted.key]))
    assert hits[0].section == "How long you have"
    assert hits[0].similarity == pytest.approx(1.0)
