"""The keys of the types that search for the watchlist: `bing-news`, `google-news` and `gdelt`."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, ClassVar, Literal, Self
from urllib.parse import quote, urlencode

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from monitor.config.addresses import ApiUrl
from monitor.config.fields import Flag, Languages, Text, TierName
from monitor.config.problems import RefusedError, did_you_mean, shown
from monitor.config.sourcetypes.entry import CommonEntry
from monitor.core.options import SearchOptions
from monitor.core.searching import LANGUAGES, Wanted, as_written, wanted
from monitor.core.source import Tier
from monitor.core.watchlist import Watch

_MARKET = re.compile(r"[a-z]{2,3}-[A-Z]{2}")
_LONGEST_QUERY = 400


def _market(written: str) -> str:
    if not _MARKET.fullmatch(written):
        raise RefusedError(f"{shown(written)} is not a language and a country", "write for example en-GB or de-DE")
    return written


def _query(written: str) -> str:
    if len(written) > _LONGEST_QUERY:
        raise RefusedError(f"longer than {_LONGEST_QUERY} characters", "make two sources of it")
    return written


def _known(languages: tuple[str, ...]) -> tuple[str, ...]:
    for code in languages:
        if code not in LANGUAGES:
            raise RefusedError(f"GDELT does not know the language {shown(code)}", did_you_mean(code, list(LANGUAGES)))
    return languages


Market = Annotated[Text, AfterValidator(_market), WithJsonSchema({"type": "string", "pattern": f"^{_MARKET.pattern}$"})]
Query = Annotated[Text, AfterValidator(_query)]


class SearchEntry(CommonEntry):
    """What can be said of every search."""

    usual: ClassVar[timedelta | None] = timedelta(minutes=30)
    least: ClassVar[timedelta] = timedelta(minutes=15)

    tier: TierName = Field(
        default=Tier.AGGREGATOR,
        description="How much its word weighs: official, trade, press, community or aggregator. Left out: aggregator.",
    )
    query: Query | None = Field(
        default=None,
        description="A query of your own, in the engine's own words. Left out: one is made for every watch.",
        examples=['"Harbour Nine" filming'],
    )
    base: ApiUrl | None = Field(
        default=None, description="Another server that answers in the engine's place. Left out: the engine's own."
    )

    def wanted(self, watches: Sequence[Watch], *, lang: str, screen_words: bool) -> tuple[Wanted, ...]:
        """What is searched for: the query, else the watchlist."""
        return (as_written(self.query),) if self.query else wanted(watches, lang=lang, screen_words=screen_words)

    def at(self, place: str, **fields: str) -> str:
        """The address without what the watchlist puts into it: a new watch makes no other source of it."""
        query = urlencode(fields, quote_via=quote)
        return f"{place}{'?' if query else ''}{query}"


class BingNewsEntry(SearchEntry, title="Bing News search"):
    """Bing News, searched for what is watched."""

    type: Literal["bing-news"] = Field(description="What the source is.")
    market: Market = Field(
        default="en-US", description="Language and country of the news. Left out: en-US.", examples=["en-GB"]
    )
    newest_first: Flag = Field(
        default=True, description="false leaves the order to Bing, which does not document the other. Left out: true."
    )

    def address(self) -> str:
        fields = {"q": self.query} if self.query else {}
        return self.at("https://www.bing.com/news/search", format="rss", mkt=self.market, **fields)

    def options(self, watches: Sequence[Watch]) -> SearchOptions:
        return SearchOptions(
            wanted=self.wanted(watches, lang=self.market.partition("-")[0], screen_words=True),
            market=self.market,
            newest_first=self.newest_first,
            base=self.base,
        )


class GoogleNewsEntry(SearchEntry, title="Google News search"):
    """Google News, searched for what is watched, under Google's terms."""

    type: Literal["google-news"] = Field(description="What the source is.")
    market: Market = Field(
        default="en-US", description="Language and country of the edition. Left out: en-US.", examples=["en-GB"]
    )
    terms: Annotated[
        Literal["accepted"] | None,
        BeforeValidator(lambda value: "accepted" if str(value) == "accepted" else None),
        WithJsonSchema({"type": "string", "enum": ["accepted"]}),
    ] = Field(
        default=None,
        description="Needed: accepted says that you use the feed for yourself and not for business, as Google's terms ask.",
    )

    @model_validator(mode="after")
    def terms_accepted(self) -> Self:
        if self.terms is None:
            raise RefusedError(
                "Google allows this feed in a personal feed reader for non-commercial use only, and its robots.txt asks "
                "programs not to fetch it",
                "write terms: accepted if you use it so all the same, or use bing-news or gdelt",
            )
        return self

    def address(self) -> str:
        fields = {"q": self.query} if self.query else {}
        return self.at("https://news.google.com/rss/search", hl=self.market, **fields)

    def options(self, watches: Sequence[Watch]) -> SearchOptions:
        return SearchOptions(
            wanted=self.wanted(watches, lang=self.market.partition("-")[0], screen_words=True),
            market=self.market,
            base=self.base,
        )


class GdeltEntry(SearchEntry, title="GDELT search"):
    """Articles of the world's press about what is watched, by the GDELT Project."""

    type: Literal["gdelt"] = Field(description="What the source is.")
    languages: Annotated[Languages, AfterValidator(_known)] | None = Field(
        default=None, description="Languages that articles may be in. Left out: any.", examples=[["en", "de"]]
    )

    def address(self) -> str:
        fields = {"query": self.query} if self.query else {}
        return self.at("https://api.gdeltproject.org/api/v2/doc/doc", **fields)

    def options(self, watches: Sequence[Watch]) -> SearchOptions:
        # Articles in other languages are matched by their translation into English.
        return SearchOptions(
            wanted=self.wanted(watches, lang="en", screen_words=False),
            languages=self.languages or (),
            base=self.base,
        )
