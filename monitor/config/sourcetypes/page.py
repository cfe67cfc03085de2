"""The keys of `type: page`."""

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from monitor.config.addresses import SourceUrl
from monitor.config.problems import RefusedError
from monitor.config.sourcetypes.http import HttpEntry
from monitor.config.sourcetypes.reading import DateFormat, Element, Patterns, RobotsName, Selector
from monitor.core.options import PageOptions
from monitor.core.watchlist import Watch

_OF_ITEMS = ("title", "link", "date", "summary", "date_format")


class PageEntry(HttpEntry, title="Page"):
    """A web page without a feed: its items by CSS selectors, or one element watched for what is added to it."""

    usual: ClassVar[timedelta] = timedelta(minutes=30)
    least: ClassVar[timedelta] = timedelta(minutes=5)

    type: Literal["page"] = Field(description="What the source is.")
    url: SourceUrl = Field(description="The address of the page.", examples=["https://example.org/press"])
    item: Element | None = Field(
        default=None, description="A CSS selector that fits every item of the page.", examples=["article.release"]
    )
    title: Selector | None = Field(
        default=None,
        description="A selector within the item, with @ and an attribute where not the text is meant. Left out: its heading.",
        examples=["h2"],
    )
    link: Selector | None = Field(
        default=None,
        description="Its link, within the item. Left out: the link of the heading, else the first.",
        examples=["a"],
    )
    date: Selector | None = Field(
        default=None,
        description="Its date, within the item. Left out: a time element or what is named like a date.",
        examples=["time@datetime"],
    )
    summary: Selector | None = Field(
        default=None,
        description="Its first words, within the item. Left out: its first paragraph.",
        examples=[".teaser"],
    )
    date_format: DateFormat | None = Field(
        default=None,
        description="How its dates are written, in the manner of strptime. Left out: found out per date.",
        examples=["%d/%m/%Y"],
    )
    watch: Element | None = Field(
        default=None,
        description="Instead of item: an element that is watched; the lines added to it are the news.",
        examples=["#news"],
    )
    ignore: Patterns | None = Field(
        default=None,
        description="Regular expressions: lines of the watched element that are left out.",
        examples=[["^Advertisement"]],
    )
    robots: RobotsName = Field(
        default="obey", description="ignore for a site of your own whose robots.txt keeps us out. Left out: obey."
    )

    @model_validator(mode="after")
    def one_way(self) -> Self:
        if (self.item is None) == (self.watch is None):
            said = "item and watch exclude each other" if self.item else "a page needs item or watch"
            raise RefusedError(said, "item lists what is on the page, watch waits for what is added to one element")
        if self.watch is not None and (further := [key for key in _OF_ITEMS if getattr(self, key) is not None]):
            raise RefusedError(f"{further[0]} goes with item, not with watch", "take it out")
        if self.item is not None and self.ignore is not None:
            raise RefusedError("ignore goes with watch, not with item", "take it out")
        return self

    def options(self, watches: Sequence[Watch]) -> PageOptions:  # noqa: ARG002  # the watchlist says nothing about pages
        return PageOptions(
            item=self.item or "",
            title=self.title or "",
            link=self.link or "",
            date=self.date or "",
            summary=self.summary or "",
            date_format=self.date_format or "",
            watch=self.watch or "",
            ignore=self.ignore or (),
            obey_robots=self.robots == "obey",
        )
