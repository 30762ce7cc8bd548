"""Embeddings: which texts lack a current one, and saving them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from catalog.models import (
    Brand,
    Category,
    KnowledgeDocument,
    KnowledgePassage,
    PassageVector,
    Product,
    ProductText,
    ProductVector,
)
from catalog.repositories.catalog_state import bump
from catalog.repositories.upsert import upsert

_MAX_CHARACTERS = 400


class TextKind(StrEnum):
    """What a text belongs to."""

    PRODUCT = "product"
    PASSAGE = "passage"


@dataclass(frozen=True, slots=True)
class PendingText:
    """A text without a current embedding; give it back with its vector to `save_vectors`."""

    kind: TextKind
    key: int
    language: str
    text: str
    text_hash: str


def pending_texts(session: Session, model: str, *, limit: int = 256) -> list[PendingText]:
    """Return texts that have no embedding of this model, or one of an older text; passages first."""
    passages = session.execute(
        select(
            KnowledgePassage.id,
            KnowledgeDocument.language,
            KnowledgeDocument.title,
            KnowledgePassage.section,
            KnowledgePassage.text,
            KnowledgePassage.text_hash,
        )
        .join(KnowledgeDocument, KnowledgeDocument.id == KnowledgePassage.document_id)
        .outerjoin(PassageVector, PassageVector.passage_id == KnowledgePassage.id)
        .where(
            KnowledgeDocument.current,
            or_(
                PassageVector.passage_id.is_(None),
                PassageVector.model != model,
                PassageVector.text_hash != KnowledgePassage.text_hash,
            ),
        )
        .order_by(KnowledgePassage.id)
        .limit(limit)
    )
    found = [
        PendingText(TextKind.PASSAGE, key, language, f"{title}. {section}. {text}"[: 2 * _MAX_CHARACTERS], text_hash)
        for key, language, title, section, text, text_hash in passages
    ]
    if len(found) < limit:
        found.extend(_pending_products(session, model, limit - len(found)))
    return found


def _pending_products(session: Session, model: str, limit: int) -> list[PendingText]:
    rows = session.execute(
        select(
            Product.id,
            ProductText.language,
            ProductText.title,
            ProductText.description,
            ProductText.text_hash,
            Brand.name,
            Category.name_en,
            Category.name_zh,
        )
        .join(Product, Product.id == ProductText.product_id)
        .join(Category, Category.id == Product.category_id)
        .outerjoin(Brand, Brand.id == Product.brand_id)
        .outerjoin(
            ProductVector,
            (ProductVector.product_id == ProductText.product_id) & (ProductVector.language == ProductText.language),
        )
        .where(
            Product.active,
            or_(
                ProductVector.product_id.is_(None),
                ProductVector.model != model,
                ProductVector.text_hash != ProductText.text_hash,
            ),
        )
        .order_by(ProductText.product_id, ProductText.language)
        .limit(limit)
    )
    found = []
    for key, language, title, description, text_hash, brand, name_en, name_zh in rows:
        category = (name_zh if language == "zh" else None) or name_en
        text = ". ".join(part for part in (title, brand, category, description) if part)
        found.append(PendingText(TextKind.PRODUCT, key, language, text[:_MAX_CHARACTERS], text_hash))
    return found


def save_vectors(session: Session, model: str, items: Sequence[tuple[PendingText, bytes]]) -> None:
    """Keep embeddings (float16 little-endian bytes, L2-normalised) with the model and the text's hash."""
    common = ("model", "text_hash", "vector")
    products = [
        {"product_id": p.key, "language": p.language, "model": model, "text_hash": p.text_hash, "vector": vector}
        for p, vector in items
        if p.kind is TextKind.PRODUCT
    ]
    passages = [
        {"passage_id": p.key, "model": model, "text_hash": p.text_hash, "vector": vector}
        for p, vector in items
        if p.kind is TextKind.PASSAGE
    ]
    upsert(session, ProductVector.__table__, products, key=("product_id", "language"), update=common)
    upsert(session, PassageVector.__table__, passages, key=("passage_id",), update=common)
    bump(session, "vectors_version")


def product_embeddings(session: Session, *, language: str = "en") -> dict[str, bytes]:
    """Return {product_id: float16 bytes} of active products, in a language where there is one, else in any."""
    rows = session.execute(
        select(Product.merchant_id, ProductVector.language, ProductVector.vector)
        .join(Product, Product.id == ProductVector.product_id)
        .where(Product.active)
    )
    found: dict[str, bytes] = {}
    for product_id, of_language, vector in rows:
        if of_language == language or product_id not in found:
            found[product_id] = vector
    return found
