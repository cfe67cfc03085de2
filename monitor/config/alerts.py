"""`alerts.yaml`: who is told what, and when."""

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, Field, WithJsonSchema, model_validator

from monitor.config.addresses import ReceiverUrl
from monitor.config.fields import (
    STRICT,
    Count,
    DayName,
    Id,
    KindName,
    Kinds,
    Languages,
    LeastStanding,
    PriorityName,
    Reference,
    References,
    TellingName,
    Tiers,
    TimeOfDay,
    Window,
    Zone,
    written,
)
from monitor.config.problems import RefusedError, shown
from monitor.core.announcement import Standing
from monitor.core.routing import Digest, Flood, Mute, MuteScope, QuietHours, Receiver, Route, Telling, WatchdogPolicy

TIMEZONE = "UTC"


def _until(value: object) -> date | datetime:
    text = written(value)
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return date.fromisoformat(text)
        if re.match(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}", text):
            return datetime.fromisoformat(text)
    except ValueError:
        raise RefusedError(f"{shown(text)} is not a date of the calendar") from None
    raise RefusedError(f"{shown(text)} is not a date", "write 2027-03-31 or 2027-03-31 18:00")


Until = Annotated[date | datetime, BeforeValidator(_until), WithJsonSchema({"type": "string"})]


class ReceiverEntry(BaseModel, title="Receiver"):
    """Where alerts go."""

    model_config = STRICT

    id: Id = Field(description="A short name for routes.", examples=["me"])
    url: ReceiverUrl = Field(
        repr=False,
        description="An Apprise URL, or console:// to print on the screen. All of it is a secret.",
        examples=["${MAIL_URL}", "${file:secrets/receiver-url}", "console://"],
    )

    fallback: Reference | None = Field(
        default=None,
        description="Another receiver, by id, that gets what this one does not take. Left out: nobody.",
        examples=["phone"],
    )

    def receiver(self) -> Receiver:
        return Receiver(id=self.id, url=self.url, fallback=self.fallback)


class DigestEntry(BaseModel, title="Digest"):
    """Collect alerts and send them once a day, or once a week."""

    model_config = STRICT

    at: TimeOfDay = Field(description="The time of day it is sent.", examples=["08:00"])
    on: DayName | None = Field(default=None, description="The day of the week. Left out: every day.")


class RouteEntry(BaseModel, title="Route"):
    """Which announcements go to whom. Every route that matches applies; a key left out admits everything."""

    model_config = STRICT

    receivers: References = Field(description="Ids of the receivers this route leads to.", examples=[["me"]])
    kinds: Kinds = Field(default=(), description="Only these kinds of news.", examples=[["renewal"]])
    watches: References = Field(default=(), description="Only these watches, by id.", examples=[["heartstopper"]])
    tiers: Tiers = Field(
        default=(), description="Only news that sources of these tiers report.", examples=[["official", "trade"]]
    )
    languages: Languages = Field(
        default=(), description="Only news that was read in these languages.", examples=[["de", "fr"]]
    )
    standing: LeastStanding = Field(
        default=Standing.RUMOURED,
        description="The least an announcement must be: rumoured, reported or official. Left out: rumoured.",
    )
    priority: PriorityName | None = Field(
        default=None,
        description="How much alerts may disturb: high, normal or low. Left out: as the news is, see docs/receivers.md.",
    )
    digest: DigestEntry | None = Field(
        default=None, description="Collect alerts and send them once a day or once a week. Left out: at once."
    )

    def route(self) -> Route:
        return Route(
            receivers=tuple(dict.fromkeys(self.receivers)),
            kinds=frozenset(self.kinds),
            watches=frozenset(self.watches),
            tiers=frozenset(self.tiers),
            standing=self.standing,
            languages=frozenset(self.languages),
            priority=self.priority,
            digest=Digest(at=self.digest.at, on=self.digest.on) if self.digest else None,
        )


class QuietEntry(BaseModel, title="Quiet hours"):
    """Hours in which alerts are held, not dropped. They may cross midnight."""

    model_config = STRICT

    start: TimeOfDay = Field(alias="from", description="The first quiet minute.", examples=["23:00"])
    end: TimeOfDay = Field(alias="to", description="When held alerts are sent.", examples=["07:00"])
    urgent: tuple[KindName, ...] = Field(
        default=(), alias="except", description="Kinds that are sent all the same.", examples=[["casting_call"]]
    )

    @model_validator(mode="after")
    def lasts(self) -> Self:
        if self.start == self.end:
            raise RefusedError('"from" and "to" are the same time', "leave quiet out, or say when it ends")
        return self

    def hours(self) -> QuietHours:
        return QuietHours(start=self.start, end=self.end, urgent=frozenset(self.urgent))


class MuteEntry(BaseModel, title="Mute"):
    """One watch, source or kind kept quiet until a date."""

    model_config = STRICT

    watch: Reference | None = Field(default=None, description="The id of a watch.", examples=["heartstopper"])
    source: Reference | None = Field(default=None, description="The id of a source.", examples=["variety"])
    kind: KindName | None = Field(default=None, description="A kind of news.", examples=["trailer"])
    until: Until | None = Field(
        default=None,
        description="Quiet until that day begins, or until that minute, in your time zone. Left out: until you lift it.",
        examples=["2027-03-31", "2027-03-31 18:00"],
    )

    @model_validator(mode="after")
    def one_target(self) -> Self:
        if sum(value is not None for value in (self.watch, self.source, self.kind)) != 1:
            raise RefusedError("a mute names exactly one of watch, source and kind")
        return self

    def mute(self, zone: ZoneInfo) -> Mute:
        """`until` without an offset is local time of `zone`."""
        scope, target = next(
            (scope, str(value))
            for scope, value in (
                (MuteScope.WATCH, self.watch),
                (MuteScope.SOURCE, self.source),
                (MuteScope.KIND, self.kind),
            )
            if value is not None
        )
        return Mute(scope=scope, target=target, until=_moment(self.until, zone))


class FloodEntry(BaseModel, title="Flood limit"):
    """More alerts than this for one receiver are held and summarised in one message."""

    model_config = STRICT

    limit: Count = Field(default=10, description="How many alerts. Left out: 10.", examples=[10])
    per: Window = Field(default=timedelta(hours=1), description="Within how long. Left out: 1h.", examples=["1h"])

    def flood(self) -> Flood:
        return Flood(limit=self.limit, per=self.per)


class WatchdogEntry(BaseModel, title="Watchdog"):
    """How you hear of sources that answer and bring nothing, of tokens that run out, of a wrong clock and late polls."""

    model_config = STRICT

    tell: TellingName = Field(
        default=Telling.DAILY,
        description="daily: with the daily digest or once a day; at_once; never: only status shows it. Left out: daily.",
    )
    at: TimeOfDay = Field(
        default=time(9),
        description="When, for receivers without a daily digest. Left out: 09:00.",
        examples=["09:00"],
    )

    def policy(self) -> WatchdogPolicy:
        return WatchdogPolicy(tell=self.tell, at=self.at)


class AlertsFile(BaseModel, title="alerts.yaml"):
    """Who is told what, and when."""

    model_config = STRICT

    timezone: Zone = Field(
        default=TIMEZONE,
        description="Your time zone, for quiet hours, digests and the times in alerts. Left out: UTC.",
        examples=["Europe/London", "America/New_York"],
    )
    receivers: tuple[ReceiverEntry, ...] = Field(default=(), description="Where alerts can go.")
    routes: tuple[RouteEntry, ...] = Field(
        default=(),
        description="Which announcements go to whom. Left out: all of them to every receiver that is nobody's fallback.",
    )
    quiet: QuietEntry | None = Field(default=None, description="Hours in which alerts are held. Left out: none.")
    mutes: tuple[MuteEntry, ...] = Field(default=(), description="What is kept quiet for a while.")
    flood: FloodEntry | None = Field(default=None, description="When alerts are too many. Left out: 10 per 1h.")
    watchdog: WatchdogEntry | None = Field(
        default=None, description="How you hear of sources that have gone quiet. Left out: once a day."
    )
    incidents: tuple[Reference, ...] | None = Field(
        default=None,
        description="Receivers that are told when a source is in trouble. Left out: all of them.",
        examples=[["me"]],
    )


def _moment(until: date | datetime | None, zone: ZoneInfo) -> datetime | None:
    if until is None:
        return None
    if not isinstance(until, datetime):
        until = datetime.combine(until, time())
    local = until if until.tzinfo else until.replace(tzinfo=zone)
    return local.astimezone(ZoneInfo("UTC"))
