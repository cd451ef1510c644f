"""A digest of each event's row, so that one that was torn or flipped is found. Rows of older releases have none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if "digest" not in {column["name"] for column in sa.inspect(op.get_bind()).get_columns("events")}:
        op.add_column("events", sa.Column("digest", sa.LargeBinary))
