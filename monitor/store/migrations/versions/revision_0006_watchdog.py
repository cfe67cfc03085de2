"""A source remembers its signs of life, its rhythm and how soon it may be visited; its arrivals are found in order."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("source_state", sa.Column("not_before", sa.Text(), nullable=True))
    op.add_column("source_state", sa.Column("pulse", sa.Text(), nullable=False, server_default="{}"))
    op.add_column("source_state", sa.Column("rhythm", sa.Text(), nullable=True))
    op.add_column("source_state", sa.Column("boosted_until", sa.Text(), nullable=True))
    op.create_index("ix_item_arrival", "item", ["source_id", "id"], unique=False)
