"""The keys of `type: feed`."""

from typing import ClassVar, Literal

from pydantic import Field

from monitor.config.addresses import SourceUrl
from monitor.config.sourcetypes.http import HttpEntry


class FeedEntry(HttpEntry, title="Feed"):
    """An RSS, Atom or JSON feed."""

    lively: ClassVar[bool] = True

    type: Literal["feed"] = Field(description="What the source is.")
    url: SourceUrl = Field(description="The address of the feed.", examples=["https://variety.com/feed/"])
