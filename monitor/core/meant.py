"""Whether a watched name is meant where it stands: everyday words need evidence."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from monitor.core.clauses import Sentence
from monitor.core.lexicon import Lexicon
from monitor.core.reading import Passage, Reading, within, words_at
from monitor.core.text import fold
from monitor.core.watchlist import Mention, WatchType, names_any

_ENOUGH = 3
_TELLING = 3  # words
_SHORT = 3  # letters: "you", "her"
_QUOTES = "\"'“”‘’‚«»‹›„"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """A mention that is the title or person of the watch, with its place in words."""

    mention: Mention
    passage: Passage
    first: int
    last: int

    @property
    def shown(self) -> str:
        return self.passage.sentence.text[self.mention.start : self.mention.end]


def meant(reading: Reading, lexicon: Lexicon) -> tuple[tuple[Meant, ...], tuple[str, ...]]:
    """The mentions that are meant, and a note on each watch whose name was refused throughout."""
    accepted: list[Meant] = []
    refused: dict[str, str] = {}
    for passage in reading.passages:
        for mention in reading.mentions:
            if within(passage.sentence, mention):
                first, last = words_at(passage.sentence, mention.start, mention.end)
                one = Meant(mention=mention, passage=passage, first=first, last=last)
                reason = _refusal(one, reading, lexicon)
                if reason is None:
                    accepted.append(one)
                else:
                    refused.setdefault(mention.watch.id, reason)
    taken = {one.mention.watch.id for one in accepted}
    return _longest(accepted), tuple(note for watch, note in refused.items() if watch not in taken)


def _longest(accepted: list[Meant]) -> tuple[Meant, ...]:
    """Without titles inside longer watched ones: "Dune" in "Dune: Part Three"."""
    return tuple(
        one for _, here in groupby(accepted, key=lambda one: id(one.passage)) for one in _outermost(list(here))
    )


def _outermost(here: list[Meant]) -> Iterator[Meant]:
    for one in here:
        if not any(
            other.first <= one.first and one.last <= other.last and other.last - other.first > one.last - one.first
            for other in here
        ):
            yield one


def _refusal(one: Meant, reading: Reading, lexicon: Lexicon) -> str | None:
    """Why the mention is not the watch, or None if it is."""
    watch = one.mention.watch
    title = f"“{one.shown}” is not taken for {watch.title}"
    if watch.type is WatchType.PERSON:
        return None
    if watch.require and not names_any(watch.require, _near(one, reading)):
        return f"{title}: none of {', '.join(watch.require)} stands with it"
    evidence = dict(_evidence(one, reading, lexicon))
    score = sum(evidence.values())
    if score >= _ENOUGH:
        return None
    told = ", ".join(f"{reason} {points:+}" for reason, points in evidence.items()) or "nothing speaks for it"
    return f"{title}: {score} of {_ENOUGH} points ({told})"


def _near(one: Meant, reading: Reading) -> str:
    """The words that stand near a mention: its own sentence, headline and lead."""
    near = [passage for passage in reading.passages if passage.place != "body" or passage is one.passage]
    return fold("\n".join(passage.sentence.quote(0, len(passage.sentence.words)) for passage in near))


def _everyday(one: Meant, lexicon: Lexicon) -> bool:
    """Whether a name is made of everyday words. Three of them together are no accident."""
    words = one.mention.name.split()
    return len(words) < _TELLING and all(
        word in lexicon.everyday or word in lexicon.title_small or word.replace("-", "").isdecimal() for word in words
    )


def _evidence(one: Meant, reading: Reading, lexicon: Lexicon) -> Iterator[tuple[str, int]]:
    passage, watch = one.passage, one.mention.watch
    if not _everyday(one, lexicon):
        yield "no everyday word", 3
    yield from _written(one, lexicon)
    yield from _beside(one, lexicon)
    if any(span.numbers for span in passage.seasons):
        yield "a season number", 1
    if watch.require:
        yield "a required word", 3
    elif passage.networks:
        yield "a network", 1
    if reading.outlet:
        yield "an outlet of film and television", 1
    if names_any(watch.cast, reading.folded):
        yield "its cast", 3


def _written(one: Meant, lexicon: Lexicon) -> Iterator[tuple[str, int]]:
    """What quotation marks and capitals say. A number has no capital, and a day of the week always has."""
    sentence = one.passage.sentence
    named = sentence.words[one.first : one.last]
    calendar = lexicon.weekdays.keys() | lexicon.months.keys()
    if _in_quotes(sentence, one):
        yield "in quotation marks", 3
        return
    if all(word in lexicon.title_small or (word in lexicon.not_names and len(word) <= _SHORT) for word in named):
        yield "a word of any sentence", -1
    if not sentence.capital(one.first):
        if _everyday(one, lexicon) and any(map(sentence.capital, range(len(sentence.words)))):
            yield "written small", -3
    elif one.shown.isupper() and not _shouted(one):
        yield "written in capitals", -3
    elif _in_date(one, lexicon):
        yield "part of a date", -3
    elif (
        any(map(sentence.capital, range(max(1, one.first), one.last)))  # any first word has one
        and named[0].isalpha()
        and "nouns" not in lexicon.capitals
        and calendar.isdisjoint(named)
        and one.passage.amid_small
    ):
        yield "a capital amid small letters", 2


def _in_date(one: Meant, lexicon: Lexicon) -> bool:
    words = one.passage.sentence.words
    day = words[one.first].isdecimal() and not lexicon.months.keys().isdisjoint(
        words[max(0, one.first - 1) : one.last + 1]
    )
    return day or any(span.first <= one.first and one.last < span.last for span in one.passage.dates)


def _shouted(one: Meant) -> bool:
    """Whether the watch writes its name in capitals, or the whole sentence is."""
    sentence = one.passage.sentence
    names = (one.mention.watch.title, *one.mention.watch.aliases)
    return one.shown in names or sentence.quote(0, len(sentence.words)).isupper()


def _in_quotes(sentence: Sentence, one: Meant) -> bool:
    """Whether the name, with a number behind it, is all of a quotation: ‘Cars’, ‘Cars 3’."""
    text, start = sentence.text, one.mention.start
    last = one.last + (sentence.words[one.last : one.last + 1] != () and sentence.words[one.last].isdecimal())
    ends = {one.mention.end, sentence.spans[last - 1][1]}
    return (
        start > 0
        and text[start - 1] in _QUOTES
        and any(text[end : end + 2].lstrip(",.")[:1] in tuple(_QUOTES) for end in ends)
    )


def _beside(one: Meant, lexicon: Lexicon) -> Iterator[tuple[str, int]]:
    """What the words next to the name say: those of production, or a longer name that it is only a part of."""
    words, passage = one.passage.sentence.words, one.passage
    owned = words[one.last : one.last + 1] == ("'s",)
    behind, before = words[one.last + owned : one.last + owned + 2], words[: one.first]
    if any(season.first == one.last + owned for season in passage.seasons):
        yield "its season", 3
    elif not (lexicon.credits | lexicon.offshoots).isdisjoint(behind[:1]):
        yield f"“{behind[0]}” behind it", 3
    elif _told(behind, lexicon):
        yield "production words behind it", 2
    elif behind[:1] and behind[0].isdecimal():
        yield "a number behind it", 2
    else:
        yield from _ahead(before, lexicon)
    placed = not lexicon.place_leads.isdisjoint(before[-1:])
    if placed and (lexicon.credits | lexicon.no_roles).isdisjoint(before[-2:-1]):
        yield "where something is", -2
    if before[-1:] == ("'s",) and any(network[1] == one.first - 1 for network in passage.networks):
        yield "a network's", 3
    elif _part_of_name(one, lexicon):
        yield "part of a longer name", -3


def _ahead(before: tuple[str, ...], lexicon: Lexicon) -> Iterator[tuple[str, int]]:
    """What the words before a name say: "season two of", "renews", "filming wraps on", "her"."""
    last, earlier = {*before[-1:]}, {*before[-2:-1]}
    leads = (lexicon.date_lead & lexicon.title_small) - lexicon.place_leads  # "on", "from"
    news = lexicon.production - lexicon.screen
    if last & lexicon.of_words and earlier & lexicon.season_units:
        yield "its season", 3
    elif last & lexicon.articles:
        yield "an article before it", -2
    elif last & (lexicon.production | lexicon.screen) - lexicon.credits or (last & leads and earlier & news):
        yield "production words before it", 2


def _told(behind: tuple[str, ...], lexicon: Lexicon) -> bool:
    """Whether news of a title follows: "returns", "to end"; "drama" may follow any word."""
    news = lexicon.production - lexicon.screen - lexicon.season_units
    return bool(behind) and (behind[0] in news or (behind[0] in lexicon.role_ends and behind[-1] in news))


def _part_of_name(one: Meant, lexicon: Lexicon) -> bool:
    """Whether a neighbour that is no word of news has a capital too: "Barry Dale", "Grain Silo", "Taxi Driver"."""
    sentence, words = one.passage.sentence, one.passage.sentence.words
    if not _everyday(one, lexicon) and not one.passage.amid_small:
        return False
    networks = {place for first, last in one.passage.networks for place in range(first, last)}
    common = (lexicon.not_names, lexicon.production, lexicon.screen, lexicon.credits, lexicon.title_stops)
    return any(
        0 <= place < len(words)
        and words[place][0].isalpha()
        and sentence.capital(place)
        and place not in networks
        and not any(words[place] in known for known in common)
        for place in (one.first - 1, one.last)
    )
