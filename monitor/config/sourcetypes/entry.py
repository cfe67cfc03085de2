"""The keys that every source type has; each type is a model of its own beside this one."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, ClassVar, Self

from pydantic import BaseModel, Discriminator, Field, Tag, field_validator, model_validator

from monitor.config.addresses import ProxyUrl
from monitor.config.fields import STRICT, Every, Flag, Id, Lang, MaxAge, Name, Pace, Silence, Text, TierName
from monitor.config.problems import RefusedError
from monitor.core.options import Options
from monitor.core.source import Adaptive, Source, Tier
from monitor.core.watchlist import Watch


class AdaptiveEntry(BaseModel, title="Adaptive"):
    """How far the interval may move with how lively the source is."""

    model_config = STRICT

    least: Pace | None = Field(
        default=None,
        alias="min",
        description="The shortest interval. Left out: a third of every, but at least 5m.",
        examples=["5m"],
    )
    most: Pace | None = Field(
        default=None,
        alias="max",
        description="The longest interval. Left out: four times every, but at most 6h.",
        examples=["2h"],
    )

    @model_validator(mode="after")
    def in_order(self) -> Self:
        if self.least and self.most and self.least > self.most:
            raise RefusedError('"min" is longer than "max"', "swap them")
        return self


def _form(value: object) -> str:
    return "range" if isinstance(value, Mapping | AdaptiveEntry) else "switch"


# Text in the place of both is told by the switch what it may be.
Adaptivity = Annotated[
    Annotated[Flag, Tag("switch")] | Annotated[AdaptiveEntry, Tag("range")],
    Discriminator(_form),
]

_FLOOR = timedelta(minutes=5)
_CEILING = timedelta(hours=6)


class CommonEntry(BaseModel, ABC):
    """What can be said of a source of any type. A type adds `type` and its own keys, and says what address it visits.

    `usual` is the interval of a type where the entry leaves it out, in place of the one under defaults; `least` is the
    shortest that the service bears.
    """

    model_config = STRICT

    usual: ClassVar[timedelta | None] = None
    least: ClassVar[timedelta] = timedelta(minutes=1)
    lively: ClassVar[bool] = False  # whether the interval follows how lively a source is, where the entry leaves it out

    id: Id = Field(description="A short name for logs, mutes and commands.", examples=["variety"])
    type: str = Field(description="What the source is.")
    name: Name | None = Field(
        default=None, description="The publisher as alerts name it. Left out: the id.", examples=["Variety"]
    )
    tier: TierName = Field(
        default=Tier.PRESS,
        description="How much its word weighs: official, trade, press, community or aggregator. Left out: press.",
    )
    every: Every | None = Field(
        default=None, description="How often it is polled, at least 1m. Left out: as under defaults.", examples=["15m"]
    )
    adaptive: Adaptivity | None = Field(
        default=None,
        description="Whether a lively source is polled sooner and a sleepy one later, and how far. Left out: yes for feeds.",
        examples=[False, {"min": "5m", "max": "2h"}],
    )
    watchdog: Flag = Field(
        default=True, description="false: nobody is told when it goes quiet or empty. Left out: true."
    )
    quiet_after: Silence | None = Field(
        default=None,
        description="How long it may bring nothing before that is told. Left out: three times what is usual for it.",
        examples=["14d"],
    )
    max_age: MaxAge | None = Field(
        default=None,
        description="Items published longer ago never alert. Left out: as under defaults.",
        examples=["7d"],
    )
    lang: Lang | None = Field(
        default=None, description="The language of its items. Left out: found out per item.", examples=["en"]
    )
    proxy: ProxyUrl | None = Field(
        default=None, repr=False, description="An HTTP proxy for this source.", examples=["${PROXY_URL}"]
    )
    enabled: Flag = Field(default=True, description="false leaves the source out for now. Left out: true.")
    country: Text | None = Field(
        default=None, description="Where the publisher is at home; for your own reading.", examples=["GB"]
    )
    verified: Flag = Field(
        default=False, description="Whether somebody has seen the address work; for your own reading."
    )

    @field_validator("every")
    @classmethod
    def not_too_often(cls, every: timedelta | None) -> timedelta | None:
        if every is not None and every < cls.least:
            least = f"{cls.least // timedelta(minutes=1)}m"
            raise RefusedError(f"sources of this type are polled every {least} at most", f"write {least} or more")
        return every

    def source(self, *, every: timedelta, max_age: timedelta, watches: Sequence[Watch]) -> Source:
        """The source with what it leaves out filled in; `every` and `max_age` are those under defaults."""
        interval = self.every or max(self.usual or every, self.least)
        return Source(
            id=self.id,
            type=self.type,
            url=self.address(),
            tier=self.tier,
            every=interval,
            max_age=self.max_age or max_age,
            name=self.name or "",
            lang=self.lang,
            proxy=self.proxy,
            adaptive=self.range_of(interval),
            watchdog=self.watchdog,
            quiet_after=self.quiet_after,
            options=self.options(watches),
        )

    def range_of(self, every: timedelta) -> Adaptive | None:
        """Within what the interval moves; None where it stays as it is. Never shorter than the service bears."""
        wanted = self.lively if self.adaptive is None else self.adaptive
        if wanted is False:
            return None
        given = wanted if isinstance(wanted, AdaptiveEntry) else AdaptiveEntry()
        least = given.least or min(every, max(every / 3, _FLOOR), given.most or every)
        most = given.most or max(every, min(every * 4, _CEILING), least)
        return Adaptive(least=max(least, self.least), most=max(most, self.least))

    @abstractmethod
    def address(self) -> str:
        """What is followed, as people would look it up, without secrets and whichever server is asked for it.

        Under another address it is another source: its first poll is silent again.
        """

    def options(self, watches: Sequence[Watch]) -> Options | None:  # noqa: ARG002  # types that follow the watchlist look
        """What the adapter needs besides; `watches` is the whole watchlist, for types that search for its titles."""
        return None
