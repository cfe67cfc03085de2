"""Titles without quotation marks: stretches of capitals, weighed by what stands beside them."""

from collections.abc import Iterator

from monitor.core import titles
from monitor.core.findings import Finding
from monitor.core.lexicon import Lexicon
from monitor.core.phrases import Span
from monitor.core.reading import Passage
from monitor.core.report import OF_PERSONS

_ENOUGH = 2
_PLENTY = 4  # where the text has a title elsewhere


def best(finding: Finding, lexicon: Lexicon, *, titled: bool) -> Span | None:
    """The stretch of capitals that most looks like the title of what the news is about; None where none does.

    `titled` says that another sentence names a title for sure.
    """
    weighed = [(_weight(span, finding, lexicon), span) for span in stretches(finding.passage, lexicon)]
    likely = [
        (weight, -_gap(span, finding), span) for weight, span in weighed if weight >= (_PLENTY if titled else _ENOUGH)
    ]
    return max(likely)[2] if likely else None


def stretches(passage: Passage, lexicon: Lexicon) -> tuple[Span, ...]:
    """The widest stretches of capitals outside quotations, seasons, dates and networks, in order.

    One ends at the 's of a whole name: in "Ana Winter's Paper Lions" only the lions are a title. In a headline with
    capitals throughout it also ends at every word that no name holds.
    """
    words = passage.sentence.words
    counted = ((season.first, season.last) for season in passage.seasons)
    dated = ((day.first, day.last) for day in passage.dates)
    quoted = ((quote.first, quote.last) for quote in passage.quoted)
    taken = {place for first, last in (*counted, *dated, *quoted, *passage.networks) for place in range(first, last)}
    taken |= {name.last for name in passage.people if words[name.last : name.last + 1] == ("'s",)}
    if not passage.amid_small:
        taken |= {place for place, word in enumerate(words) if word in lexicon.title_ends}
    return tuple(
        span for span in _widest(titles.runs(passage.sentence, lexicon, taken)) if _telling(span, words, lexicon)
    )


def _telling(span: Span, words: tuple[str, ...], lexicon: Lexicon) -> bool:
    """Whether more stands there than a letter, a number or words for what is filmed: the X of "X-rated" is no title."""
    if titles.is_outlet(words[span[0] : span[1]], lexicon):
        return False
    return any(
        len(word) > 1 and not word.isdecimal() and word not in lexicon.filmed for word in words[span[0] : span[1]]
    )


def _widest(runs: Iterator[Span]) -> Iterator[Span]:
    """The runs that are within no other, in order."""
    reached = 0
    for first, last in sorted(runs, key=lambda run: (run[0], -run[1])):
        if last > reached:
            reached = last
            yield first, last


def _gap(span: Span, finding: Finding) -> int:
    return max(0, finding.hit.first - span[1], span[0] - finding.hit.last)


def _weight(span: Span, finding: Finding, lexicon: Lexicon) -> int:
    return (
        _beside_words(span, finding.passage, lexicon) + _beside_news(span, finding) - _against(span, finding, lexicon)
    )


def _beside_words(span: Span, passage: Passage, lexicon: Lexicon) -> int:
    """What stands to its left and right, whatever the news: a season, a word for what is filmed, whose it is."""
    first, last = span
    words = passage.sentence.words
    weight = _beside_season(span, passage, lexicon)
    behind = words[_behind(span, words) :][:1]
    if not lexicon.portraits.issuperset(behind):
        typed = any(
            word in lexicon.screen or word in lexicon.credits or word in lexicon.season_units for word in behind
        )
        weight += 3 if typed else not lexicon.production.isdisjoint(behind)
    before = words[:first]
    articled = words[first] in lexicon.articles and first > 0
    if not lexicon.screen.isdisjoint(before[-1:] if before[-1:] != (",",) or not articled else before[-2:-1]):
        weight += 2  # "the drama Low Country", "a drama, The Iron Court"
    if "titles" not in lexicon.capitals and not lexicon.of_words.isdisjoint(before[-1:]):
        weight += 2 * (not lexicon.screen.isdisjoint(before[-2:-1]))  # "Kinostart von Nordlicht"
    if before[-1:] == ("'s",):
        weight += 3 if any(network[1] == first - 1 for network in passage.networks) else 2
    opens = first == 0 and words[last : last + 1] == (":",)
    return weight + 2 * opens + articled + words[last - 1].isdecimal()


def _beside_season(span: Span, passage: Passage, lexicon: Lexicon) -> int:
    """Weight for the title of a season: "Low Country's season 2", "season 2 of Low Country"; a little for any season near."""
    words = passage.sentence.words
    behind = _behind(span, words)
    of_it = not lexicon.of_words.isdisjoint(words[max(0, span[0] - 1) : span[0]])
    if any(season.first == behind or (of_it and season.last == span[0] - 1) for season in passage.seasons):
        return 4
    return len(passage.seasons) > 0


def _behind(span: Span, words: tuple[str, ...]) -> int:
    """The place of the word behind a stretch and its 's."""
    return span[1] + (words[span[1] : span[1] + 1] == ("'s",))


def _beside_news(span: Span, finding: Finding) -> int:
    """What the rule that fired says: the stretch lies in its slot for titles, or touches its words."""
    first, last = span
    hit = finding.hit
    if any(name == "title" and low < last and first < high for name, (low, high) in hit.bindings):
        return 3
    ahead = _behind(span, finding.passage.sentence.words) == hit.first
    return 2 if ahead or hit.first <= first <= hit.last else 0


def _against(span: Span, finding: Finding, lexicon: Lexicon) -> int:
    """What speaks for a person, a role or no name at all."""
    first, last = span
    passage, words = finding.passage, finding.passage.sentence.words
    before = words[first - 1 : first] if first else ()
    named = any(name.first < last and first < name.last for name in passage.people)
    bound = any(name == "person" and low < last and first < high for name, (low, high) in finding.hit.bindings)
    weight = 0
    if any(words[max(0, first - len(lead)) : first] == lead for lead in lexicon.role_leads):
        weight += 5
    if bound or (named and before and before[0] in lexicon.credits):
        weight += 4
    elif named and (finding.rule.people != "none" or last != finding.hit.first):
        weight += 2 if finding.rule.kind in OF_PERSONS and finding.rule.people != "none" else 1
    if all(word in lexicon.not_names for word in words[first:last]):
        weight += 2
    # Among capitals throughout, and where every noun has one, a single word is seldom a title.
    bare = "nouns" in lexicon.capitals or not passage.amid_small
    return weight + (3 if bare and last - first == 1 else 0)
