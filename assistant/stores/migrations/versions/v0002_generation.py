"""The log's generation: a history's name. A restored backup gets another, so that no client takes its seqs for those it knew."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    name = "meta" if op.get_bind().dialect.name == "sqlite" else "log_meta"
    meta = sa.table(name, sa.column("name", sa.Text), sa.column("value", sa.LargeBinary))
    known = op.get_bind().execute(sa.select(meta.c.name).where(meta.c.name == "generation")).first()
    if known is None:
        op.bulk_insert(meta, [{"name": "generation", "value": secrets.token_hex(8).encode()}])
