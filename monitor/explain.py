"""Why something was told, or was not: what each stage decided, in plain words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.core.alert import Alert, AlertState
from monitor.core.announcement import Announcement
from monitor.core.item import Item
from monitor.core.report import Recognition, Report
from monitor.core.wording import say_headline, say_person
from monitor.ports import StoredItem, StoredReport, View


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One thing explained: a heading and its lines, in the order in which it happened."""

    heading: str
    lines: tuple[str, ...]


def explain_item(stored: StoredItem, view: View) -> tuple[Section, ...]:
    """Everything that became of an item."""
    reports = view.reports_of_item(stored.id)
    seen = Section(heading=f"item-{stored.id}: {_title(stored.item)}", lines=tuple(_item_lines(stored)))
    if not reports:
        return (seen, Section(heading="no report", lines=(_silence(stored),)))
    told = dict.fromkeys(report.announcement_id for report in reports)
    return (
        seen,
        *[_report_section(report) for report in reports],
        *[
            section
            for announcement_id in told
            if announcement_id is not None
            for section in explain_announcement(announcement_id, view)
        ],
    )


def explain_announcement(announcement_id: int, view: View) -> tuple[Section, ...]:
    """Who reported an announcement and who was told; empty when there is none of that number."""
    announcement = view.announcement(announcement_id)
    if announcement is None:
        return ()
    reports = view.reports(announcement_id)
    alerts = view.alerts_of(announcement_id)
    return (
        Section(
            heading=f"announcement-{announcement_id}: {say_headline(announcement)}",
            lines=(
                (
                    f"{announcement.kind}, {announcement.standing}, subject {announcement.subject.key}, "
                    f"revision {announcement.revision}"
                ),
                f"watched as {', '.join(announcement.watches) or 'nothing'}",
                *[_teller(report) for report in reports],
            ),
        ),
        *[_alert_section(alert, view) for alert in alerts],
        *([] if alerts else [Section(heading="no alert", lines=(_no_alert(announcement, reports, view),))]),
    )


def explain_alert(alert_id: int, view: View) -> tuple[Section, ...]:
    """An alert, its attempts and what it tells; empty when there is none of that number."""
    alert = view.alert(alert_id)
    if alert is None:
        return ()
    about = explain_announcement(alert.announcement_id, view) if alert.announcement_id else ()
    own = (
        ()
        if any(section.heading.startswith(f"alert-{alert_id} ") for section in about)
        else (_alert_section(alert, view),)
    )
    return (*own, *about)


def explain_reading(recognition: Recognition) -> tuple[Section, ...]:
    """What a text says, and why; nothing of it is stored."""
    sections = [
        Section(
            heading=f"{report.kind}: {report.subject.title}",
            lines=tuple(_reading_lines(report)),
        )
        for report in recognition.reports
    ]
    found = [
        f"kinds: {', '.join(recognition.kinds) or 'none'}",
        f"background: {', '.join(recognition.background)}" if recognition.background else "",
        f"titles: {', '.join(recognition.titles)}" if recognition.titles else "",
        f"people: {', '.join(say_person(person) for person in recognition.people)}" if recognition.people else "",
        *recognition.notes,
    ]
    return (Section(heading="read", lines=tuple(line for line in found if line)), *sections)


def _item_lines(stored: StoredItem) -> Iterator[str]:
    item = stored.item
    yield f"from source {stored.source_id}, first seen {_at(stored.first_seen)}"
    yield f"published {_at(item.published)}" if item.published else "without a date of its own"
    if item.url:
        yield item.url
    if stored.baseline:
        yield "came with the silent first poll of its source"
    if stored.hold_id is not None:
        yield f"held under hold-{stored.hold_id}: the source changed all its ids; monitor approve {stored.hold_id}"


def _silence(stored: StoredItem) -> str:
    if stored.hold_id is not None:
        return "it was not read, because it is held"
    if stored.baseline:
        return "it tells none of the kinds that anybody watches, or was too old when its source was first polled"
    return "it was too old to be news, or no rule found production news in it; try: monitor explain - < text"


def _report_section(stored: StoredReport) -> Section:
    joined = (
        f"filed under announcement-{stored.announcement_id}"
        if stored.announcement_id is not None
        else "no watch asked for it, or its source is muted: it stands alone"
    )
    heading = f"report-{stored.id}: {stored.report.kind} about {stored.report.subject.title}"
    return Section(heading=heading, lines=(*_reading_lines(stored.report), joined))


def _reading_lines(report: Report) -> Iterator[str]:
    yield f"{report.certainty}; watched as {', '.join(report.watches) or 'nothing'}"
    for evidence in report.evidence:
        yield f"rule {evidence.rule} on “{evidence.quote}” in the {evidence.part}"
    if report.facts.seasons:
        yield f"seasons {', '.join(str(number) for number in report.facts.seasons)}"
    for person in report.facts.people:
        yield f"names {say_person(person)}"
    if report.facts.dates:
        yield f"dates {', '.join(report.facts.dates)}"
    if report.official:
        yield "shows a post of an official account"


def _teller(report: StoredReport) -> str:
    official = ", official" if report.report.official else ""
    where = f" {report.url}" if report.url else ""
    return f"{_at(report.at)} {report.publisher} ({report.tier}{official}): {report.headline}{where} [item-{report.item_id}]"


def _alert_section(alert: Alert, view: View) -> Section:
    change = f" ({alert.change})" if alert.change else ""
    return Section(
        heading=f"alert-{alert.id} for {alert.receiver}: {alert.purpose}{change}, {alert.state}",
        lines=(
            f"made {_at(alert.created_at)} by {alert.reason}",
            *_waiting(alert),
            *[
                f"{_at(delivery.at)} {'accepted' if delivery.ok else f'failed: {delivery.detail}'}"
                for delivery in view.deliveries(alert.id)
            ],
        ),
    )


def _waiting(alert: Alert) -> Iterable[str]:
    if alert.state is AlertState.PENDING:
        return (f"due {_at(alert.due_at)}",)
    if alert.state is AlertState.HELD:
        return (f"held under hold-{alert.hold_id}; monitor approve {alert.hold_id}",)
    return ()


def _no_alert(announcement: Announcement, reports: Sequence[StoredReport], view: View) -> str:
    items = view.items([report.item_id for report in reports])
    if items and all(stored.baseline for stored in items):
        return "all its reports came with the silent first poll of their sources"
    if not announcement.watches:
        return "nobody watches its subject"
    return "no route of alerts.yaml lets it through; see monitor check"


def _title(item: Item) -> str:
    return item.title or item.summary or item.key[:12]


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
