"""Writing policies: a changed document becomes a new revision, old ones and retired ones stay."""

from collections.abc import Collection
from enum import StrEnum
from pathlib import PurePath

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from catalog.knowledge.policy_file import DocumentRecord
from catalog.models import KnowledgeDocument, KnowledgePassage
from catalog.repositories.catalog_state import bump
from catalog.search.text_index import PassageEntry, index_passages


class Saved(StrEnum):
    """What saving a document did."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


def save_document(session: Session, record: DocumentRecord, source: str) -> Saved:
    """Keep a document as the current revision of its slug and language, unless it is just that already.

    `source` is the absolute path of its file; the last one counts.

    Where the text has changed under the same version label, the new revision's label gets a number ("2026-09 (2)"),
    so that a source names one text only. Whether a person is wanted is no text: that changes in the current revision.
    A retired document with the same text is current again.
    """
    newest = session.scalar(
        select(KnowledgeDocument)
        .where(KnowledgeDocument.slug == record.slug, KnowledgeDocument.language == record.language)
        .order_by(KnowledgeDocument.revision.desc())
        .limit(1)
    )
    if newest is not None and newest.text_hash == record.text_hash():
        newest.source = source
        if newest.current and newest.handoff == record.handoff:
            return Saved.UNCHANGED
        newest.current, newest.handoff = True, record.handoff
        bump(session, "knowledge_version")
        return Saved.UPDATED
    revision = newest.revision + 1 if newest else 1
    session.execute(
        update(KnowledgeDocument)
        .where(KnowledgeDocument.slug == record.slug, KnowledgeDocument.language == record.language)
        .values(current=False)
    )
    document = KnowledgeDocument(
        slug=record.slug,
        language=record.language,
        revision=revision,
        version=_free_label(session, record),
        topic=record.topic,
        title=record.title,
        effective=record.effective,
        text_hash=record.text_hash(),
        current=True,
        handoff=record.handoff,
        source=source,
        passages=[
            KnowledgePassage(
                position=position,
                section=passage.section,
                text=passage.text,
                text_hash=passage.text_hash(record.title),
            )
            for position, passage in enumerate(record.passages)
        ],
    )
    session.add(document)
    session.flush()
    index_passages(
        session,
        [PassageEntry(row.id, f"{record.title} , {row.section}", row.text) for row in document.passages],
    )
    bump(session, "knowledge_version")
    return Saved.UPDATED if newest else Saved.CREATED


def retire_missing(
    session: Session, folder: PurePath, *, held: Collection[tuple[str, str]], unread: Collection[str]
) -> list[KnowledgeDocument]:
    """Let no answer come any more from the documents whose files below a folder hold them no longer.

    Args:
        session: of the shop.
        folder: absolute; documents that came from elsewhere stay as they are.
        held: slug and language of the documents that the folder holds.
        unread: paths of its files that could not be read; what they held stays.

    Returns:
        What was current and is no more, by slug and language; it stays in the database.
    """
    current = session.scalars(
        select(KnowledgeDocument)
        .where(KnowledgeDocument.current)
        .order_by(KnowledgeDocument.slug, KnowledgeDocument.language)
    )
    retired = [
        document
        for document in current
        if document.source is not None
        and document.source not in unread
        and (document.slug, document.language) not in held
        and PurePath(document.source).is_relative_to(folder)
    ]
    for document in retired:
        document.current = False
    if retired:
        bump(session, "knowledge_version")
    return retired


def _free_label(session: Session, record: DocumentRecord) -> str:
    taken = set(
        session.scalars(
            select(KnowledgeDocument.version).where(
                KnowledgeDocument.slug == record.slug, KnowledgeDocument.language == record.language
            )
        )
    )
    label, number = record.version, 1
    while label in taken:
        number += 1
        label = f"{record.version} ({number})"
    return label
