"""Why something was told, or was not: what each stage decided, in plain words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.core.alert import Alert, AlertState
from monitor.core.announcement import Announcement
from monitor.core.disagreement import disagreements
from monitor.core.identity import WINDOW
from monitor.core.item import Item
from monitor.core.merging import same_person
from monitor.core.report import Recognition, Report
from monitor.core.routing import AlertPolicy, Voice, judge_routes, mute_for, say_mute
from monitor.core.settling import Wording, settle
from monitor.core.setup import Setup
from monitor.core.source import Source, SourceState, Tier
from monitor.core.text import clean_line
from monitor.core.url import host
from monitor.core.wording import SCAM_WARNINGS, say_headline, say_person
from monitor.enrich import document_of
from monitor.ports import Recognise, View
from monitor.records import PollOutcome, StoredItem, StoredReport

_DUPLICATES = 3
_NEIGHBOURS = 3
_FEW_REPORTS = 8  # that may all be listed
_OF_EACH = 3
_LONGEST_TITLE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One thing explained: a heading and its lines, in the order in which it happened."""

    heading: str
    lines: tuple[str, ...]


def explain_item(
    stored: StoredItem, view: View, *, setup: Setup, recognise: Recognise, now: datetime
) -> tuple[Section, ...]:
    """Everything that became of an item. It is read once more, to show what its words did not come to, and why."""
    reports = view.reports_of_item(stored.id)
    seen = Section(heading=f"item-{stored.id}: {_title(stored.item)}", lines=tuple(_item_lines(stored, view)))
    source = next((source for source in setup.sources if source.id == stored.source_id), None)
    again = recognise(document_of(stored.item, source))
    if not reports:
        sections = explain_reading(again, heading="read by today's rules")
        return (seen, Section(heading="no report", lines=(_silence(stored),)), *sections)
    told = dict.fromkeys(report.announcement_id for report in reports)
    return (
        seen,
        *[_report_section(report, view) for report in reports],
        *([Section(heading="left out by today's rules", lines=again.notes)] if again.notes else []),
        *[
            section
            for announcement_id in told
            if announcement_id is not None
            for section in explain_announcement(announcement_id, view, policy=setup.policy, now=now)
        ],
    )


def explain_announcement(
    announcement_id: int, view: View, *, policy: AlertPolicy, now: datetime
) -> tuple[Section, ...]:
    """Who reported an announcement, what routes say to it and who was told; empty when there is none of that number."""
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
                *_neighbours(announcement, view),
                *_tellers(reports),
            ),
        ),
        Section(
            heading="routes of today's alerts.yaml",
            lines=tuple(_route_lines(announcement, reports, alerts, view, policy, now)),
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


def explain_alert(alert_id: int, view: View, *, policy: AlertPolicy, now: datetime) -> tuple[Section, ...]:
    """An alert, its attempts and what it tells; empty when there is none of that number."""
    alert = view.alert(alert_id)
    if alert is None:
        return ()
    if alert.announcement_id is None:
        return (_alert_section(alert, view),)
    return explain_announcement(alert.announcement_id, view, policy=policy, now=now)


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


def explain_text(recognition: Recognition, *, policy: AlertPolicy, now: datetime) -> tuple[Section, ...]:
    """What a pasted text says, and what the routes would say if the press told it."""
    sections = list(explain_reading(recognition))
    for report in recognition.reports:
        if report.watches:
            news = settle(report, tier=Tier.PRESS, candidates=(), wording=Wording(), now=now).announcement
            lines = judge_routes(policy, news, voices={Voice(tier=Tier.PRESS, lang=report.lang)}, told=())
            sections.append(Section(heading=f"if the press told it: {say_headline(news)}", lines=lines))
    return tuple(sections)


def _item_lines(stored: StoredItem, view: View) -> Iterator[str]:
    item = stored.item
    yield f"from source {stored.source_id}, fetched and parsed {_at(stored.first_seen)}"
    yield f"published {_at(item.published)}" if item.published else "without a date of its own"
    if item.url:
        yield item.url
        others = [other for other in view.items_by_url(item.url) if other.id != stored.id]
        for other in others[:_DUPLICATES]:
            yield f"the same address was brought by {other.source_id} {_at(other.first_seen)} [item-{other.id}]"
    if stored.baseline:
        yield "came with the silent first poll of its source"
    if stored.hold_id is not None:
        yield f"held under hold-{stored.hold_id}: the source changed all its ids; monitor approve {stored.hold_id}"
    elif stored.note:
        yield stored.note


def _silence(stored: StoredItem) -> str:
    if stored.hold_id is not None:
        return "it was not read, because it is held"
    return "it was not read" if stored.note.startswith("not read") else "no rule found production news in it"


def _report_section(stored: StoredReport, view: View) -> Section:
    if stored.announcement_id is not None:
        joined = _say_joined(stored, view.reports(stored.announcement_id))
    elif stored.report.watches:
        joined = "its source was muted, and it would have been the first to tell this"
    else:
        joined = "no watch asks for it"
    heading = f"report-{stored.id}: {stored.report.kind} about {stored.report.subject.title}"
    return Section(heading=heading, lines=(*_reading_lines(stored.report), joined))


def _say_joined(stored: StoredReport, reports: Sequence[StoredReport]) -> str:
    """The announcement the report belongs to, and what they share beyond title and kind."""
    first = reports[0]
    if first.id == stored.id:
        return f"the first to tell announcement-{stored.announcement_id}"
    mine, known = stored.report.facts, [other.report.facts for other in reports if other.id < stored.id]
    shared = [
        *[f"season {number}" for number in mine.seasons if any(number in facts.seasons for facts in known)],
        *[one.name for one in mine.people if any(same_person(one, other) for facts in known for other in facts.people)],
        *[date for date in mine.dates if any(date in facts.dates for facts in known)],
        *[place for place in (mine.place,) if place and any(place == facts.place for facts in known)],
    ]
    why = f"agrees on {', '.join(shared)}" if shared else "nothing in it contradicts what was told"
    return f"joins announcement-{stored.announcement_id}, first told by {first.publisher} {_at(first.at)}: {why}"


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


def _neighbours(announcement: Announcement, view: View) -> Iterator[str]:
    """Other announcements of the same subject and kind, which a reader might take for the same."""
    since = announcement.first_seen - WINDOW[announcement.kind]
    others = view.candidates(announcement.subject.key, announcement.kind, since)
    apart = [other for other in others if other.id not in {announcement.id, announcement.possibly}]
    for other in apart[:_NEIGHBOURS]:
        yield f"kept apart from announcement-{other.id}, {_at(other.first_seen)}: {say_headline(other)}"


def _tellers(reports: Sequence[StoredReport]) -> Iterator[str]:
    """Who told it, in order; of many the first, those that make it official, and the latest."""
    if len(reports) <= _FEW_REPORTS:
        yield from map(_teller, reports)
        return
    official = [one for one in reports if one.report.official or one.tier is Tier.OFFICIAL][:_OF_EACH]
    chosen = {one.id for one in (*reports[:_OF_EACH], *official, *reports[-_OF_EACH:])}
    publishers = len({one.publisher for one in reports})
    yield f"{len(reports)} reports by {publishers} publishers, among them"
    yield from (_teller(one) for one in reports if one.id in chosen)


def _teller(report: StoredReport) -> str:
    official = ", official" if report.report.official else ""
    where = f" {report.url}" if report.url else ""
    said = clean_line(report.headline, _LONGEST_TITLE)
    return f"{_at(report.at)} {report.publisher} ({report.tier}{official}): {said}{where} [item-{report.item_id}]"


def _route_lines(
    announcement: Announcement,
    reports: Sequence[StoredReport],
    alerts: Sequence[Alert],
    view: View,
    policy: AlertPolicy,
    now: datetime,
) -> Iterator[str]:
    """What every route says to it as it stands now, and which mute keeps it quiet."""
    told = {alert.receiver for alert in alerts if alert.state is not AlertState.DISCARDED}
    yield from judge_routes(
        policy, announcement, voices={Voice(tier=report.tier, lang=report.report.lang) for report in reports}, told=told
    )
    if muted := mute_for(announcement, (*policy.mutes, *view.mutes()), now):
        yield f"muted now: {say_mute(muted)}"


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
    if state.disabled:
        following = "it is disabled: it said that it is gone for good"
    else:
        following = f"it is asked again {_at(state.next_due)}"
    since = f", {state.failures} times in a row" if state.failures > 1 else ""
    said = f"its last poll, {_at(last.at)}: {last.status.replace('_', ' ')}{since}, {last.detail}"
    return Section(heading=f"source {source.id}", lines=(said, read, following))


def _title(item: Item) -> str:
    # Posts have no title, and their words may be many lines.
    return clean_line(item.title or item.summary, _LONGEST_TITLE) or item.url or item.key[:12]


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
