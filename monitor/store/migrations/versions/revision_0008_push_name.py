"""A push may have a name of its sender's, by which a repetition is known."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("push", sa.Column("name", sa.String(), nullable=True))
