"""What is stored of announcements and of the reports that tell them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, String, bindparam, case, column, exists, func, select, table, text, update

from monitor.core.announcement import Announcement
from monitor.core.report import Kind, Report, language_of
from monitor.core.routing import Voice
from monitor.core.source import Source
from monitor.core.stories import REMEMBERED, Vocabulary
from monitor.core.text import fold
from monitor.core.url import canonical
from monitor.records import HistoryQuery, StoredReport
from monitor.store.rows import read_announcement, read_report
from monitor.store.search import indexed_about, match_query
from monitor.store.statements import Connected, in_pieces, insert_or_update, json_members
from monitor.store.tables import announcement as announcements_table
from monitor.store.tables import item, report

_ADD = announcements_table.insert()
_MOST_CANDIDATES = 200
_VOCABULARY = "vocabulary"
_SEARCH = table("announcement_search", column("rowid", Integer))
# A report read again from a revised item replaces the first reading; when it was made stays.
_SAVE_REPORT = insert_or_update(report, ["item_id", "subject_key", "kind", "about"], keep=["at"])
_HEADLINE_CHARS = (
    300  # a social post has no title: its beginning stands for one; more than is shown, so that it is seen to be cut
)
_INDEXED_CHARS = 20_000  # a story told by hundreds of outlets is found by its first headlines


def _row(announcement: Announcement) -> dict[str, Any]:
    return {
        "subject_key": announcement.subject.key,
        "title": announcement.subject.title,
        "kind": announcement.kind,
        "facts": announcement.facts,
        "standing": announcement.standing,
        "watches": announcement.watches,
        "revision": announcement.revision,
        "first_seen": announcement.first_seen,
        "last_report_at": announcement.last_report_at,
        "possibly": announcement.possibly,
        "about": indexed_about(announcement),
    }


def add_announcement(tx: Connected, announcement: Announcement) -> int:
    return tx.connection.execute(_ADD, {**_row(announcement), "headlines": ""}).lastrowid


def update_announcement(tx: Connected, announcement: Announcement) -> None:
    mine = announcements_table.c.id == announcement.id
    tx.connection.execute(update(announcements_table).where(mine).values(**_row(announcement)))


def announcement(tx: Connected, announcement_id: int) -> Announcement | None:
    query = select(announcements_table).where(announcements_table.c.id == announcement_id)
    row = tx.connection.execute(query).one_or_none()
    return read_announcement(row) if row else None


def announcements(tx: Connected, query: HistoryQuery) -> Sequence[Announcement]:
    """Those first seen from `since` until just before `until`."""
    c = announcements_table.c
    found = select(announcements_table)
    if query.text.strip():
        words = match_query(query.text)
        if not words:
            return ()
        found = _matching(found, words)
    if query.watches:
        member = json_members(c.watches)
        found = found.where(exists().select_from(member).where(member.c.value.in_(query.watches)))
    if query.kinds:
        found = found.where(c.kind.in_(query.kinds))
    if query.since:
        found = found.where(c.first_seen >= query.since)
    if query.until:
        found = found.where(c.first_seen < query.until)
    found = found.order_by(c.first_seen.desc(), c.id.desc()).limit(query.limit)
    return [read_announcement(row) for row in tx.connection.execute(found)]


def _matching(found: Select[Any], words: str) -> Select[Any]:
    hits = select(_SEARCH.c.rowid).where(text("announcement_search MATCH :words"))
    return found.where(announcements_table.c.id.in_(hits)).params(words=words)


def candidates(tx: Connected, subject_key: str, kind: Kind, since: datetime) -> Sequence[Announcement]:
    rows = tx.connection.execute(_CANDIDATES, {"subject_key": subject_key, "kind": kind, "since": since})
    return [read_announcement(row) for row in rows]


def told_at(tx: Connected, url: str, *, besides: str) -> Collection[int]:
    return frozenset(tx.connection.scalars(_TOLD_AT, {"url_key": canonical(url), "besides": besides}))


def voices(tx: Connected, announcement_id: int) -> Collection[Voice]:
    rows = tx.connection.execute(_VOICES, {"announcement_id": announcement_id})
    return frozenset(Voice(tier=row.tier, lang=language_of(row.rule or "")) for row in rows)


def reporters(tx: Connected, subject_keys: Iterable[str], *, since: datetime) -> Collection[str]:
    c = announcements_table.c
    found: set[str] = set()
    for piece in in_pieces(subject_keys):
        lately = select(c.id).where(c.subject_key.in_(piece), c.last_report_at >= since)
        query = select(report.c.source_id).where(report.c.announcement_id.in_(lately), report.c.at >= since)
        found.update(tx.connection.scalars(query.distinct()))
    return found


def vocabulary(tx: Connected) -> Vocabulary:
    """Kept with the connection and brought up to date when it is asked for: it costs what came since."""
    known: tuple[Vocabulary, int] = tx.connection.info.get(_VOCABULARY) or (Vocabulary(), 0)
    words, last = known
    new = tx.connection.execute(_TITLES_SINCE, {"last": last}).all()
    for row in reversed(new):
        words.learn(row.headline)
    tx.connection.info[_VOCABULARY] = (words, new[0].id if new else last)
    return words


def add_report(
    tx: Connected,
    report: Report,
    *,
    item_id: int,
    announcement_id: int | None,
    source: Source,
    publisher: str,
    at: datetime,
) -> None:
    row = {
        "item_id": item_id,
        "announcement_id": announcement_id,
        "source_id": source.id,
        "publisher": publisher,
        "tier": source.tier,
        "at": at,
        "subject_key": report.subject.key,
        "title": report.subject.title,
        "kind": report.kind,
        "about": report.facts.title or "",
        "certainty": report.certainty,
        "facts": report.facts,
        "watches": report.watches,
        "evidence": report.evidence,
        "official": report.official,
        "embeds": report.embeds,
    }
    tx.connection.execute(_SAVE_REPORT, row)
    if announcement_id is not None:
        _index_headline(tx, item_id, announcement_id)


def _index_headline(tx: Connected, item_id: int, announcement_id: int) -> None:
    """Lets an announcement be found by one more headline, once."""
    c = announcements_table.c
    headline = fold(tx.connection.scalar(select(_HEADLINE).where(item.c.id == item_id)) or "")
    new = (func.length(c.headlines) < _INDEXED_CHARS) & (func.instr(c.headlines, bindparam("line")) == 0)
    add = update(announcements_table).where(c.id == announcement_id, new)
    tx.connection.execute(add.values(headlines=c.headlines + bindparam("line")), {"line": headline + "\n"})


_HEADLINE = case(
    (item.c.title != "", item.c.title),
    else_=func.substr(item.c.summary, 1, _HEADLINE_CHARS),
).label("headline")
_CANDIDATES = (
    select(announcements_table)
    .where(
        announcements_table.c.subject_key == bindparam("subject_key"),
        announcements_table.c.kind == bindparam("kind", type_=announcements_table.c.kind.type),
        announcements_table.c.last_report_at >= bindparam("since", type_=announcements_table.c.last_report_at.type),
    )
    .order_by(announcements_table.c.last_report_at.desc(), announcements_table.c.id.desc())
    .limit(_MOST_CANDIDATES)
)
_TOLD_AT = (
    select(report.c.announcement_id)
    .join(item, item.c.id == report.c.item_id)
    .where(
        item.c.url_key == bindparam("url_key"),
        item.c.source_id != bindparam("besides"),
        report.c.announcement_id.is_not(None),
    )
)
_VOICES = (
    select(report.c.tier, func.json_extract(report.c.evidence, "$[0].rule", type_=String()).label("rule"))
    .where(report.c.announcement_id == bindparam("announcement_id"))
    .distinct()
)
_TITLES_SINCE = (
    select(item.c.id, _HEADLINE).where(item.c.id > bindparam("last")).order_by(item.c.id.desc()).limit(REMEMBERED)
)
_REPORTS = select(report, _HEADLINE, item.c.url).join(item, item.c.id == report.c.item_id).order_by(report.c.id)


def reports(tx: Connected, announcement_id: int) -> Sequence[StoredReport]:
    rows = tx.connection.execute(_REPORTS.where(report.c.announcement_id == announcement_id))
    return [read_report(row) for row in rows]


def reports_of_item(tx: Connected, item_id: int) -> Sequence[StoredReport]:
    """In the order they were read."""
    return [read_report(row) for row in tx.connection.execute(_REPORTS.where(report.c.item_id == item_id))]
