"""An item of a database keeps what it claims, so that it can be read again; the words of all others are read."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("item", sa.Column("claims", sa.Text(), nullable=True))
