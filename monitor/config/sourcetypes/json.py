"""The keys of `type: json`."""

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from monitor.config.addresses import SourceUrl
from monitor.config.fields import Name
from monitor.config.problems import RefusedError, shown
from monitor.config.sourcetypes.http import HttpEntry
from monitor.config.sourcetypes.reading import DateFormat, RobotsName
from monitor.core.jsonquery import QueryError, check
from monitor.core.options import JsonOptions
from monitor.core.watchlist import Watch


def _query(text: str) -> str:
    try:
        check(text)
    except QueryError as error:
        raise RefusedError(f"{shown(text)} is not a JMESPath expression: {error}") from None
    return text


Query = Annotated[Name, AfterValidator(_query), WithJsonSchema({"type": "string", "minLength": 1})]


class JsonEntry(HttpEntry, title="JSON"):
    """An API that answers with JSON, or a page that carries JSON in a script."""

    type: Literal["json"] = Field(description="What the source is.")
    url: SourceUrl = Field(
        description="The address of the document or page.", examples=["https://example.org/wp-json/wp/v2/posts"]
    )
    items: Query = Field(
        description="A JMESPath expression that finds the list of items.", examples=["props.pageProps.items"]
    )
    title: Query | None = Field(
        default=None, description="Of an item: its title. Left out: title, headline or name.", examples=["title"]
    )
    link: Query | None = Field(
        default=None,
        description="Of an item: its address. Left out: link, url, href or permalink.",
        examples=["join('', ['/news/', slug])"],
    )
    date: Query | None = Field(
        default=None,
        description="Of an item: its date, as text or seconds. Left out: the usual names.",
        examples=["publishedAt"],
    )
    summary: Query | None = Field(
        default=None,
        description="Of an item: its first words. Left out: summary, description or excerpt.",
        examples=["teaser"],
    )
    guid: Query | None = Field(
        default=None,
        description="Of an item: what it is known by. Left out: id, guid or uuid, else its link.",
        examples=["id"],
    )
    date_format: DateFormat | None = Field(
        default=None,
        description="How its dates are written, in the manner of strptime. Left out: found out per date.",
        examples=["%d/%m/%Y"],
    )
    script: Name | None = Field(
        default=None,
        description="The address is a page with the JSON in this script: its id, its variable, or its type.",
        examples=["__NEXT_DATA__"],
    )
    robots: RobotsName = Field(
        default="obey",
        description="With script: ignore for a site of your own whose robots.txt keeps us out. Left out: obey.",
    )

    @model_validator(mode="after")
    def robots_of_a_page(self) -> Self:
        if self.script is None and self.robots == "ignore":
            raise RefusedError("robots goes with script: an API is asked without robots.txt", "take it out")
        return self

    def options(self, watches: Sequence[Watch]) -> JsonOptions:  # noqa: ARG002  # the watchlist says nothing about documents
        return JsonOptions(
            items=self.items,
            title=self.title or "",
            link=self.link or "",
            date=self.date or "",
            summary=self.summary or "",
            guid=self.guid or "",
            date_format=self.date_format or "",
            script=self.script or "",
            obey_robots=self.robots == "obey",
        )
