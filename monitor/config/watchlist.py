"""`watchlist.yaml`: the shows, films, people and topics the user follows."""

import re
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, Field, WithJsonSchema, model_validator

from monitor.config.fields import STRICT, AccountsByPlatform, Id, Kinds, Name, Text
from monitor.config.names import slug
from monitor.config.problems import RefusedError, shown
from monitor.core.report import Kind
from monitor.core.watchlist import Watch, WatchType

_KINDS = "Which kinds of news you want. Left out: all of them."
_ID = "A short name for routes and mutes. Left out: made from the title, so Doctor Who becomes doctor-who."
_ACCOUNTS = "Official accounts by platform. A post by one of them makes an announcement official."


def _like(pattern: str, example: str) -> AfterValidator:
    """Refuses what cannot be an id of that form, such as an address."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise RefusedError(f"{shown(text)} is not an id of that database", f"write for example {example}")
        return text

    return AfterValidator(check)


_NUMBER, _TT, _Q, _SLUG = "[1-9][0-9]{0,11}", "tt[0-9]{5,12}", "Q[1-9][0-9]{0,11}", "[a-z0-9]+(-[a-z0-9]+)*"
DatabaseNumber = Annotated[Text, _like(_NUMBER, "82"), WithJsonSchema({"type": ["string", "integer"]})]
ImdbId = Annotated[Text, _like(_TT, "tt0944947"), WithJsonSchema({"type": "string", "pattern": f"^{_TT}$"})]
WikidataId = Annotated[Text, _like(_Q, "Q23572"), WithJsonSchema({"type": "string", "pattern": f"^{_Q}$"})]
TraktId = Annotated[Text, _like(_SLUG, "game-of-thrones"), WithJsonSchema({"type": ["string", "integer"]})]


class IdsEntry(BaseModel, title="Ids"):
    """What databases know the title by. Without them it is looked up by its name."""

    model_config = STRICT

    tvmaze: DatabaseNumber | None = Field(default=None, description="Its number at TVmaze.", examples=["82"])
    tmdb: DatabaseNumber | None = Field(default=None, description="Its number at TMDB.", examples=["1399"])
    imdb: ImdbId | None = Field(default=None, description="Its id at IMDb.", examples=["tt0944947"])
    wikidata: WikidataId | None = Field(default=None, description="Its item at Wikidata.", examples=["Q23572"])
    trakt: TraktId | None = Field(
        default=None, description="Its number or the end of its address at Trakt.", examples=["game-of-thrones"]
    )

    def pairs(self) -> tuple[tuple[str, str], ...]:
        return tuple((name, value) for name in type(self).model_fields if (value := getattr(self, name)) is not None)


class TitleEntry(BaseModel, title="Show or film"):
    """A show or a film you follow."""

    model_config = STRICT

    title: Name = Field(description="The title as articles print it.", examples=["Heartstopper", "Dune: Part Three"])
    id: Id | None = Field(default=None, description=_ID, examples=["heartstopper"])
    aliases: tuple[Name, ...] = Field(
        default=(), description="Other titles of it: working titles, titles in other languages, spin-off films."
    )
    require: tuple[Name, ...] = Field(
        default=(),
        description="For titles that are everyday words: one of these words or names must stand near the title.",
        examples=[["MGM+", "Epix", "Harold Perrineau"]],
    )
    cast: tuple[Name, ...] = Field(
        default=(),
        description="Actors in it. They show that the title is meant; a name alone never causes an alert.",
        examples=[["Kit Connor", "Joe Locke"]],
    )
    accounts: AccountsByPlatform = Field(
        default_factory=dict, description=_ACCOUNTS, examples=[{"instagram": ["netflixuk", "heartstoppertv"]}]
    )
    ids: IdsEntry | None = Field(
        default=None,
        description="What databases know it by, for sources such as TVmaze. Left out: looked up by title.",
        examples=[{"tvmaze": 82, "imdb": "tt0944947"}],
    )
    kinds: Kinds = Field(default=tuple(Kind), description=_KINDS, examples=[["renewal", "casting"]])

    def watch(self, watch_type: WatchType) -> Watch:
        return Watch(
            id=self.id or slug(self.title),
            type=watch_type,
            title=self.title,
            aliases=_distinct(self.aliases),
            kinds=frozenset(self.kinds),
            require=_distinct(self.require),
            cast=_distinct(self.cast),
            accounts=_pairs(self.accounts),
            ids=self.ids.pairs() if self.ids else (),
        )


class PersonEntry(BaseModel, title="Person"):
    """Somebody whose work you follow."""

    model_config = STRICT

    name: Name = Field(description="The name as articles print it.", examples=["Leila Khan"])
    id: Id | None = Field(
        default=None,
        description="A short name for routes and mutes. Left out: made from the name, so Leila Khan becomes leila-khan.",
    )
    aliases: tuple[Name, ...] = Field(default=(), description="Other spellings and former names.")
    require: tuple[Name, ...] = Field(
        default=(),
        description="For names that many people have: one of these words or titles must stand near the name.",
    )
    accounts: AccountsByPlatform = Field(default_factory=dict, description=_ACCOUNTS)
    kinds: Kinds = Field(default=tuple(Kind), description=_KINDS, examples=[["casting", "departure"]])

    def watch(self) -> Watch:
        return Watch(
            id=self.id or slug(self.name),
            type=WatchType.PERSON,
            title=self.name,
            aliases=_distinct(self.aliases),
            kinds=frozenset(self.kinds),
            require=_distinct(self.require),
            accounts=_pairs(self.accounts),
        )


class TopicEntry(BaseModel, title="Topic"):
    """News of some kind whatever it is about, narrowed by words."""

    model_config = STRICT

    id: Id = Field(description="A short name for routes and mutes.", examples=["casting-calls-wales"])
    kinds: Kinds = Field(default=tuple(Kind), description=_KINDS)
    any: tuple[Name, ...] = Field(
        default=(), description="At least one of these words must appear.", examples=[["Cardiff", "Wales", "Swansea"]]
    )
    all: tuple[Name, ...] = Field(default=(), description="Every one of these words must appear.")
    none: tuple[Name, ...] = Field(default=(), description="None of these words may appear.")

    @model_validator(mode="after")
    def narrowed(self) -> Self:
        if not (self.any or self.all or "kinds" in self.model_fields_set):
            raise RefusedError(
                "a topic without kinds, any or all would match all news", 'add "any" with the words you look for'
            )
        return self

    def watch(self) -> Watch:
        return Watch(
            id=self.id,
            type=WatchType.TOPIC,
            title=self.id,
            kinds=frozenset(self.kinds),
            any=_distinct(self.any),
            all=_distinct(self.all),
            none=_distinct(self.none),
        )


class WatchlistFile(BaseModel, title="watchlist.yaml"):
    """The shows, films, people and topics you follow."""

    model_config = STRICT

    shows: tuple[TitleEntry, ...] = Field(default=(), description="Series you follow.")
    films: tuple[TitleEntry, ...] = Field(default=(), description="Films you follow.")
    people: tuple[PersonEntry, ...] = Field(default=(), description="Actors, writers, directors you follow.")
    topics: tuple[TopicEntry, ...] = Field(default=(), description="News of some kind, whatever show it is about.")


def _distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _pairs(accounts: dict[str, tuple[str, ...]]) -> tuple[tuple[str, str], ...]:
    return tuple((platform, handle) for platform, handles in accounts.items() for handle in _distinct(handles))
