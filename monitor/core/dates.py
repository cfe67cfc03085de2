"""Dates and windows in a sentence, resolved against the day the text was published."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from monitor.core.clauses import Sentence
from monitor.core.lexicon import Lexicon

_YEAR = re.compile(r"(?:19|20)\d\d")
_DAY = re.compile(r"([12]\d|3[01]|0?[1-9])(?:st|nd|rd|th|er|o|\.)?")
_ISO = re.compile(r"(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)")
_DOTTED = re.compile(r"(?P<day>\d\d?)\.(?P<month>\d\d?)\.(?P<year>(?:19|20)\d\d)")  # never with the month first
_SLASHED = re.compile(r"(?P<one>\d\d?)/(?P<other>\d\d?)/(?P<year>(?:19|20)\d\d)")
_MONTHS = 12
_QUARTER = re.compile(r"q([1-4])")
_PAST_DAYS = timedelta(days=60)  # a date without a year may be this far back before it means next year


@dataclass(frozen=True, slots=True, kw_only=True)
class DateSpan:
    """Words `first` up to `last` name a date. `iso` is None when it needs a day of publication we do not have."""

    first: int
    last: int
    iso: str | None


def find(sentence: Sentence, lexicon: Lexicon, published: date | None) -> tuple[DateSpan, ...]:
    """The dates of a sentence in order, each as precise as it is told. The day of the telling itself is left out."""
    words, calendar = sentence.words, lexicon.calendar
    begins = [index for index, word in enumerate(words) if word in calendar or word[0].isdigit()]  # most words do not
    if not begins:
        return ()
    found: list[DateSpan] = []
    reader = _Reader(sentence, lexicon, published)
    reached = 0
    for index in begins:
        span = reader.at(index) if index >= reached else None
        if span:
            reached = span.last
            if not reader.telling(span.first):
                found.append(span)
    return tuple(found)


class _Reader:
    """Reads one sentence. Places beyond its end read as the empty word."""

    def __init__(self, sentence: Sentence, lexicon: Lexicon, published: date | None) -> None:
        self._sentence = sentence
        self._lexicon = lexicon
        self._published = published

    def at(self, index: int) -> DateSpan | None:
        """The longest date that begins here."""
        return (
            self._digits(index)
            or self._month_first(index)
            or self._day_first(index)
            or self._quarter(index)
            or self._relative(index)
            or self._year(index)
        )

    def telling(self, index: int) -> bool:
        """Whether a verb of saying stands just before: "confirmed on Tuesday"."""
        return any(self._word(index - back) in self._lexicon.said for back in (1, 2))

    def _word(self, index: int) -> str:
        words = self._sentence.words
        return words[index] if 0 <= index < len(words) else ""

    def _digits(self, index: int) -> DateSpan | None:
        """A date in digits: "2027-03-07", "07.03.2027", "7/3/2027"."""
        if not self._word(index).isdecimal() or index + 3 > len(self._sentence.words):
            return None
        quote = self._sentence.quote(index, index + 3)
        if slashed := _SLASHED.fullmatch(quote):
            day, month = self._ordered(int(slashed["one"]), int(slashed["other"]))
            told = slashed
        elif dotted := _ISO.fullmatch(quote) or _DOTTED.fullmatch(quote):
            day, month = int(dotted["day"]), int(dotted["month"])
            told = dotted
        else:
            return None
        if not _valid(int(told["year"]), month, day):
            return None
        return DateSpan(first=index, last=index + 3, iso=f"{told['year']}-{month:02}-{day:02}")

    def _ordered(self, one: int, other: int) -> tuple[int, int]:
        """Day and month of "3/4" as the language writes them or as only one order can be; no month at all if neither tells."""
        if one > _MONTHS or one == other or "day" in self._lexicon.date_order:
            return one, other
        if other > _MONTHS or "month" in self._lexicon.date_order:
            return other, one
        return one, 0

    def _month_first(self, index: int) -> DateSpan | None:
        month = self._month(index)
        if month is None:
            return None
        after = index + 1
        day = _DAY.fullmatch(self._word(after))
        if day and not self._word(after).startswith("0"):
            year, last = self._year_after(after + 1)
            return self._day_span(index, last, month, int(day[1]), year)
        year, last = self._year_after(after)
        if year is None and not self._led(index):
            return None
        return self._month_span(index, last, month, year)

    def _day_first(self, index: int) -> DateSpan | None:
        day = _DAY.fullmatch(self._word(index))
        if not day:
            return None
        at = index + 2 if self._word(index + 1) in self._lexicon.date_links else index + 1
        month = self._month(at)
        if month is None:
            return None
        year, last = self._year_after(at + 1)
        return self._day_span(index, last, month, int(day[1]), year)

    def _quarter(self, index: int) -> DateSpan | None:
        """A quarter or a season of the year: "autumn 2027", "next spring", "Q1 2027"."""
        word = self._word(index)
        told = _QUARTER.fullmatch(word)
        quarter = int(told[1]) if told else self._lexicon.year_quarters.get(word)
        if quarter is None:
            return None
        year, last = self._year_after(index + 1)
        if year is not None:
            return DateSpan(first=index, last=last, iso=f"{year}-Q{quarter}")
        tail = self._next_tail(index)
        if told or not (tail or self._led(index)):
            return None
        further = bool(tail) or self._next(index)
        return DateSpan(first=index, last=last + tail, iso=self._coming_quarter(quarter, further=further))

    def _coming_quarter(self, quarter: int, *, further: bool) -> str | None:
        today = self._published
        if today is None:
            return None
        current = (today.month + 2) // 3
        year = today.year + (quarter < current or (quarter == current and further))
        return f"{year}-Q{quarter}"

    def _relative(self, index: int) -> DateSpan | None:
        """A day or span counted from today: "tomorrow", "on Friday", "next month", "later this year"."""
        word, lexicon, today = self._word(index), self._lexicon, self._published
        ahead = lexicon.days_ahead.get(word)
        last = index + 1
        if ahead is None and self._word(index - 1) in lexicon.day_words:
            pair = f"{word} {self._word(last)}"  # "segunda-feira": its first word alone is an ordinal
            last += pair in lexicon.weekdays
            weekday = lexicon.weekdays.get(pair, lexicon.weekdays.get(word))
            if weekday is not None:
                ahead = (weekday - today.weekday()) % 7 if today else 0
        if ahead is not None:
            iso = (today + timedelta(days=ahead)).isoformat() if today else None
            return DateSpan(first=index, last=last, iso=iso)
        tail = self._next_tail(index)
        unit = word in lexicon.month_units or word in lexicon.year_units
        if not unit or not (tail or self._next(index) or self._this(index)):
            return None
        further = bool(tail) or self._next(index)
        if today is None:
            iso = None
        elif word in lexicon.year_units:
            iso = str(today.year + further)
        else:
            months = today.year * 12 + today.month - 1 + further
            iso = f"{months // 12}-{months % 12 + 1:02}"
        return DateSpan(first=index if tail else index - 1, last=index + 1 + tail, iso=iso)

    def _next_tail(self, index: int) -> int:
        """How many words behind the one at `index` say that the next is meant: "l'année prochaine"."""
        words = self._sentence.words
        return next(
            (len(tail) for tail in self._lexicon.next_tails if words[index + 1 : index + 1 + len(tail)] == tail), 0
        )

    def _year(self, index: int) -> DateSpan | None:
        word = self._word(index)
        if not _YEAR.fullmatch(word) or not self._led(index):
            return None
        return DateSpan(first=index, last=index + 1, iso=word)

    def _month(self, index: int) -> int | None:
        """A month by its name; where months have capitals only with one, for "may" and "march" are words too."""
        month = self._lexicon.months.get(self._word(index))
        small = "months" not in self._lexicon.capitals
        return month if month and (small or self._sentence.capital(index)) else None

    def _led(self, index: int) -> bool:
        before = self._word(index - 1)
        lexicon = self._lexicon
        return before in lexicon.date_lead or before in lexicon.vague or self._next(index) or self._this(index)

    def _next(self, index: int) -> bool:
        return self._word(index - 1) in self._lexicon.next_words

    def _this(self, index: int) -> bool:
        return self._word(index - 1) in self._lexicon.this_words

    def _year_after(self, index: int) -> tuple[int | None, int]:
        """The year that stands here, after "," or "of" too, and the end of what was read."""
        word = self._word(index)
        at = index + 1 if word == "," or word in self._lexicon.date_links else index
        if _YEAR.fullmatch(self._word(at)):
            return int(self._word(at)), at + 1
        return None, index

    def _day_span(self, first: int, last: int, month: int, day: int, year: int | None) -> DateSpan | None:
        if not _valid(year or 2000, month, day):
            return None
        if year is None and self._published:
            year = _coming_year(month, day, self._published)
        return DateSpan(first=first, last=last, iso=f"{year}-{month:02}-{day:02}" if year else None)

    def _month_span(self, first: int, last: int, month: int, year: int | None) -> DateSpan:
        if year is None and self._published:
            today = self._published
            year = today.year + (month < today.month or (month == today.month and self._next(first)))
        return DateSpan(first=first, last=last, iso=f"{year}-{month:02}" if year else None)


def _coming_year(month: int, day: int, today: date) -> int:
    """The year meant by a day without one: the first in which it exists and does not lie long back."""
    years = range(today.year, today.year + 9)  # 29 February is at most eight years off
    return next(year for year in years if _valid(year, month, day) and date(year, month, day) >= today - _PAST_DAYS)


def _valid(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
