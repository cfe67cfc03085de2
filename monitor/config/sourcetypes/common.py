"""The keys that every source type has; each type is a model of its own beside this one."""

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

from pydantic import BaseModel, Field, field_validator

from monitor.config.addresses import ProxyUrl
from monitor.config.fields import STRICT, Every, Flag, Id, Lang, MaxAge, Name, Text, TierName
from monitor.config.problems import RefusedError
from monitor.core.options import Options
from monitor.core.source import Source, Tier
from monitor.core.watchlist import Watch


class CommonEntry(BaseModel):
    """What can be said of a source of any type. A type adds `type` and its own keys, and says what address it visits.

    `usual` is the interval of a type where the entry leaves it out, in place of the one under defaults; `least` is the
    shortest that the service bears.
    """

    model_config = STRICT

    usual: ClassVar[timedelta | None] = None
    least: ClassVar[timedelta] = timedelta(minutes=1)

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
        return Source(
            id=self.id,
            type=self.type,
            url=self.address(),
            tier=self.tier,
            every=self.every or max(self.usual or every, self.least),
            max_age=self.max_age or max_age,
            name=self.name or "",
            lang=self.lang,
            proxy=self.proxy,
            options=self.options(watches),
        )

    def address(self) -> str:
        """What is visited, without secrets. Under another address it is another source: its first poll is silent again."""
        raise NotImplementedError

    def options(self, watches: Sequence[Watch]) -> Options | None:  # noqa: ARG002  # types that follow the watchlist look
        """What the adapter needs besides; `watches` is the whole watchlist, for types that search for its titles."""
        return None
