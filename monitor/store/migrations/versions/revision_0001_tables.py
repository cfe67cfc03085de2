"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# The index keeps no text of its own. SQLite must be told the old words to take them out again
# (https://www.sqlite.org/fts5.html#external_content_tables).
_SEARCH = (
    """CREATE VIRTUAL TABLE announcement_search USING fts5(
        about, headlines, content = 'announcement', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
    )""",
    """CREATE TRIGGER announcement_search_insert AFTER INSERT ON announcement BEGIN
        INSERT INTO announcement_search (rowid, about, headlines) VALUES (new.id, new.about, new.headlines);
    END""",
    """CREATE TRIGGER announcement_search_delete AFTER DELETE ON announcement BEGIN
        INSERT INTO announcement_search (announcement_search, rowid, about, headlines)
        VALUES ('delete', old.id, old.about, old.headlines);
    END""",
    """CREATE TRIGGER announcement_search_update AFTER UPDATE OF about, headlines ON announcement BEGIN
        INSERT INTO announcement_search (announcement_search, rowid, about, headlines)
        VALUES ('delete', old.id, old.about, old.headlines);
        INSERT INTO announcement_search (rowid, about, headlines) VALUES (new.id, new.about, new.headlines);
    END""",
)


def upgrade() -> None:
    _create_source_state()
    _create_poll()
    _create_hold()
    _create_incident()
    _create_item()
    _create_announcement()
    _create_report()
    _create_alert()
    _create_delivery()
    _create_mute()
    _create_heartbeat()
    _create_meta()
    for statement in _SEARCH:
        op.execute(statement)


def _create_source_state() -> None:
    op.create_table(
        "source_state",
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("next_due", sa.Text(), nullable=False),
        sa.Column("moved_to", sa.String(), nullable=True),
        sa.Column("move", sa.Text(), nullable=True),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("last_modified", sa.String(), nullable=True),
        sa.Column("body_hash", sa.String(), nullable=True),
        sa.Column("parser", sa.String(), nullable=False),
        sa.Column("hints", sa.Text(), nullable=False),
        sa.Column("baseline_at", sa.Text(), nullable=True),
        sa.Column("retry_after", sa.Text(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", sa.Text(), nullable=True),
        sa.Column("last_poll_at", sa.Text(), nullable=True),
        sa.Column("last_success_at", sa.Text(), nullable=True),
        sa.Column("gone_at", sa.Text(), nullable=True),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("lease_until", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("source_id"),
    )
    op.create_index("ix_source_state_due", "source_state", ["next_due"], unique=False)


def _create_poll() -> None:
    op.create_table(
        "poll",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("took", sa.BigInteger(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("revised", sa.Integer(), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("alerts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_poll_at", "poll", ["at"], unique=False)
    op.create_index("ix_poll_source", "poll", ["source_id", "id"], unique=False)


def _create_hold() -> None:
    op.create_table(
        "hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("opened_at", sa.Text(), nullable=False),
        sa.Column("released_at", sa.Text(), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "uq_hold_open", "hold", ["kind", "subject"], unique=True, sqlite_where=sa.text("released_at IS NULL")
    )


def _create_incident() -> None:
    op.create_table(
        "incident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("opened_at", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "uq_incident_open", "incident", ["kind", "subject"], unique=True, sqlite_where=sa.text("closed_at IS NULL")
    )


def _create_item() -> None:
    op.create_table(
        "item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("guid", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("url_key", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("title_key", sa.String(), nullable=True),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("published", sa.Text(), nullable=True),
        sa.Column("updated", sa.Text(), nullable=True),
        sa.Column("author", sa.String(), nullable=True),
        sa.Column("publisher", sa.String(), nullable=True),
        sa.Column("lang", sa.String(), nullable=True),
        sa.Column("embeds", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.Text(), nullable=False),
        sa.Column("revised_at", sa.Text(), nullable=True),
        sa.Column("left_at", sa.Text(), nullable=True),
        sa.Column("baseline", sa.Boolean(), nullable=False),
        sa.Column("hold_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hold_id"],
            ["hold.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source_id", "key", name="uq_item_key"),
    )
    op.create_index("ix_item_hold", "item", ["hold_id"], unique=False, sqlite_where=sa.text("hold_id IS NOT NULL"))
    op.create_index("ix_item_left", "item", ["left_at"], unique=False, sqlite_where=sa.text("left_at IS NOT NULL"))
    op.create_index("ix_item_shown", "item", ["source_id"], unique=False, sqlite_where=sa.text("left_at IS NULL"))
    op.create_index("ix_item_title", "item", ["title_key", "source_id"], unique=False)
    op.create_index("ix_item_url", "item", ["url_key", "source_id"], unique=False)


def _create_announcement() -> None:
    op.create_table(
        "announcement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_key", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("watches", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("first_seen", sa.Text(), nullable=False),
        sa.Column("last_report_at", sa.Text(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("headlines", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_announcement_seen", "announcement", ["first_seen"], unique=False)
    op.create_index("ix_announcement_subject", "announcement", ["subject_key", "last_report_at"], unique=False)


def _create_report() -> None:
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("announcement_id", sa.Integer(), nullable=True),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("publisher", sa.String(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("subject_key", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("certainty", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("watches", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("official", sa.Boolean(), nullable=False),
        sa.Column("embeds", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcement.id"],
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["item.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("item_id", "subject_key", "kind", "about", name="uq_report"),
    )
    op.create_index("ix_report_announcement", "report", ["announcement_id"], unique=False)


def _create_alert() -> None:
    op.create_table(
        "alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("receiver", sa.String(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("due_at", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("announcement_id", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("hold_id", sa.Integer(), nullable=True),
        sa.Column("bundle", sa.String(), nullable=True),
        sa.Column("change", sa.String(), nullable=False),
        sa.Column("lease_until", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcement.id"],
        ),
        sa.ForeignKeyConstraint(
            ["hold_id"],
            ["hold.id"],
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["incident.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_alert_due", "alert", ["due_at"], unique=False, sqlite_where=sa.text("state = 'pending'"))
    op.create_index("ix_alert_receiver", "alert", ["receiver", "created_at"], unique=False)
    op.create_index("ix_alert_under_hold", "alert", ["hold_id"], unique=False)
    op.create_index("uq_alert_announcement", "alert", ["announcement_id", "revision", "receiver"], unique=True)
    op.create_index(
        "uq_alert_hold",
        "alert",
        ["hold_id", "revision", "receiver"],
        unique=True,
        sqlite_where=sa.text("purpose = 'hold'"),
    )
    op.create_index("uq_alert_incident", "alert", ["incident_id", "purpose", "receiver"], unique=True)


def _create_delivery() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("ok", sa.Boolean(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("next_attempt", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["alert_id"],
            ["alert.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_delivery_alert", "delivery", ["alert_id"], unique=False)
    op.create_index("ix_delivery_at", "delivery", ["at"], unique=False)


def _create_mute() -> None:
    op.create_table(
        "mute",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("until", sa.Text(), nullable=True),
        sa.Column("saved_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "target"),
    )


def _create_heartbeat() -> None:
    op.create_table(
        "heartbeat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("lag", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _create_meta() -> None:
    op.create_table(
        "meta",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
