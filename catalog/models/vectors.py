"""Embeddings of products and passages, with the model and the text that they were made from."""

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base


class ProductVector(Base):
    """The embedding of a product's text in one language: float16, little-endian, L2-normalised."""

    __tablename__ = "product_vectors"

    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    model: Mapped[str] = mapped_column(String(120))
    text_hash: Mapped[str] = mapped_column(String(40))
    vector: Mapped[bytes] = mapped_column(LargeBinary)


class PassageVector(Base):
    """The embedding of a knowledge passage: float16, little-endian, L2-normalised."""

    __tablename__ = "passage_vectors"

    passage_id: Mapped[int] = mapped_column(ForeignKey("knowledge_passages.id", ondelete="CASCADE"), primary_key=True)
    model: Mapped[str] = mapped_column(String(120))
    text_hash: Mapped[str] = mapped_column(String(40))
    vector: Mapped[bytes] = mapped_column(LargeBinary)
