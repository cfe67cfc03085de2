"""Who reported what first, for `coverage`."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import exists, func, select

from monitor.core.coverage import FirstReport
from monitor.store.columns import Moment
from monitor.store.statements import Connected, json_members
from monitor.store.tables import announcement, item, report

_FIRST_REPORTS = (
    select(
        report.c.announcement_id,
        report.c.source_id,
        func.min(report.c.at, type_=Moment()).label("at"),
        func.min(item.c.published, type_=Moment()).label("published"),
    )
    .join(item, item.c.id == report.c.item_id)
    .group_by(report.c.announcement_id, report.c.source_id)
    .order_by(report.c.announcement_id, "at", report.c.source_id)
)


def first_reports(tx: Connected, *, since: datetime, watches: Collection[str] = ()) -> Sequence[FirstReport]:
    c = announcement.c
    told = select(c.id).where(c.first_seen >= since)
    if watches:
        member = json_members(c.watches)
        told = told.where(exists().select_from(member).where(member.c.value.in_(watches)))
    # What a silent first poll brought was news before that source was asked: nobody can say who was first.
    silent = select(item.c.id).where(item.c.baseline)
    unknown = select(report.c.announcement_id).where(report.c.announcement_id.in_(told), report.c.item_id.in_(silent))
    query = _FIRST_REPORTS.where(report.c.announcement_id.in_(told), report.c.announcement_id.not_in(unknown))
    return [FirstReport(**row._mapping) for row in tx.connection.execute(query)]  # noqa: SLF001  # the public name of it


def first_reports_of(tx: Connected, announcement_id: int) -> Sequence[FirstReport]:
    query = _FIRST_REPORTS.where(report.c.announcement_id == announcement_id)
    return [FirstReport(**row._mapping) for row in tx.connection.execute(query)]  # noqa: SLF001  # the public name of it
