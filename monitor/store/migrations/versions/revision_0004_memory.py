"""A source remembers what its type needs between polls, and when the user's token runs out."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("source_state", sa.Column("memory", sa.Text(), nullable=False, server_default="{}"))
    op.add_column("source_state", sa.Column("credential_expires", sa.Text(), nullable=True))
