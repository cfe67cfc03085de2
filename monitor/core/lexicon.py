"""The words of one language that reading needs besides its rules: numbers, the calendar, networks, what is no name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from monitor.core.clauses import words_of
from monitor.core.names import WordNames
from monitor.core.text import fold


class LexiconError(ValueError):
    """A lexicon section that cannot be used. The message names the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Everything folded. The fields are the keys of the section `lexicon` of a rule file."""

    numbers: Mapping[str, int]  # two: 2
    ordinals: Mapping[str, int]  # second: 2
    season_units: frozenset[str]  # stand before or after a number: "season 2", "second season"
    run_units: frozenset[str]  # only after an ordinal: "second run"
    more_words: frozenset[str]  # "another season", "two more seasons"
    new_words: frozenset[str]  # "a new season", but not "a new series"
    new_units: frozenset[str]
    of_words: frozenset[str]  # "season 2 of"
    last_words: frozenset[str]  # "fourth and final season"
    articles: frozenset[str]
    joiners: frozenset[str]  # "and", "&"
    through: frozenset[str]  # "seasons 2 to 4"
    months: Mapping[str, int]
    date_links: frozenset[str]  # "7th of March", "March of 2028"
    weekdays: Mapping[str, int]  # Monday is 0
    year_quarters: Mapping[str, int]  # autumn: 4
    vague: frozenset[str]  # "early", "late", "mid"
    this_words: frozenset[str]
    next_words: frozenset[str]
    date_lead: frozenset[str]  # a lone month or year is a date only after one of these: "in March"
    days_ahead: Mapping[str, int]  # tomorrow: 1
    day_words: frozenset[str]  # "on Friday"
    said: frozenset[str]  # "confirmed on Tuesday": the day of the telling, not of the news
    month_units: frozenset[str]  # "next month"
    year_units: frozenset[str]
    networks: WordNames
    famous: WordNames  # titles that everybody knows: as good as quoted, where written with a capital
    likely: WordNames  # titles whose words mean something else too: evidence, but no title by themselves
    screen_people: WordNames  # whom everybody knows from film and television
    not_names: frozenset[str]  # capitalised in headlines, yet no part of a person's name
    also_forenames: frozenset[str]  # of `not_names`, those that are a name before a name: "Will"
    also_surnames: frozenset[str]  # of `not_names`, those that are a name behind one: "Black"
    name_links: frozenset[str]  # "van", "de"
    name_tails: frozenset[str]  # "jr"
    role_leads: tuple[tuple[str, ...], ...]  # "as", "to play"
    role_helpers: frozenset[
        str
    ]  # "Holm wird die Lehrerin spielen": the verb behind the name where another ends the sentence
    role_verbs: frozenset[str]  # that other verb
    role_ends: frozenset[str]
    no_roles: frozenset[str]  # a part without its name: "lead", "series regular"
    title_small: frozenset[str]  # lower-case words inside titles
    title_stops: frozenset[str]  # words that no unquoted title holds
    title_articles: frozenset[str]  # a capital one in a sentence begins a title even before one word: "Das Boot"
    speech: frozenset[str]  # a quotation with one of these is somebody speaking
    everyday: frozenset[str]  # titles made of these need evidence that a title is meant
    production: frozenset[str]  # words that stand next to a title: "season", "star", "renewed"
    screen: frozenset[str]  # words that say film or television is meant
    newcomers: frozenset[str]  # words before a list of "Name as Role"
    outlets: frozenset[str]  # words of a publisher or an address that say its news is of film and television
    offshoots: frozenset[str]  # behind a title, they name another work: "Saltmarsh prequel"
    portraits: frozenset[str]  # behind a name, they are about that person: "Ana Winter biopic"
    credits: frozenset[str]  # what a title before or behind it only describes: "Saltmarsh star", "creator of Saltmarsh"
    place_leads: frozenset[str]  # "in Cardiff"
    capitals: frozenset[str]  # what has capitals in this language: "titles", "months", "nouns"
    ordinal_marks: frozenset[str]  # behind a number that counts places: "2nd", "2."
    not_name_ends: tuple[str, ...]  # endings of words that are no names: "Hauptdarstellerin"
    season_letters: frozenset[str]  # "S2", "T2"
    next_tails: tuple[tuple[str, ...], ...]  # "next" behind its word: "l'année prochaine", "el año que viene"
    date_order: frozenset[str]  # "day" or "month": what comes first in 03/04/2027; neither: only a clear date is read
    season_tails: frozenset[str]  # words behind seasons: "dos temporadas más"
    articled_names: frozenset[str]  # places and papers that keep the capital of their article: "La Rioja", "Le Monde"
    gap_ends: frozenset[str]  # begin another statement: in a headline no gap of a phrase reaches across: "after"
    furniture: tuple[str, ...]  # folded beginnings of lines that are not the article
    # What follows from the keys.
    units: frozenset[str]  # words that count seasons
    calendar: frozenset[str]  # words that may begin a date, digits apart
    role_lead_ends: frozenset[str]  # the last words of `role_leads`
    list_words: frozenset[str]  # between the members of a list
    more_or_last: frozenset[str]  # before a unit, they tell a season without a number
    title_inner: frozenset[str]  # what may stand small, or as a mark, inside a title
    title_ends: frozenset[str]  # among capitals throughout, no title without quotation marks goes on over these
    filmed: frozenset[str]  # words for what is filmed and who films it, no titles by themselves
    counted_nouns: frozenset[str]  # before these "2." is no end of a sentence; none where ordinals are not written so


_NUMBERED = ("numbers", "ordinals", "months", "weekdays", "year_quarters", "days_ahead")
# A language that leaves these keys out does as English does.
_OPTIONAL = {
    "date_links": ["of"],
    "capitals": ["titles", "months"],
    "season_letters": ["s"],
    "next_tails": list[str](),
    "date_order": list[str](),
    "season_tails": list[str](),
    "ordinal_marks": ["st", "nd", "rd", "th"],
    "not_name_ends": list[str](),
    "also_forenames": list[str](),
    "also_surnames": list[str](),
    "role_helpers": list[str](),
    "role_verbs": list[str](),
    "title_articles": list[str](),
    "famous": list[str](),
    "likely": list[str](),
    "screen_people": list[str](),
    "outlets": list[str](),
    "offshoots": list[str](),
    "portraits": list[str](),
    "articled_names": list[str](),
    "gap_ends": list[str](),
}
_DERIVED = {
    "units",
    "calendar",
    "counted_nouns",
    "role_lead_ends",
    "list_words",
    "more_or_last",
    "title_inner",
    "title_ends",
    "filmed",
}
_SPECIAL = (
    "next_tails",
    "networks",
    "famous",
    "likely",
    "screen_people",
    "not_names",
    "not_name_ends",
    "role_leads",
    "articled_names",
    "furniture",
)


def read_lexicon(data: Mapping[str, Any], *, vocabulary: frozenset[str]) -> Lexicon:
    """The lexicon a rule file's section says; `vocabulary` are the rules' own words, which are no names either.

    Raises LexiconError for a missing or unknown key and for a value of the wrong shape.
    """
    data = {**_OPTIONAL, **data}
    fields = Lexicon.__dataclass_fields__.keys() - _DERIVED
    for key in sorted(fields ^ data.keys()):
        raise LexiconError(f"{key} is {'missing' if key in fields else 'no key of it'}")
    plain = fields - {*_NUMBERED, *_SPECIAL}
    values: dict[str, Any] = {key: frozenset(map(fold, _texts(data, key))) for key in plain}
    values |= {key: _numbers(data, key) for key in _NUMBERED}
    roles = [tuple(words_of(text)[0]) for text in _texts(data, "role_leads")]
    # "April Winter" is a name; her months and seasons are known as dates where they are dates.
    named = values["months"].keys() | values["year_quarters"].keys()
    units = values["season_units"] | values["run_units"]
    not_names = (vocabulary - named).union(values["weekdays"], values["ordinals"], map(fold, _texts(data, "not_names")))
    bridges = values["articles"] | values["joiners"] | values["of_words"]
    return Lexicon(
        **values,
        units=units | values["new_units"],
        calendar=frozenset(named).union(
            *(values[key] for key in ("days_ahead", "month_units", "year_units")),
            (day.split()[0] for day in values["weekdays"]),
            ("q1", "q2", "q3", "q4"),
        ),
        counted_nouns=units | values["months"].keys() if "." in values["ordinal_marks"] else frozenset(),
        networks=WordNames(_texts(data, "networks")),
        famous=WordNames(_texts(data, "famous")),
        likely=WordNames(_texts(data, "likely")),
        screen_people=WordNames(_texts(data, "screen_people")),
        not_names=not_names,
        not_name_ends=tuple(map(fold, _texts(data, "not_name_ends"))),
        next_tails=tuple(tuple(words_of(text)[0]) for text in _texts(data, "next_tails")),
        role_lead_ends=frozenset(lead[-1] for lead in roles),
        list_words=values["joiners"] | {","},
        more_or_last=values["more_words"] | values["last_words"],
        title_inner=values["title_small"] | {":", "&", "'s", "!"},
        title_ends=(not_names | values["role_ends"] | values["date_lead"]) - bridges,
        filmed=values["screen"] | values["credits"] | values["production"],
        role_leads=tuple(sorted(roles, key=len, reverse=True)),
        articled_names=frozenset(" ".join(words_of(text)[0]) for text in _texts(data, "articled_names")),
        furniture=tuple(map(fold, _texts(data, "furniture"))),
    )


def _texts(data: Mapping[str, Any], key: str) -> list[str]:
    value = data[key]
    if not isinstance(value, list) or not all(isinstance(text, str) and text for text in value):
        raise LexiconError(f"{key} must be a list of texts")
    return value


def _numbers(data: Mapping[str, Any], key: str) -> dict[str, int]:
    value = data[key]
    if not isinstance(value, Mapping) or not all(isinstance(number, int) for number in value.values()):
        raise LexiconError(f"{key} must be a table of words and whole numbers")
    return {fold(str(word)): number for word, number in value.items()}
