"""An announcement says which other one it may be the same as; those of a subject are found by kind.

The search index is written only when its text changes: most reports add none.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_INDEX_WHAT_CHANGED = """CREATE TRIGGER announcement_search_update AFTER UPDATE OF about, headlines ON announcement
    WHEN new.about <> old.about OR new.headlines <> old.headlines BEGIN
        INSERT INTO announcement_search (announcement_search, rowid, about, headlines)
        VALUES ('delete', old.id, old.about, old.headlines);
        INSERT INTO announcement_search (rowid, about, headlines) VALUES (new.id, new.about, new.headlines);
    END"""


def upgrade() -> None:
    op.add_column("announcement", sa.Column("possibly", sa.Integer(), nullable=True))
    op.drop_index("ix_announcement_subject", "announcement")
    op.create_index("ix_announcement_subject", "announcement", ["subject_key", "kind", "last_report_at"], unique=False)
    op.execute("DROP TRIGGER announcement_search_update")
    op.execute(_INDEX_WHAT_CHANGED)
