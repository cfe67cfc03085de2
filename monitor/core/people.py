"""People and their roles in a sentence."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from monitor.core.clauses import Sentence, is_mark, words_of
from monitor.core.lexicon import Lexicon
from monitor.core.report import Person

_LONGEST_NAME = 4
_LONGEST_ROLE = 6
_IN_NAMES = frozenset(" .-'’\xa0‑")
_ADDRESS = frozenset("@#/")


@dataclass(frozen=True, slots=True, kw_only=True)
class NameSpan:
    """Words `first` up to `last` are a person's name."""

    first: int
    last: int


def find(sentence: Sentence, lexicon: Lexicon, taken: Iterable[tuple[int, int]]) -> tuple[NameSpan, ...]:
    """Runs of two to four capitalised words that could be a person's name, outside the places already taken by titles."""
    return tuple(span for span in _names(sentence, lexicon, taken) if span.last - span.first > 1)


def _names(sentence: Sentence, lexicon: Lexicon, taken: Iterable[tuple[int, int]]) -> tuple[NameSpan, ...]:
    """Names of one word too; without those that are another's role."""
    blocked = {place for first, last in taken for place in range(first, last)}
    found: list[NameSpan] = []
    for span in _runs(sentence, lexicon, blocked):
        if not _is_role(sentence, span, found, lexicon):
            found.append(span)
    return tuple(found)


def _is_role(sentence: Sentence, span: NameSpan, before: list[NameSpan], lexicon: Lexicon) -> bool:
    """Whether the name is somebody's part: "X as Mary Ann", "Reed plays the engineer Mary Ann".

    A lead of one word ("as") is a conjunction where no name stands before it.
    """
    for first in range(span.first, max(0, span.first - _LONGEST_ROLE), -1):
        before_it = sentence.words[first - 1]
        lead = (
            next((lead for lead in lexicon.role_leads if _ends_with(sentence, first, lead)), None)
            if before_it in lexicon.role_lead_ends
            else None
        )
        if lead:
            named = any(name.last - name.first > 1 or name.last == first - len(lead) for name in before)
            return named or len(lead) > 1
        if is_mark(before_it) or before_it in lexicon.role_ends:
            return False
    return False


def _ends_with(sentence: Sentence, last: int, words: tuple[str, ...]) -> bool:
    return sentence.words[max(0, last - len(words)) : last] == words


def slot(sentence: Sentence, lexicon: Lexicon, taken: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Word ranges for the `{person}` slot: the names, lists of them, and single names ("Zendaya").

    Of a longer run the first two words are offered too: in "Dan Hale Checks Into ..." the third is a verb.
    """
    runs = _names(sentence, lexicon, taken)
    for index, run in enumerate(runs):
        if run.last - run.first == 1 and not _stands_alone(sentence, run, lexicon):
            continue
        yield from ((run.first, end) for end in _ends(run))
        last = index
        while last + 1 < len(runs) and _listed(sentence, runs[last], runs[last + 1], lexicon):
            last += 1
            yield from ((run.first, end) for end in _ends(runs[last]))


def _ends(run: NameSpan) -> tuple[int, ...]:
    return (run.last, run.first + 2) if run.last - run.first > 2 else (run.last,)  # noqa: PLR2004 - first name, last name


def _stands_alone(sentence: Sentence, run: NameSpan, lexicon: Lexicon) -> bool:
    """Whether a single capitalised word could be a whole name.

    It opens its clause or follows a trade ("star Zia"), and a news word follows it.
    """
    clauses = sentence.clauses
    before = sentence.words[run.first - 1] if run.first else ","
    opens = is_mark(before) or before in lexicon.credits or clauses[run.first - 1] != clauses[run.first]
    following, second = (*sentence.words[run.last : run.last + 2], "", "")[:2]
    if following in lexicon.title_small:  # "Zia to play", but "House of Cards"
        return (
            opens
            and following not in lexicon.of_words
            and following not in lexicon.articles
            and second in lexicon.not_names
        )
    return opens and following in lexicon.not_names


def listed_with(
    sentence: Sentence, names: tuple[NameSpan, ...], first: int, last: int, lexicon: Lexicon
) -> tuple[NameSpan, ...]:
    """The names within a word range and those joined to them by commas and "and"."""
    inside = [index for index, name in enumerate(names) if name.first >= first and name.last <= last]
    if not inside:
        return ()
    low, high = inside[0], inside[-1]
    while low > 0 and _listed(sentence, names[low - 1], names[low], lexicon):
        low -= 1
    while high + 1 < len(names) and _listed(sentence, names[high], names[high + 1], lexicon):
        high += 1
    return names[low : high + 1]


def with_role(sentence: Sentence, name: NameSpan, lexicon: Lexicon) -> Person:
    """The person, with the role that follows the name: "as Queen Ann", ", who will play Queen Ann"."""
    return Person(name=sentence.quote(name.first, name.last), role=_role_behind(sentence, name.last, lexicon))


def role_told(sentence: Sentence, person: Person, lexicon: Lexicon) -> str | None:
    """The role a later sentence gives somebody, by whole name or by surname: "Winter plays Queen Ann"."""
    name = tuple(words_of(person.name)[0])
    for place, word in enumerate(sentence.words):
        if word != name[-1] or not sentence.capital(place):
            continue
        other = place > 0 and _name_word(sentence, place - 1, lexicon) and not _ends_with(sentence, place + 1, name)
        role = None if other else _role_behind(sentence, place + 1, lexicon)
        if role:
            return role
    return None


def _role_behind(sentence: Sentence, place: int, lexicon: Lexicon) -> str | None:
    words = sentence.words
    place += words[place : place + 1] == (",",)
    for lead in lexicon.role_leads:
        if words[place : place + len(lead)] == lead:
            return _role(sentence, place + len(lead), lexicon)
    return _role_before_verb(sentence, place, lexicon)


def _role_before_verb(sentence: Sentence, place: int, lexicon: Lexicon) -> str | None:
    """The role where its verb comes last: "wird in „Nordmoor“ die Lehrerin Mia Tann spielen"."""
    words = sentence.words
    if lexicon.role_helpers.isdisjoint(words[place : place + 1]):
        return None
    clause = [at for at in range(place + 1, len(words)) if sentence.clauses[at] == sentence.clauses[place]]
    last = next((at for at in clause if words[at] in lexicon.role_verbs), place)
    # The article of a title follows a preposition: "wird in Das Boot spielen".
    opening = [at for at in clause if at < last and words[at] in lexicon.articles]
    if not opening or words[opening[-1] - 1] in lexicon.place_leads:
        return None
    first = opening[-1]
    lead = next(
        (lead for lead in lexicon.role_leads if words[first : first + len(lead)] == lead), words[first : first + 1]
    )
    first += len(lead)
    if not 0 < last - first <= _LONGEST_ROLE or all(word in lexicon.no_roles for word in words[first:last]):
        return None
    return sentence.quote(first, last)


def role_in(sentence: Sentence, first: int, last: int, lexicon: Lexicon) -> str | None:
    """The first role named within a word range, for a name that stands apart from it: "X joins the show as Y"."""
    for place in range(first, last):
        for lead in lexicon.role_leads:
            if sentence.words[place : place + len(lead)] == lead:
                return _role(sentence, place + len(lead), lexicon)
    return None


def role_slot(sentence: Sentence, lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """Word ranges for the `{role}` slot: any short run of words within a clause."""
    for first in range(len(sentence.words)):
        for last in range(first + 1, _role_end(sentence, first, lexicon) + 1):
            yield first, last


def _role(sentence: Sentence, first: int, lexicon: Lexicon) -> str | None:
    while first < len(sentence.words) and sentence.words[first] in lexicon.articles:
        first += 1
    last = _role_end(sentence, first, lexicon)
    if all(word in lexicon.no_roles for word in sentence.words[first:last]):
        return None  # "as the lead", "as series regulars": a part, but not which
    return sentence.quote(first, last)


def _role_end(sentence: Sentence, first: int, lexicon: Lexicon) -> int:
    words = sentence.words
    place = first
    while place < len(words) and place - first < _LONGEST_ROLE + 1:
        word = words[place]
        if (is_mark(word) and word != "'s") or word in lexicon.role_ends or _addressed(sentence, place):
            break
        place += 1
    return place


def _addressed(sentence: Sentence, place: int) -> bool:
    """Whether the word is an account, a topic or part of an address: "@everyone", "#undertow"."""
    return place > 0 and not _ADDRESS.isdisjoint(sentence.text[sentence.spans[place - 1][1] : sentence.spans[place][0]])


def _listed(sentence: Sentence, left: NameSpan, right: NameSpan, lexicon: Lexicon) -> bool:
    first = _behind_role(sentence, left.last, lexicon)
    between = sentence.words[first : right.first]
    return 0 < len(between) <= 2 and lexicon.list_words.issuperset(between)  # noqa: PLR2004 - ", and"


def _behind_role(sentence: Sentence, place: int, lexicon: Lexicon) -> int:
    """The end of the role that begins here, so that a list may go on: "A as the nurse and B"; `place` without one."""
    lead = next((lead for lead in lexicon.role_leads if sentence.words[place : place + len(lead)] == lead), ())
    return _role_end(sentence, place + len(lead), lexicon) if lead else place


def _runs(sentence: Sentence, lexicon: Lexicon, blocked: set[int]) -> Iterator[NameSpan]:
    index = 0
    while index < len(sentence.words):
        # Only a capital begins a name.
        last = _run_end(sentence, index, lexicon, blocked) if sentence.capitals[index] else index
        if last > index and last - index <= _LONGEST_NAME:
            yield NameSpan(first=index, last=last)
        index = max(last, index + 1)


def _run_end(sentence: Sentence, first: int, lexicon: Lexicon, blocked: set[int]) -> int:
    """The end of the run of name words that begins here; `first` itself when none does."""
    place = last = first
    words = sentence.words
    while place < len(words) and place not in blocked and (place == first or _spaced(sentence, place)):
        word = words[place]
        named = _name_word(sentence, place, lexicon)
        if place == first:
            named = named or (place + 1 not in blocked and _also_forename(sentence, place, lexicon))
        else:
            named = (
                named or word in lexicon.name_tails or (place == first + 1 and _also_surname(sentence, place, lexicon))
            )
        if named:
            last = place + 1
        elif last == first or word not in lexicon.name_links:
            break
        place += 1
    return last


def _spaced(sentence: Sentence, place: int) -> bool:
    """Whether nothing parts a word from the one before it that no name holds: "News > Ana Winter"."""
    return _IN_NAMES.issuperset(sentence.text[sentence.spans[place - 1][1] : sentence.spans[place][0]])


def _also_forename(sentence: Sentence, place: int, lexicon: Lexicon) -> bool:
    """Whether a word that is mostly something else begins a name: "Will Arden joins", but not "Bo Field Will Join"."""
    words = sentence.words
    if words[place] not in lexicon.also_forenames or "?" in words or place + 1 >= len(words):
        return False
    before = words[place - 1] if place else ","
    opens = is_mark(before) or before in lexicon.joiners or before in lexicon.credits or not sentence.capital(place - 1)
    return opens and sentence.capital(place) and _name_word(sentence, place + 1, lexicon)


def _also_surname(sentence: Sentence, place: int, lexicon: Lexicon) -> bool:
    """Whether a word that is mostly something else ends a name: "Ana Black", but not "Snow White"."""
    return (
        sentence.words[place] in lexicon.also_surnames
        and sentence.capital(place)
        and sentence.words[place - 1] not in lexicon.everyday
    )


def _name_word(sentence: Sentence, place: int, lexicon: Lexicon) -> bool:
    word = sentence.words[place]
    return (
        sentence.capitals[place]
        and word[0].isalpha()
        and (word not in lexicon.not_names or _initial(sentence, place))
        and not word.endswith(lexicon.not_name_ends)
    )


def _initial(sentence: Sentence, place: int) -> bool:
    """Whether the word is a letter with a stop, though as a word it is no name: the "A" of "J.A. Ferrer"."""
    end = sentence.spans[place][1]
    return len(sentence.words[place]) == 1 and sentence.text[end : end + 1] == "."
