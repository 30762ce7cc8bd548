"""Policies, their passages and the passages' text index."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_SQLITE = (
    "CREATE VIRTUAL TABLE passage_search USING fts5(title, body, tokenize = 'porter unicode61 remove_diacritics 2')",
)
_POSTGRESQL = (
    "CREATE TABLE passage_search (passage_id integer PRIMARY KEY REFERENCES knowledge_passages (id) "
    "ON DELETE CASCADE, document tsvector NOT NULL)",
    "CREATE INDEX ix_passage_search_document ON passage_search USING gin (document)",
)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "knowledge_documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=60), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("effective", sa.Date(), nullable=False),
        sa.Column("text_hash", sa.String(length=40), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_documents")),
        sa.UniqueConstraint("slug", "language", "revision", name=op.f("uq_knowledge_documents_slug_language_revision")),
        sa.UniqueConstraint("slug", "language", "version", name=op.f("uq_knowledge_documents_slug_language_version")),
    )
    op.create_index(
        "ix_knowledge_documents_current", "knowledge_documents", ["current", "language", "topic"], unique=False
    )
    op.create_table(
        "knowledge_passages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["knowledge_documents.id"],
            name=op.f("fk_knowledge_passages_document_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_passages")),
        sa.UniqueConstraint("document_id", "position", name=op.f("uq_knowledge_passages_document_id_position")),
    )
    op.create_table(
        "passage_vectors",
        sa.Column("passage_id", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=120), nullable=False),
        sa.Column("text_hash", sa.String(length=40), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["knowledge_passages.id"], name=op.f("fk_passage_vectors_passage_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("passage_id", name=op.f("pk_passage_vectors")),
    )
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """Drop the tables."""
    op.execute("DROP TABLE passage_search")
    op.drop_table("passage_vectors")
    op.drop_table("knowledge_passages")
    op.drop_table("knowledge_documents")
