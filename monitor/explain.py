"""Why something was told, or was not: what each stage decided, in plain words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.core.alert import Alert, AlertState
from monitor.core.announcement import Announcement
from monitor.core.disagreement import disagreements
from monitor.core.item import Item
from monitor.core.report import Recognition, Report
from monitor.core.source import Source, SourceState
from monitor.core.url import host
from monitor.core.wording import SCAM_WARNINGS, say_headline, say_person
from monitor.enrich import document_of
from monitor.ports import PollOutcome, Recognise, StoredItem, StoredReport, View


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One thing explained: a heading and its lines, in the order in which it happened."""

    heading: str
    lines: tuple[str, ...]


def explain_item(
    stored: StoredItem, view: View, *, sources: Iterable[Source], recognise: Recognise
) -> tuple[Section, ...]:
    """Everything that became of an item; one that came to nothing is read once more, to show why."""
    reports = view.reports_of_item(stored.id)
    seen = Section(heading=f"item-{stored.id}: {_title(stored.item)}", lines=tuple(_item_lines(stored)))
    if not reports:
        source = next((source for source in sources if source.id == stored.source_id), None)
        again = explain_reading(recognise(document_of(stored.item, source)), heading="read by today's rules")
        return (seen, Section(heading="no report", lines=(_silence(stored),)), *again)
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
    alerts = tuple(reversed(view.alerts_of(announcement_id)))
    return (
        Section(
            heading=f"announcement-{announcement_id}: {say_headline(announcement)}",
            lines=(
                (
                    f"{announcement.kind}, {announcement.standing}, subject {announcement.subject.key}, "
                    f"revision {announcement.revision}"
                ),
                f"watched as {', '.join(announcement.watches) or 'nothing'}",
                *say_doubts(announcement, reports),
                *[_teller(report) for report in reports],
            ),
        ),
        *[_alert_section(alert, view) for alert in alerts],
        *([] if alerts else [Section(heading="no alert", lines=(_no_alert(reports, view),))]),
    )


def say_doubts(announcement: Announcement, reports: Iterable[StoredReport]) -> Iterator[str]:
    """What its reports tell in different ways, and which other announcement it may be the same as."""
    for said in disagreements(announcement.kind, ((report.publisher, report.report.facts) for report in reports)):
        yield f"outlets differ: {said}"
    if announcement.possibly is not None:
        yield f"possibly the same as announcement-{announcement.possibly}; too little agrees to be sure"


def explain_alert(alert_id: int, view: View) -> tuple[Section, ...]:
    """An alert, its attempts and what it tells; empty when there is none of that number."""
    alert = view.alert(alert_id)
    if alert is None:
        return ()
    if alert.announcement_id is None:
        return (_alert_section(alert, view),)
    return explain_announcement(alert.announcement_id, view)


def explain_absence(url: str, view: View, *, sources: Iterable[Source]) -> tuple[Section, ...]:
    """Why nothing is stored of an address: which sources lie on its site and should have brought it, and how they are."""
    states, polls = view.source_states(), view.last_polls()
    near = [
        source
        for source in sources
        if any(_same_site(url, address) for address in _addresses(source, states.get(source.id)))
    ]
    missing = Section(heading=url, lines=("no source has brought it",))
    if not near:
        nobody = f"no source lies on {host(url) or 'that site'}; only another site’s feed could have brought it"
        return (missing, Section(heading="no source", lines=(nobody, "to have it read now: monitor submit URL")))
    return (missing, *[_source_section(source, states.get(source.id), polls.get(source.id)) for source in near])


def explain_reading(recognition: Recognition, *, heading: str = "read") -> tuple[Section, ...]:
    """What a text says, and why; nothing of it is stored."""
    sections = [
        Section(
            heading=f"{report.kind}: {report.subject.title or 'no title found'}",
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
    return (Section(heading=heading, lines=tuple(line for line in found if line)), *sections)


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
    if stored.note:
        yield stored.note


def _silence(stored: StoredItem) -> str:
    if stored.hold_id is not None:
        return "it was not read, because it is held"
    return "it was not read" if stored.note.startswith("not read") else "no rule found production news in it"


def _report_section(stored: StoredReport) -> Section:
    if stored.announcement_id is not None:
        joined = f"filed under announcement-{stored.announcement_id}"
    elif stored.report.watches:
        joined = "its source was muted, and it would have been the first to tell this"
    else:
        joined = "no watch asks for it"
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
    if report.facts.deadline:
        yield f"apply by {report.facts.deadline}"
    for sign in report.facts.scam_signs:
        yield f"careful: {SCAM_WARNINGS[sign]}"
    if report.official:
        yield "shows a post of an official account"


def _teller(report: StoredReport) -> str:
    official = ", official" if report.report.official else ""
    where = f" {report.url}" if report.url else ""
    return f"{_at(report.at)} {report.publisher} ({report.tier}{official}): {report.headline}{where} [item-{report.item_id}]"


def _alert_section(alert: Alert, view: View) -> Section:
    change = f" ({alert.change})" if alert.change else ""
    return Section(
        heading=f"alert-{alert.id} for {alert.receiver}: {alert.purpose}{change}, {alert.state.replace('_', ' ')}",
        lines=(
            f"made {_at(alert.created_at)}: {alert.reason}",
            *_trouble(alert, view),
            *_waiting(alert),
            *[
                f"{_at(delivery.at)} {'accepted' if delivery.ok else f'failed: {delivery.detail}'}"
                for delivery in reversed(view.deliveries(alert.id))
            ],
        ),
    )


def _trouble(alert: Alert, view: View) -> Iterator[str]:
    """The incident it tells of."""
    incident = view.incident(alert.incident_id) if alert.incident_id is not None else None
    if incident is not None:
        about = f"{incident.subject} " if incident.subject else ""
        yield f"incident-{incident.id}: {about}{incident.kind.replace('_', ' ')}: {incident.detail}"


def _waiting(alert: Alert) -> Iterable[str]:
    if alert.state is AlertState.PENDING:
        return (f"due {_at(alert.due_at)}",)
    if alert.state is AlertState.HELD:
        return (f"held under hold-{alert.hold_id}; monitor approve {alert.hold_id}",)
    return ()


def _no_alert(reports: Sequence[StoredReport], view: View) -> str:
    (first,) = view.items([reports[0].item_id])
    if first.baseline:
        source = reports[0].source_id
        return f"it came with the silent first poll of {source}; nothing that a route lets through was added since"
    return "no route of alerts.yaml lets it through"


def _addresses(source: Source, state: SourceState | None) -> Iterator[str]:
    yield source.url
    if state is not None and state.moved_to is not None:
        yield state.moved_to


def _same_site(one: str, other: str) -> bool:
    """The same host, or one a part of the other: articles at example.org, the feed at feeds.example.org."""
    first, second = (host(address).removeprefix("www.") for address in (one, other))
    return first == second or first.endswith(f".{second}") or second.endswith(f".{first}")


def _source_section(source: Source, state: SourceState | None, last: PollOutcome | None) -> Section:
    if state is None or last is None:
        return Section(heading=f"source {source.id}", lines=("it was never polled",))
    read = f"it was last read {_at(state.last_success_at)}" if state.last_success_at else "it could never be read"
    disabled = "it is disabled: it said that it is gone for good" if state.disabled else ""
    lines = (f"its last poll, {_at(last.at)}: {last.status.replace('_', ' ')}, {last.detail}", read, disabled)
    return Section(heading=f"source {source.id}", lines=tuple(line for line in lines if line))


def _title(item: Item) -> str:
    return item.title or item.summary or item.key[:12]


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
