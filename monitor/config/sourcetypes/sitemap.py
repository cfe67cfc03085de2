"""The keys of `type: sitemap`."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from monitor.config.addresses import SourceUrl
from monitor.config.fields import Name, one_or_more
from monitor.config.problems import RefusedError, shown
from monitor.config.sourcetypes.http import HttpEntry
from monitor.config.sourcetypes.reading import RobotsName
from monitor.core.options import SitemapOptions
from monitor.core.watchlist import Watch


def _addresses(text: str) -> str:
    if not text.startswith(("/", "*", "http://", "https://")):
        raise RefusedError(f"{shown(text)} fits no address", f'write "/{text}" for a path, or "*{text}"')
    return text


_Pattern = Annotated[
    Name, AfterValidator(_addresses), WithJsonSchema({"type": "string", "pattern": "^(/|\\*|https?://)"})
]


class SitemapEntry(HttpEntry, title="Sitemap"):
    """A sitemap, best one for news, or an index of them."""

    least: ClassVar[timedelta] = timedelta(minutes=5)

    type: Literal["sitemap"] = Field(description="What the source is.")
    url: SourceUrl = Field(
        description="The address of the sitemap, of an index, or of the robots.txt that names it.",
        examples=["https://example.org/news-sitemap.xml"],
    )
    match: Annotated[tuple[_Pattern, ...], BeforeValidator(one_or_more)] = Field(
        default=(),
        description="Only addresses that one of these fits, whole; * stands for anything. Left out: all.",
        examples=[["/news/*"]],
    )
    robots: RobotsName = Field(
        default="obey", description="ignore for a site of your own whose robots.txt keeps us out. Left out: obey."
    )

    def options(self, watches: Sequence[Watch]) -> SitemapOptions:  # noqa: ARG002  # the watchlist says nothing about sitemaps
        return SitemapOptions(match=self.match, obey_robots=self.robots == "obey")
