"""The keys of `type: feed`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar, Literal

from pydantic import Field

from monitor.config.addresses import SourceUrl
from monitor.config.fields import Flag
from monitor.config.sourcetypes.http import HttpEntry
from monitor.core.source import Source
from monitor.core.watchlist import Watch

WEBSUB = "true has the hub that the feed names push it to us, which needs MONITOR_PUBLIC_URL. Left out: false."


class FeedEntry(HttpEntry, title="Feed"):
    """An RSS, Atom or JSON feed."""

    lively: ClassVar[bool] = True

    type: Literal["feed"] = Field(description="What the source is.")
    url: SourceUrl = Field(description="The address of the feed.", examples=["https://variety.com/feed/"])
    websub: Flag = Field(default=False, description=WEBSUB)

    def source(self, *, every: timedelta, max_age: timedelta, watches: Sequence[Watch]) -> Source:
        return replace(super().source(every=every, max_age=max_age, watches=watches), websub=self.websub)
