"""What a receiver is told, before it is dressed as HTML, Markdown or plain text."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import assert_never

from monitor.core.alert import Alert, AlertPurpose, Priority
from monitor.core.announcement import Announcement, Standing
from monitor.core.disagreement import disagreements
from monitor.core.holds import Hold, HoldKind
from monitor.core.incidents import Incident
from monitor.core.item import PRESS_OFFICE, Embed
from monitor.core.report import Certainty, Report
from monitor.core.routing import Receiver
from monitor.core.source import Tier
from monitor.core.text import clean_line, quote
from monitor.core.watchlist import Watch
from monitor.core.wording import (
    TIER_NAMES,
    incident_words,
    say_accounts,
    say_count,
    say_headline,
    say_list,
    say_sentence,
    tabulate_facts,
)

_FURTHER_REPORTS = 5
_LONGEST_SAID = 280  # characters: a whole short post, the beginning of a long one
_HEADLINES_OF_A_HOLD = 20
_SUBJECTS_IN_A_LINE = 5
_IMPORTANCE = (Standing.OFFICIAL, Standing.REPORTED, Standing.DENIED, Standing.RUMOURED)
_COUNTED = {
    Standing.OFFICIAL: ("official", "official"),
    Standing.REPORTED: ("reported", "reported"),
    Standing.DENIED: ("denied", "denied"),
    Standing.RUMOURED: ("rumour", "rumours"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One announcement as told to a receiver. All text is plain and comes from outside: escape it at the edge."""

    title: str  # "Heartstopper: filming has started (season 2)"
    standing: str  # "Official: posted by @netflixuk on Instagram"
    facts: tuple[tuple[str, str], ...]  # ("Season", "2"), ("Cast", "Leila Khan as Sahar Zahid"), ("", "the next one")
    said: str  # the headline that told it
    source: str  # the first publisher
    link: str | None  # http(s); None when the item had none
    why: str  # "you watch Heartstopper; “has begun production” (rule en/filming_start/production)"
    reports: tuple[tuple[str, str | None], ...] = ()  # further reports: publisher, link
    more_reports: int = 0  # further reports beyond those listed
    update: str | None = None  # what is new, for an update: "now official"
    reference: str = ""  # "announcement-12", to ask `monitor explain` about
    level: Standing = Standing.REPORTED  # what `standing` says, for colour
    proofs: tuple[tuple[str, str | None], ...] = ()  # ("First said by @netflixuk on Instagram", its address)
    about: str = ""  # the show, film, person or topic
    heading: str = ""  # above the first entry of a group, in a message that tells of several subjects


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing to send to one receiver.

    `thread` is an invented, stable id: messages of one announcement share it, so mail programs group them.
    `note` stands above the entries (digests, holds, incidents); either may be empty.
    """

    subject: str
    entries: tuple[Entry, ...] = ()
    note: tuple[str, ...] = ()  # paragraphs
    thread: str | None = None
    reply: bool = False  # an earlier message of the thread was sent
    priority: Priority = Priority.NORMAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A report with where it came from."""

    publisher: str
    tier: Tier
    headline: str
    url: str | None
    at: datetime
    report: Report


def compose_news(
    announcement: Announcement, reports: Sequence[Told], *, watches: Mapping[str, Watch], alert: Alert
) -> Message:
    """The first a receiver hears of an announcement. `reports` are its reports, oldest first, at least one."""
    entry = compose_entry(announcement, reports, watches=watches, alert=alert)
    return Message(subject=entry.title, entries=(entry,), thread=_thread(announcement))


def compose_update(
    announcement: Announcement, reports: Sequence[Told], *, watches: Mapping[str, Watch], alert: Alert
) -> Message:
    """What has changed about an announcement the receiver knows; `alert.change` says it."""
    entry = compose_entry(announcement, reports, watches=watches, alert=alert)
    # "denied" says what the headline would say again.
    title = say_sentence(announcement) if alert.change.startswith(announcement.standing) else entry.title
    subject = f"Update: {alert.change}: {title}" if alert.change else f"Update: {title}"
    return Message(subject=subject, entries=(entry,), thread=_thread(announcement), reply=True)


def compose_bundle(entries: Sequence[Entry], *, title: str, note: Sequence[str] = ()) -> Message:
    """Several announcements in one message: a digest, the end of the quiet hours, a released hold.

    What belongs to one subject stands together, the most important first; above it all stands what is in it.
    """
    many = say_count(len(entries), "announcement")
    groups = _by_subject(entries)
    contents = (_say_contents(groups),) if len(entries) > 1 else ()
    headed = 1 < len(groups) < len(entries)
    told = (
        replace(entry, heading=entry.about if headed and entry is group[0] else "")
        for group in groups
        for entry in group
    )
    return Message(subject=f"{title}: {many}", entries=tuple(told), note=(*note, *contents))


def _by_subject(entries: Iterable[Entry]) -> list[list[Entry]]:
    """The entries by what they are about, the most important first: of a group, and the groups by their first."""
    groups: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda one: _IMPORTANCE.index(one.level)):
        groups.setdefault(entry.about, []).append(entry)
    return list(groups.values())


def _say_contents(groups: Sequence[Sequence[Entry]]) -> str:
    """What a message of many holds, in one line: "Lantern Bay (2), The Glass Ferry: 1 official, 2 rumours"."""
    names = [f"{group[0].about} ({len(group)})" if len(group) > 1 else group[0].about for group in groups]
    rest = len(names) - _SUBJECTS_IN_A_LINE
    subjects = say_list(names if rest <= 1 else [*names[:_SUBJECTS_IN_A_LINE], f"{rest} more"])
    counts = Counter(entry.level for group in groups for entry in group)
    standings = [f"{counts[level]} {_COUNTED[level][counts[level] > 1]}" for level in _IMPORTANCE if counts[level]]
    return f"{subjects}: {', '.join(standings)}."


def compose_incident(incident: Incident, *, name: str) -> Message:
    """Trouble, told once. `name` is the source or receiver as the user knows it."""
    words = incident_words(incident)
    return Message(
        subject=words.trouble.format(name=name),
        note=(incident.detail, words.advice.format(name=name)),
        thread=f"incident-{incident.id}-{incident.opened_at:%Y%m%d%H%M%S}",
    )


def compose_recovery(incident: Incident, *, name: str) -> Message:
    """The end of the trouble, as a reply to its beginning."""
    opened = incident.opened_at
    lasted = f" It lasted {_say_span(opened, incident.closed_at)}." if incident.closed_at else ""
    return Message(
        subject=incident_words(incident).recovery.format(name=name),
        note=(f"This is over; nothing needs to be done.{lasted}",),
        thread=f"incident-{incident.id}-{opened:%Y%m%d%H%M%S}",
        reply=True,
    )


def compose_troubles(messages: Sequence[Message]) -> Message:
    """What was found about sources and ourselves, in one message."""
    rest = len(messages) - 1
    subject = f"About your sources: {messages[0].subject}{f', and {rest} more' if rest else ''}"
    return Message(subject=subject, note=say_troubles(messages))


def say_troubles(messages: Iterable[Message]) -> tuple[str, ...]:
    """One paragraph for each trouble, and each end of one."""
    return tuple(f"{message.subject}. {' '.join(_sentence(part) for part in message.note)}" for message in messages)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}{'' if text.endswith('.') else '.'}" if text else ""


def compose_hold(hold: Hold, headlines: Sequence[str], *, name: str) -> Message:
    """What is held back, and how to let it go. `name` is the receiver or source as the user knows it."""
    match hold.kind:
        case HoldKind.FLOOD:
            subject = f"{say_count(len(headlines), 'alert')} held back"
            reason = f"More news came at once than you wanted to hear ({hold.detail}), so these wait for you:"
        case HoldKind.IDS_CHANGED:
            subject = f"{name} changed the id of every item: {say_count(len(headlines), 'item')} held back"
            reason = f"They may all be old news under a new id ({hold.detail}), so they were not read:"
        case _:
            assert_never(hold.kind)
    listed = tuple(f"• {headline}" for headline in islice(headlines, _HEADLINES_OF_A_HOLD))
    rest = len(headlines) - len(listed)
    more = (f"… and {rest} more",) if rest else ()
    how = f"To have them sent: monitor approve {hold.id}. Do nothing and they stay where they are."
    thread = f"hold-{hold.id}-{hold.opened_at:%Y%m%d%H%M%S}"
    return Message(subject=subject, note=(reason, *listed, *more, how), thread=thread)


def compose_test(receiver: Receiver) -> Message:
    """A message that proves the way to a receiver, dressed like a real one."""
    entry = Entry(
        title="Your Show: filming has started (season 2)",
        standing="Official: posted by @yourshow on Instagram",
        facts=(("Season", "2"), ("Cast", "A. Newcomer as The Stranger")),
        said="Cameras roll on the second season of Your Show",
        source="Announcement Monitor",
        link=None,
        why="you asked for a test",
        level=Standing.OFFICIAL,
    )
    note = (f"This is a test for the receiver “{receiver.id}”. Real news will look like the example below.",)
    return Message(subject="Test from Announcement Monitor", note=note, entries=(entry,))


def compose_entry(
    announcement: Announcement, reports: Sequence[Told], *, watches: Mapping[str, Watch], alert: Alert
) -> Entry:
    """One announcement as it stands in a message, alone or among others. `reports` oldest first, at least one."""
    first = _spokesman(announcement, reports)
    # Each once, by its first report; that the same one wrote more about it is no further word.
    links = {report.publisher: report.url for report in reversed(reports)}
    further = [(name, links[name]) for name in dict.fromkeys(r.publisher for r in reports) if name != first.publisher]
    is_update = alert.purpose is AlertPurpose.UPDATE
    return Entry(
        title=say_headline(announcement),
        standing=_say_standing(announcement, first, reports, watches),
        facts=(*tabulate_facts(announcement.kind, announcement.facts), *_doubts(announcement, reports)),
        said=clean_line(first.headline, _LONGEST_SAID),
        source=first.publisher,
        link=first.url,
        why=_say_why(announcement, first, reports[0], watches, alert),
        reports=tuple(further[:_FURTHER_REPORTS]),
        more_reports=max(0, len(further) - _FURTHER_REPORTS),
        update=(alert.change or "there is more to it now") if is_update else None,
        reference=f"announcement-{announcement.id}",
        level=announcement.standing,
        proofs=tuple(proof for proof in _proofs(announcement, reports, watches) if proof[1] != first.url),
        about=announcement.subject.title,
    )


def _doubts(announcement: Announcement, reports: Sequence[Told]) -> Iterator[tuple[str, str]]:
    """What outlets tell in different ways, and which other announcement this may be."""
    for said in disagreements(announcement.kind, ((told.publisher, told.report.facts) for told in reports)):
        yield "Outlets differ", said
    if announcement.possibly is not None:
        yield "Possibly", f"the same as announcement-{announcement.possibly}"


def _spokesman(announcement: Announcement, reports: Sequence[Told]) -> Told:
    """The first report that carries the standing: a denial is shown by who denies, not by who spread the rumour."""
    return next((told for told in reports if _backs(told, announcement.standing)), reports[0])


def _backs(told: Told, standing: Standing) -> bool:
    match standing:
        case Standing.OFFICIAL:
            return told.report.official or told.tier is Tier.OFFICIAL
        case Standing.REPORTED:
            return told.report.certainty is Certainty.CONFIRMED
        case Standing.RUMOURED:
            return told.report.certainty is not Certainty.DENIED
        case Standing.DENIED:
            return told.report.certainty is Certainty.DENIED
        case _:
            assert_never(standing)


def _say_standing(
    announcement: Announcement, first: Told, reports: Sequence[Told], watches: Mapping[str, Watch]
) -> str:
    match announcement.standing:
        case Standing.OFFICIAL:
            posts = _official_posts(announcement, reports, watches)
            accounts = say_accounts(dict.fromkeys((post.platform, post.account) for _, post in posts if post.account))
            return f"Official: posted by {accounts}" if accounts else f"Official: announced by {first.publisher}"
        case Standing.REPORTED:
            return f"Reported by {first.publisher} ({TIER_NAMES[first.tier]})"
        case Standing.RUMOURED:
            return f"Rumour, per {first.publisher}; nobody has confirmed it"
        case Standing.DENIED:
            return f"Denied, says {first.publisher}"
        case _:
            assert_never(announcement.standing)


def _official_posts(
    announcement: Announcement, reports: Sequence[Told], watches: Mapping[str, Watch]
) -> list[tuple[Told, Embed]]:
    """The posts by the subject's own accounts that the reports show, each with its report."""
    own = {account for watch in announcement.watches if watch in watches for account in watches[watch].accounts}
    return [
        (told, embed)
        for told in reports
        if told.report.official
        for embed in told.report.embeds
        if (embed.platform, embed.account) in own
    ]


def _proofs(
    announcement: Announcement, reports: Sequence[Told], watches: Mapping[str, Watch]
) -> Iterator[tuple[str, str | None]]:
    """Where the makers' own words stand: the official post, and the press release that an outlet links to."""
    for told, post in _official_posts(announcement, reports, watches)[:1]:
        said = "First said" if told is reports[0] else "Said"
        yield f"{said} by {say_accounts([(post.platform, post.account or '')])}", post.permalink
    linked = ((told, embed) for told in reports for embed in told.report.embeds if embed.platform == PRESS_OFFICE)
    for told, release in islice(linked, 1):
        yield f"Press release, as linked by {told.publisher}", release.permalink


def _say_why(
    announcement: Announcement, first: Told, earliest: Told, watches: Mapping[str, Watch], alert: Alert
) -> str:
    """Which watch, which rule, and which route; and who had it before the one whose word counts."""
    titles = [watches[watch].title if watch in watches else watch for watch in announcement.watches]
    watched = f"you watch {say_list(titles)}" if titles else ""
    evidence = first.report.evidence
    matched = f"{quote(evidence[0].quote)} (rule {evidence[0].rule})" if evidence else ""
    before = f"first told by {earliest.publisher}" if earliest.publisher != first.publisher else ""
    return "; ".join(part for part in (watched, matched, before, alert.reason.rstrip(".")) if part)


def _thread(announcement: Announcement) -> str:
    """The moment keeps a new database, whose ids begin at 1 again, from continuing the threads of an old one."""
    return f"announcement-{announcement.id}-{announcement.first_seen:%Y%m%d%H%M%S}"


def _say_span(start: datetime, end: datetime) -> str:
    minutes = int((end - start).total_seconds() // 60)
    for length, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= length:
            return say_count(minutes // length, unit)
    return "less than a minute"
