"""How news is said: headlines, standing, dates and facts in plain English."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from monitor.core.announcement import Announcement, Standing
from monitor.core.calendar import say_date, say_when
from monitor.core.incidents import Incident, IncidentKind
from monitor.core.report import Facts, Kind, Person, ScamSign
from monitor.core.source import Tier

PLATFORMS = {
    "bluesky": "Bluesky",
    "facebook": "Facebook",
    "instagram": "Instagram",
    "mastodon": "Mastodon",
    "threads": "Threads",
    "tiktok": "TikTok",
    "vimeo": "Vimeo",
    "x": "X",
    "youtube": "YouTube",
}

KIND_NAMES = {
    Kind.DEVELOPMENT: "development",
    Kind.ORDER: "order",
    Kind.RENEWAL: "renewal",
    Kind.CANCELLATION: "cancellation",
    Kind.ENDING: "ending",
    Kind.CASTING: "casting",
    Kind.DEPARTURE: "departure",
    Kind.CASTING_CALL: "casting call",
    Kind.CREW: "crew",
    Kind.FILMING_START: "filming start",
    Kind.FILMING_WRAP: "filming wrap",
    Kind.DELAY: "delay",
    Kind.RELEASE_DATE: "release date",
    Kind.TRAILER: "trailer",
}

TIER_NAMES = {
    Tier.OFFICIAL: "official",
    Tier.TRADE: "trade press",
    Tier.PRESS: "press",
    Tier.COMMUNITY: "community",
    Tier.AGGREGATOR: "aggregator",
}

_SENTENCES = {
    Kind.DEVELOPMENT: "{title} is in development{season}",
    Kind.ORDER: "{title} has been ordered{by}{season}",
    Kind.RENEWAL: "{title} has been renewed{for_season}",
    Kind.CANCELLATION: "{title} has been cancelled{season}",
    Kind.ENDING: "{title} is coming to an end{season}",
    Kind.CASTING: "{title}: new casting{season}",
    Kind.DEPARTURE: "{title}: somebody is leaving{season}",
    Kind.CASTING_CALL: "Casting call for {title}{where}{season}",
    # Who makes it is hired, replaced or leaving: the kind does not say which.
    Kind.CREW: "{title}: crew news{of}{season}",
    Kind.FILMING_START: "{title}: filming has started{season}",
    Kind.FILMING_WRAP: "{title}: filming has wrapped{season}",
    Kind.DELAY: "{title} has been delayed{until}{season}",
    Kind.RELEASE_DATE: "{title} {coming}{season}",
    Kind.TRAILER: "{title}: a trailer is out{season}",
}

SCAM_WARNINGS = {
    ScamSign.FEE: "asks for a fee",
    ScamSign.PAYMENT: "wants payment in a form that cannot be taken back",
    ScamSign.PROMISE: "guarantees work or pay",
    ScamSign.MESSENGER: "talks by messenger only",
    ScamSign.MAILBOX: "uses a studio's name at a free mail provider",
    ScamSign.IDENTITY: "asks for bank or identity data",
}

# What a person does, when the news is about somebody else's show, and when the person is the subject.
_DEEDS = {
    Kind.CASTING: (("joins", "join"), "has been cast"),
    Kind.DEPARTURE: (("leaves", "leave"), "is leaving"),
}
_NAMES_IN_A_ROW = 3
_UNITS = ((timedelta(days=1), "day"), (timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute"))
_PEOPLE_LABELS = {Kind.DEPARTURE: "Leaving", Kind.CREW: "Crew", Kind.CASTING_CALL: "Roles"}
_DATE_LABELS = {Kind.RELEASE_DATE: "Release", Kind.DELAY: "New date"}
_PREFIXES = {Standing.RUMOURED: "Rumour: ", Standing.DENIED: "Denied: "}


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentWords:
    """How an incident is told: `{name}` is the source or receiver as the user knows it."""

    trouble: str
    advice: str
    recovery: str


INCIDENT_WORDS = {
    IncidentKind.FAILING: IncidentWords(
        trouble="{name} cannot be read",
        advice="It is tried again by itself, less and less often.",
        recovery="{name} can be read again",
    ),
    IncidentKind.NOT_A_FEED: IncidentWords(
        trouble="{name} answers with something else than news",
        advice="It may have moved, changed its form, or block us: open its address in a browser.",
        recovery="{name} answers with news again",
    ),
    IncidentKind.GONE: IncidentWords(
        trouble="{name} is gone for good",
        advice="It is no longer asked. Give it another address in sources.yaml, or remove it.",
        recovery="{name} is back",
    ),
    IncidentKind.IDS_CHANGED: IncidentWords(
        trouble="{name} changed the id of every item",
        advice="Nothing needs to be done, unless items are held: another message then says how to let them go.",
        recovery="{name}: the changed ids are settled",
    ),
    IncidentKind.NETWORK: IncidentWords(
        trouble="Nothing can be reached",
        advice="Every source fails at once, so this is the network. It is tried again by itself.",
        recovery="The network is back",
    ),
    IncidentKind.RECEIVER: IncidentWords(
        trouble="An alert for {name} could not be delivered",
        advice="Try the receiver with: monitor test-alert {name}",
        recovery="{name} takes alerts again",
    ),
    IncidentKind.CONFIG: IncidentWords(
        trouble="The configuration has a mistake",
        advice="The last good configuration stays in force until it is mended.",
        recovery="The configuration is in order again",
    ),
    IncidentKind.STREAM: IncidentWords(
        trouble="{name} brings no posts any more",
        advice="They are fetched at the interval of their sources until it answers again; nothing is lost.",
        recovery="{name} brings posts again",
    ),
    IncidentKind.SPENDING: IncidentWords(
        trouble="{name} has used up what it may cost",
        advice="It goes on by itself when the next day or month begins (UTC). To spend more, raise spend in sources.yaml.",
        recovery="{name} is read again",
    ),
    IncidentKind.QUIET: IncidentWords(
        trouble="{name} has gone quiet",
        advice="It answers, but brings nothing new. Look at its site: it may pause, have moved, or have given up this address. "
        "To be told later or never, give it quiet_after: 30d or watchdog: false in sources.yaml.",
        recovery="{name} brings news again",
    ),
    IncidentKind.STALE: IncidentWords(
        trouble="{name} stands still",
        advice="It is renewed, but without newer items: a cache or a bridge before it may be stuck, or its address outdated.",
        recovery="{name} moves again",
    ),
    IncidentKind.EMPTY: IncidentWords(
        trouble="{name} holds no items any more",
        advice="Open its address in a browser. If it shows items there, its form has changed: a page needs other selectors.",
        recovery="{name} holds items again",
    ),
    IncidentKind.LIMITED: IncidentWords(
        trouble="{name} puts us off all the time",
        advice="It wants to be asked less often: give it a longer interval (every) in sources.yaml, or sign in if it offers that.",
        recovery="{name} lets us read again",
    ),
    IncidentKind.TOKEN: IncidentWords(
        trouble="The token for {name} runs out",
        advice="Renew it at the service and put the new one where the old one is; without it the service refuses us.",
        recovery="The token for {name} is renewed",
    ),
    IncidentKind.CLOCK: IncidentWords(
        trouble="The clock of this machine is wrong",
        advice="Set it, or let the system do so (timedatectl set-ntp true): due times and the age of news depend on it.",
        recovery="The clock of this machine is right again",
    ),
    IncidentKind.MISSED: IncidentWords(
        trouble="Your sources have missed news that a database knows",
        advice="A source of its makers or its network would have told it: look for one with monitor sources discover, "
        "and see with monitor coverage what each source brings.",
        recovery="News that only a database knew is told by another source",
    ),
    IncidentKind.LAG: IncidentWords(
        trouble="Polls run late",
        advice="The machine or the network is too slow for so many sources: poll them less often (every), or give it more.",
        recovery="Polls are on time again",
    ),
}
_QUIET_TOGETHER = IncidentWords(
    trouble="Many sources are quiet at once",
    advice="A holiday explains it, or something they share, such as a bridge or a proxy. It is not told for each of them.",
    recovery="Sources bring news again",
)


# What to do about a page in place of a feed, by what the reader of pages took it for (sources/notafeed.py).
_PAGES = {
    "(a bot check)": "It wants proof that a person reads it. Poll it less often, or ask the site whether it offers a feed for readers.",
    "(a consent page)": "It asks for consent before it shows anything. Look for another address of the feed, or ask the site.",
    "(a login page)": "It asks to sign in. Give it auth or headers in sources.yaml, or another address.",
    "(a parked domain)": "The site has given up its address. Look for its new one, or remove the source.",
}


def incident_words(incident: Incident) -> IncidentWords:
    """How this incident is told."""
    words = INCIDENT_WORDS[incident.kind]
    if incident.kind is IncidentKind.QUIET and not incident.subject:
        return _QUIET_TOGETHER
    if incident.kind is IncidentKind.NOT_A_FEED:
        remedies = (remedy for mark, remedy in _PAGES.items() if incident.detail.endswith(mark))
        return replace(words, advice=next(remedies, words.advice))
    return words


def say_headline(announcement: Announcement) -> str:
    """The announcement in one line; a rumour and a denial say so first."""
    return _PREFIXES.get(announcement.standing, "") + say_sentence(announcement)


def say_sentence(announcement: Announcement) -> str:
    """The announcement in one line that leaves open how far it is backed."""
    kind, facts, title = announcement.kind, announcement.facts, announcement.subject.title
    if announcement.subject.key.startswith("topic:"):
        return _in_topic(kind, facts, title)
    if announcement.subject.key.startswith("person:"):
        return _in_a_life(kind, facts, title)
    if facts.people and kind in _DEEDS:
        return _people_sentence(kind, facts, title)
    seasons = say_seasons(facts.seasons) if facts.seasons else ""
    date = facts.dates[0] if facts.dates else ""
    return _SENTENCES[kind].format(
        title=title,
        of=f", {say_list([say_person(person) for person in facts.people])}" if facts.people else "",
        season=f" ({seasons})" if seasons else "",
        for_season=f" for {seasons}" if seasons else "",
        by=f" by {facts.network}" if facts.network else "",
        where=f" in {facts.place}" if facts.place else "",
        until=f" to {say_date(date)}" if date else "",
        coming=f"is coming {say_when(date)}" if date else "has a release date",
    )


def _in_topic(kind: Kind, facts: Facts, title: str) -> str:
    about = f" for {facts.title}" if facts.title else ""
    where = f" in {facts.place}" if facts.place else ""
    return f"{title}: {KIND_NAMES[kind]}{about}{where}"


def _in_a_life(kind: Kind, facts: Facts, name: str) -> str:
    """News of a watched person, who is its subject whatever the title is."""
    if kind not in _DEEDS:
        about = f" for {facts.title}" if facts.title else ""
        return f"{name}: {KIND_NAMES[kind]}{about}"
    (one, _), passive = _DEEDS[kind]
    role = next((person.role for person in facts.people if person.role and person.name == name), None)
    deed = f"{one} {facts.title}" if facts.title else passive
    return f"{name} {deed}{f' as {role}' if role else ''}"


def _people_sentence(kind: Kind, facts: Facts, title: str) -> str:
    """Who joins or leaves; the role is told when it is one person's."""
    (one, many), _ = _DEEDS[kind]
    alone = len(facts.people) == 1
    role = f" as {facts.people[0].role}" if alone and facts.people[0].role else ""
    seasons = f" ({say_seasons(facts.seasons)})" if facts.seasons else ""
    return f"{say_names(facts.people)} {one if alone else many} {title}{role}{seasons}"


def say_names(people: Sequence[Person]) -> str:
    """Their names as in a sentence: "A", "A and B", "A, B and 2 more"."""
    names = [person.name for person in people]
    return say_list(names if len(names) <= _NAMES_IN_A_ROW else [*names[:2], f"{len(names) - 2} more"])


def say_list(words: Sequence[str]) -> str:
    """The words joined as in a sentence; "" for none."""
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def say_count(count: int, thing: str) -> str:
    """A number of things: "1 item", "2 items"."""
    return f"{count} {thing}{'' if count == 1 else 's'}"


def say_seasons(seasons: Sequence[int]) -> str:
    """What follows the title: "season 2", "seasons 2 and 3"."""
    return f"season{'s' if len(seasons) > 1 else ''} {say_list([str(number) for number in seasons])}"


def say_length(length: timedelta) -> str:
    """A length of time to the minute: "1 hour", "1 day and 12 hours"."""
    minutes = int(length.total_seconds()) // 60
    counts = ((minutes // 1440, "day"), (minutes // 60 % 24, "hour"), (minutes % 60, "minute"))
    said = [say_count(count, unit) for count, unit in counts if count]
    return say_list(said) or "less than a minute"


def say_roughly(length: timedelta) -> str:
    """A length of time as people say it: "40 minutes", "9 hours", "4 days"."""
    unit, name = next((one for one in _UNITS if length >= one[0] * 2), _UNITS[-1])
    return say_count(max(1, round(length / unit)), name)


def say_person(person: Person) -> str:
    return f"{person.name} as {person.role}" if person.role else person.name


def say_platform(platform: str) -> str:
    return PLATFORMS.get(platform, platform.capitalize())


def say_accounts(accounts: Iterable[tuple[str, str]]) -> str:
    """Names accounts, given as (platform, handle): "@netflixuk and @heartstoppertv on Instagram"."""
    handles: dict[str, list[str]] = {}
    for platform, handle in accounts:
        handles.setdefault(platform, []).append(f"@{handle}")
    return say_list([f"{say_list(names)} on {say_platform(platform)}" for platform, names in handles.items()])


def tabulate_facts(kind: Kind, facts: Facts) -> tuple[tuple[str, str], ...]:
    """The facts as rows of label and value; people have a row each, and only the first of them a label."""
    people_label = _PEOPLE_LABELS.get(kind, "Cast")
    rows = (
        ("About", facts.title or ""),
        ("Seasons" if len(facts.seasons) > 1 else "Season", say_list([str(number) for number in facts.seasons])),
        *(("" if row else people_label, say_person(person)) for row, person in enumerate(facts.people)),
        (_DATE_LABELS.get(kind, "Date"), say_list([say_date(date) for date in facts.dates])),
        ("Network", facts.network or ""),
        ("Place", facts.place or ""),
        ("Apply by", say_date(facts.deadline) if facts.deadline else ""),
        ("Careful", "; ".join(SCAM_WARNINGS[sign] for sign in facts.scam_signs)),
    )
    return tuple((label, value) for label, value in rows if value)
