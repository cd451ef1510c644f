"""The log. On SQLite its tables were made by `stores.schema` before Alembic came: there this is where it begins."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    meta = op.create_table(
        "log_meta",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.LargeBinary, nullable=False),
    )
    op.bulk_insert(meta, [{"name": "digest_key", "value": secrets.token_bytes(32)}])
    _conversations()
    op.create_table(
        "events",
        sa.Column("conversation", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("actor_kind", "actor_id", "channel", "type", "data")),
    )
    op.create_table(
        "client_ids",
        sa.Column("conversation", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("client_id", sa.Text, primary_key=True),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "ended_turns",
        sa.Column("conversation", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("turn_id", sa.Text, primary_key=True),
    )


def _conversations() -> None:
    def text(name: str) -> sa.Column[str]:
        return sa.Column(name, sa.Text, nullable=False, server_default="")

    def flag(name: str) -> sa.Column[bool]:
        return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())

    def number(name: str) -> sa.Column[int]:
        return sa.Column(name, sa.BigInteger, nullable=False, server_default="0")

    op.create_table(
        "conversations",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("last_seq", sa.Integer, nullable=False),
        text("desk"),
        flag("by_people"),
        text("turn"),
        text("waiting"),
        text("serving"),
        flag("unanswered"),
        sa.Column("epoch", sa.Integer, nullable=False, server_default="0"),
        text("owner"),
        number("owner_key"),
        number("leased_until"),
        postgresql_with={"fillfactor": "70"},  # every append changes its row: room for that on the same page
    )
    op.create_index("conversations_unanswered", "conversations", ["id"], postgresql_where=sa.text("unanswered"))
    op.create_index("conversations_with_people", "conversations", ["id"], postgresql_where=sa.text("desk <> ''"))
