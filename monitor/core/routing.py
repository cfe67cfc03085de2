"""Which announcements go to whom, and when."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from monitor.core.alert import AlertPurpose, AlertState, NewAlert, Priority
from monitor.core.announcement import Announcement, Standing
from monitor.core.quiet import next_time, quiet_until
from monitor.core.report import Kind
from monitor.core.settling import Settled
from monitor.core.source import Tier
from monitor.core.wording import say_list


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Where alerts go: one Apprise URL, all of it a secret. `console://` prints on standard output."""

    id: str
    url: str = field(repr=False)
    fallback: str | None = None  # the receiver that gets what this one does not take


class Weekday(StrEnum):
    """In the order in which Python counts them."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """Collect instead of sending at once: every day, or once a week; `at` is local time of the policy's zone."""

    at: time
    on: Weekday | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Who says it: what a route may wait for."""

    tier: Tier
    lang: str  # that the item was read in


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Which announcements go to `receivers`. An empty filter admits everything; every route that matches applies."""

    receivers: tuple[str, ...]
    kinds: frozenset[Kind] = frozenset()
    watches: frozenset[str] = frozenset()
    tiers: frozenset[Tier] = frozenset()
    languages: frozenset[str] = frozenset()
    standing: Standing = Standing.RUMOURED  # the least that is let through
    digest: Digest | None = None
    priority: Priority | None = None  # None: as the news is


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """Local hours in which alerts are held (not dropped) until the end, except for urgent kinds. May cross midnight."""

    start: time
    end: time
    urgent: frozenset[Kind] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flood:
    """More than `limit` alerts for one receiver within `per` are held and summarised."""

    limit: int
    per: timedelta


class MuteScope(StrEnum):
    WATCH = "watch"
    SOURCE = "source"
    KIND = "kind"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """Alerts for a watch, source or kind kept quiet until a date."""

    scope: MuteScope
    target: str
    until: datetime | None  # None = until lifted
    since: datetime | None = None  # when a command made it; None for one of alerts.yaml. It holds at once in any case


class Telling(StrEnum):
    """When the watchdog's findings are told."""

    DAILY = "daily"  # with the receiver's daily digest, or all at one time of the day
    AT_ONCE = "at_once"
    NEVER = "never"  # `status` shows them


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchdogPolicy:
    """How the watchdog's findings are told; `at` is local time, for receivers without a daily digest."""

    tell: Telling = Telling.DAILY
    at: time = time(9)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPolicy:
    """Everything `alerts.yaml` says."""

    timezone: str  # IANA name
    receivers: tuple[Receiver, ...]
    routes: tuple[Route, ...]
    incidents: tuple[str, ...]  # receivers told about sources in trouble
    quiet: QuietHours | None = None
    mutes: tuple[Mute, ...] = ()
    flood: Flood = Flood(limit=10, per=timedelta(hours=1))
    watchdog: WatchdogPolicy = WatchdogPolicy()


# How the names of bundles begin.
DIGEST = "digest-"
WEEKLY = "digest-weekly-"
DAILY_WORD = "sources-"  # the watchdog's findings, once a day

_NEAR = timedelta(days=7)
_RANK = {Standing.RUMOURED: 0, Standing.REPORTED: 1, Standing.OFFICIAL: 2}


def alerts_for(
    settled: Settled,
    policy: AlertPolicy,
    *,
    item_id: int,
    voice: Voice,
    earlier: Collection[Voice],
    told: Collection[str],
    not_before: Mapping[str, datetime],
    mutes: Iterable[Mute],
    now: datetime,
) -> tuple[NewAlert, ...]:
    """The alerts that a settled report causes, at most one a receiver.

    `told` are the receivers that already have an alert of this announcement: they get an update, and only when
    something changed. `voice` is whose report it is, `earlier` are those that reported the announcement before: a route
    that waits for a tier or a language lets its first word through, although it is no news to others. A muted alert is
    made all the same, as discarded, so that `explain` can say why nothing came. `not_before` is when a receiver that was
    just told an update may be told the next. The id of an announcement that is not stored yet is 0.
    """
    if not settled.worth_telling and voice in earlier:
        return ()
    muted = mute_for(settled.announcement, (*policy.mutes, *mutes), now)
    alerts = []
    for receiver, (number, route) in _choose(policy.routes, settled.announcement, voice, told).items():
        if receiver in told and not settled.change:
            continue
        if not (settled.worth_telling or _waited(route, earlier)):
            continue
        moment = max(now, not_before.get(receiver, now))
        due_at, bundle = _when(route, policy, settled.announcement.kind, receiver, item_id, moment)
        alerts.append(
            NewAlert(
                receiver=receiver,
                purpose=AlertPurpose.UPDATE if receiver in told else AlertPurpose.NEWS,
                due_at=due_at,
                reason=f"muted: {say_mute(muted)}" if muted else f"route {number} of alerts.yaml",
                announcement_id=settled.announcement.id,
                revision=settled.announcement.revision,
                bundle=bundle,
                change=settled.change,
                priority=route.priority or priority_of(settled.announcement, now.astimezone(ZoneInfo(policy.timezone))),
                state=AlertState.DISCARDED if muted else AlertState.PENDING,
            )
        )
    return tuple(alerts)


def priority_of(announcement: Announcement, now: datetime) -> Priority:
    """How much the news may disturb where the route does not say: a casting call that ends soon does, a rumour does not.

    A call that shows signs of a scam hurries nobody. `now` is local time.
    """
    facts = announcement.facts
    if announcement.kind is Kind.CASTING_CALL and not facts.scam_signs and _is_near(facts.deadline, now.date()):
        return Priority.HIGH
    return Priority.LOW if announcement.standing is Standing.RUMOURED else Priority.NORMAL


def _is_near(deadline: str | None, today: date) -> bool:
    """Whether a deadline that names its day lies within the next days."""
    if deadline is None or len(deadline) != len("2027-03-31"):
        return False
    return timedelta() <= date.fromisoformat(deadline) - today <= _NEAR


def _choose(
    routes: Iterable[Route], announcement: Announcement, voice: Voice, told: Collection[str]
) -> dict[str, tuple[int, Route]]:
    """The route (with its number) that serves each receiver: of those that match, the first of those that tell soonest."""
    chosen: dict[str, tuple[int, Route]] = {}
    for number, route in enumerate(routes, start=1):
        for receiver in route.receivers:
            if _admits(route, announcement, voice=voice, known=receiver in told) and (
                receiver not in chosen or _patience(route) < _patience(chosen[receiver][1])
            ):
                chosen[receiver] = (number, route)
    return chosen


def _patience(route: Route) -> int:
    """How long a route makes wait: 0 not at all, 1 a day, 2 a week."""
    return 0 if route.digest is None else 1 if route.digest.on is None else 2


def _waited(route: Route, earlier: Iterable[Voice]) -> bool:
    """Whether the route waits for certain voices and has heard none of them yet."""
    return bool(route.tiers or route.languages) and not any(_hears(route, voice) for voice in earlier)


def _hears(route: Route, voice: Voice) -> bool:
    return (not route.tiers or voice.tier in route.tiers) and (not route.languages or voice.lang in route.languages)


def calm_time(policy: AlertPolicy, now: datetime) -> datetime:
    """When what is not urgent may be told: now, or at the end of the quiet hours."""
    if policy.quiet is None:
        return now
    zone = ZoneInfo(policy.timezone)
    return quiet_until(policy.quiet.start, policy.quiet.end, zone=zone, now=now) or now


def unhurried(policy: AlertPolicy, receiver: str, now: datetime) -> tuple[datetime, str | None]:
    """When a receiver is told what can wait for a quiet moment, and the bundle it leaves in."""
    if policy.watchdog.tell is not Telling.DAILY:
        return calm_time(policy, now), None
    zone = ZoneInfo(policy.timezone)
    digests = [r.digest for r in policy.routes if receiver in r.receivers and r.digest and r.digest.on is None]
    if digests:
        due = next_time(digests[0].at, zone=zone, now=now)
        return due, f"{DIGEST}{receiver}-{due:%Y%m%dT%H%M}"
    due = calm_time(policy, next_time(policy.watchdog.at, zone=zone, now=now))
    return due, f"{DAILY_WORD}{receiver}-{due:%Y%m%dT%H%M}"


def is_source_muted(source_id: str, mutes: Iterable[Mute], now: datetime) -> bool:
    """Whether the source's own word starts no announcement for now; it still joins those that others started."""
    return any(m.scope is MuteScope.SOURCE and m.target == source_id and _holds(m, now) for m in mutes)


def mute_for(announcement: Announcement, mutes: Iterable[Mute], now: datetime) -> Mute | None:
    """The mute that keeps an announcement quiet: its kind, or every watch it concerns, is muted."""
    current = [mute for mute in mutes if _holds(mute, now)]
    kinds = [m for m in current if m.scope is MuteScope.KIND and m.target == announcement.kind]
    watches = {m.target: m for m in current if m.scope is MuteScope.WATCH}
    if kinds:
        return kinds[0]
    if announcement.watches and all(watch in watches for watch in announcement.watches):
        return watches[announcement.watches[0]]
    return None


def _holds(mute: Mute, now: datetime) -> bool:
    return mute.until is None or now < mute.until


def say_mute(mute: Mute) -> str:
    """What is muted, and until when."""
    until = f" until {mute.until:%Y-%m-%d %H:%M} UTC" if mute.until else ""
    return f"{mute.scope} {mute.target}{until}"


def _admits(route: Route, announcement: Announcement, *, voice: Voice, known: bool) -> bool:
    return not _why_refused(route, announcement, voice=voice, known=known)


def _why_refused(route: Route, announcement: Announcement, *, voice: Voice, known: bool) -> str:
    """Why the route does not let an announcement through that `voice` tells; "" when it does."""
    if not announcement.watches:
        return "no watch asks for it"
    if route.watches and not route.watches.intersection(announcement.watches):
        return f"it is for {say_list(sorted(route.watches))} only"
    if route.kinds and announcement.kind not in route.kinds:
        return f"it is for {say_list(sorted(route.kinds))} only"
    denied = announcement.standing is Standing.DENIED
    if denied and known:
        return ""  # who was told of the news must hear that it is denied, whoever says so
    if not _hears(route, voice):
        return f"it listens to {_say_voices(route)} only"
    # A denial out of the blue is as good as a rumour.
    rank = _RANK[Standing.RUMOURED if denied else announcement.standing]
    return "" if rank >= _RANK[route.standing] else f"it waits until the news is {route.standing}"


def _say_voices(route: Route) -> str:
    tiers = f" of tier {say_list(sorted(route.tiers))}" if route.tiers else ""
    languages = f" in {say_list(sorted(route.languages))}" if route.languages else ""
    return f"sources{tiers}{languages}"


def judge_routes(
    policy: AlertPolicy, announcement: Announcement, *, voices: Collection[Voice], told: Collection[str]
) -> tuple[str, ...]:
    """What each route says to an announcement that these tell, in plain words, in their order."""
    return tuple(
        f"route {number} to {say_list(route.receivers)}: {_verdict(route, announcement, voices, told)}"
        for number, route in enumerate(policy.routes, start=1)
    )


def _verdict(route: Route, announcement: Announcement, voices: Collection[Voice], told: Collection[str]) -> str:
    known = any(receiver in told for receiver in route.receivers)
    refusals = [
        _why_refused(route, announcement, voice=voice, known=known)
        for voice in sorted(voices, key=lambda voice: (voice.tier, voice.lang))
    ]
    if all(refusals):
        return f"no, {refusals[0]}"
    return f"yes, in the digest of {_say_digest(route.digest)}" if route.digest else "yes"


def _say_digest(digest: Digest) -> str:
    return f"{digest.on.capitalize()}, {digest.at:%H:%M}" if digest.on else f"{digest.at:%H:%M}"


def _when(
    route: Route, policy: AlertPolicy, kind: Kind, receiver: str, item_id: int, now: datetime
) -> tuple[datetime, str]:
    """When an alert is due, and the bundle it leaves with. What one item causes is one message."""
    if route.digest:
        zone = ZoneInfo(policy.timezone)
        day = route.digest.on
        due = next_time(route.digest.at, zone=zone, now=now, weekday=list(Weekday).index(day) if day else None)
        return due, f"{WEEKLY if day else DIGEST}{receiver}-{due:%Y%m%dT%H%M}"
    until = now if policy.quiet and kind in policy.quiet.urgent else calm_time(policy, now)
    return until, f"quiet-{receiver}-{until:%Y%m%dT%H%M}" if until > now else f"item-{item_id}"
