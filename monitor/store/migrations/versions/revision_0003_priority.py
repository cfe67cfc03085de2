"""An alert says how much it may disturb; those made before are of normal priority."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("alert", sa.Column("priority", sa.Text(), nullable=False, server_default="normal"))
