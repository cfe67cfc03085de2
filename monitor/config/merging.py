"""Valid files put together into core values. What does not fit goes to `problems`, and the work goes on."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from monitor.config.alerts import TIMEZONE, AlertsFile, FloodEntry, ReceiverEntry, WatchdogEntry
from monitor.config.problems import Place, Problem
from monitor.config.references import duplicates, listed, unknown
from monitor.config.rules import RulesFile
from monitor.config.shipped import rule_languages, try_changes
from monitor.config.sources import DefaultsEntry, SourcesFile
from monitor.config.validating import Located, Part, entries, only
from monitor.config.watchlist import WatchlistFile
from monitor.core.routing import AlertPolicy, Route
from monitor.core.rules import RuleChange
from monitor.core.source import Source
from monitor.core.watchlist import Watch, WatchType


def watches(parts: Sequence[Part[WatchlistFile]], problems: list[Problem]) -> tuple[Watch, ...]:
    """What the user follows, in the order of the files."""
    found = _watches(parts)
    problems += duplicates((watch.id, entry) for watch, entry in found)
    if not found:
        problems.append(
            _nothing(parts, "nothing to watch", 'add a show: "shows:" and below it "  - title: Heartstopper"')
        )
    return tuple(watch for watch, _ in found)


def sources(
    parts: Sequence[Part[SourcesFile]], watchlist: Sequence[Watch], problems: list[Problem]
) -> tuple[Source, ...]:
    """What is polled: the enabled sources, with the defaults and what they take from the watchlist filled in."""
    found = entries(parts, "sources")
    problems += duplicates((entry.value.id, entry) for entry in found)
    if not found:
        problems.append(
            _nothing(parts, "no source to poll", 'add one: "sources:" and below it "  - {id: ..., url: ...}"')
        )
    given = only(parts, "defaults", problems)
    defaults: DefaultsEntry = given.value if given else DefaultsEntry()
    return tuple(
        entry.value.source(every=defaults.every, max_age=defaults.max_age, watches=watchlist)
        for entry in found
        if entry.value.enabled
    )


def changes(parts: Sequence[Part[RulesFile]], problems: list[Problem]) -> tuple[RuleChange, ...]:
    """Rules added or replaced."""
    found = entries(parts, "rules")
    problems += duplicates((f"{entry.value.lang}/{entry.value.kind}/{entry.value.id}", entry) for entry in found)
    try_changes(parts, problems)
    return tuple(entry.value.change() for entry in found)


def disabled(parts: Sequence[Part[RulesFile]]) -> frozenset[str]:
    """Ids of the shipped rules that are left out."""
    return frozenset(entry.value for entry in entries(parts, "disable"))


def policy(
    parts: Sequence[Part[AlertsFile]],
    watchlist: Sequence[Part[WatchlistFile]],
    polled: Sequence[Part[SourcesFile]],
    problems: list[Problem],
) -> AlertPolicy:
    """Who is told what, with every id checked against what there is."""
    receivers = entries(parts, "receivers")
    problems += duplicates((entry.value.id, entry) for entry in receivers)
    if not receivers:
        problems.append(
            _nothing(parts, "nobody to tell", 'add one: "receivers:" and below it "  - {id: me, url: console://}"')
        )
    receiver_ids = tuple(dict.fromkeys(entry.value.id for entry in receivers))
    problems += _fallbacks(receivers, receiver_ids)
    fallbacks = {entry.value.fallback for entry in receivers}
    watch_ids = {watch.id for watch, _ in _watches(watchlist)}
    source_ids = {entry.value.id for entry in entries(polled, "sources")}

    quiet, flood, zone, watchdog = (
        only(parts, section, problems) for section in ("quiet", "flood", "timezone", "watchdog")
    )
    incidents = only(parts, "incidents", problems)
    if incidents:
        problems += unknown(listed(incidents.value), receiver_ids, what="receiver", entry=incidents)
    timezone = zone.value if zone else TIMEZONE
    mutes = entries(parts, "mutes")
    for mute in mutes:
        for key, known in (("watch", watch_ids), ("source", source_ids)):
            if name := getattr(mute.value, key):
                problems += unknown([((key,), name)], known, what=key, entry=mute)
    return AlertPolicy(
        timezone=timezone,
        receivers=tuple(entry.value.receiver() for entry in receivers),
        routes=_routes(parts, receiver_ids, fallbacks, watch_ids, problems),
        incidents=tuple(dict.fromkeys(incidents.value)) if incidents else receiver_ids,
        quiet=quiet.value.hours() if quiet else None,
        mutes=tuple(entry.value.mute(ZoneInfo(timezone)) for entry in mutes),
        watchdog=(watchdog.value if watchdog else WatchdogEntry()).policy(),
        flood=flood.value.flood() if flood else FloodEntry().flood(),
    )


def _routes(
    parts: Sequence[Part[AlertsFile]],
    receivers: tuple[str, ...],
    fallbacks: Collection[str | None],
    watches: Iterable[str],
    problems: list[Problem],
) -> tuple[Route, ...]:
    """The routes, or the one that leads everything to everybody who is nobody's fallback."""
    found = entries(parts, "routes")
    for entry in found:
        problems += unknown(listed(entry.value.receivers, "receivers"), receivers, what="receiver", entry=entry)
        problems += unknown(listed(entry.value.watches, "watches"), watches, what="watch", entry=entry)
        languages = listed(entry.value.languages, "languages")
        problems += unknown(languages, rule_languages(), what="language with rules", entry=entry)
    return tuple(entry.value.route() for entry in found) or (
        Route(receivers=tuple(receiver for receiver in receivers if receiver not in fallbacks)),
    )


def _fallbacks(receivers: Sequence[Located[ReceiverEntry]], ids: tuple[str, ...]) -> Iterator[Problem]:
    """Fallbacks that do not exist, and those that lead in a circle, once for each circle."""
    fallbacks = {entry.value.id: entry.value.fallback for entry in receivers}
    for entry in receivers:
        if entry.value.fallback:
            yield from unknown([(("fallback",), entry.value.fallback)], ids, what="receiver", entry=entry)
    circled: set[str] = set()
    for entry in receivers:
        way = [entry.value.id]
        while (following := fallbacks.get(way[-1])) and following not in way:
            way.append(following)
        if following == way[0] and following not in circled:
            circled.update(way)
            said = (
                "it is its own fallback"
                if len(way) == 1
                else f"a circle of fallbacks: {' to '.join((*way, following))}"
            )
            yield entry.problem(said, suggestion="name another receiver, or leave the key out", under=("fallback",))


def _watches(parts: Sequence[Part[WatchlistFile]]) -> list[tuple[Watch, Located[Any]]]:
    return [
        *((entry.value.watch(WatchType.SHOW), entry) for entry in entries(parts, "shows")),
        *((entry.value.watch(WatchType.FILM), entry) for entry in entries(parts, "films")),
        *((entry.value.watch(), entry) for entry in entries(parts, "people")),
        *((entry.value.watch(), entry) for entry in entries(parts, "topics")),
    ]


def _nothing(parts: Sequence[Part[Any]], message: str, suggestion: str) -> Problem:
    return Problem(place=Place(file=parts[0].document.file), message=message, suggestion=suggestion)
