"""An announcement says which other one it may be the same as; those of a subject are found by kind."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("announcement", sa.Column("possibly", sa.Integer(), nullable=True))
    op.drop_index("ix_announcement_subject", "announcement")
    op.create_index("ix_announcement_subject", "announcement", ["subject_key", "kind", "last_report_at"], unique=False)
