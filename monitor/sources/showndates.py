"""Dates as pages show them to people: with the names of months, relative to now, in the languages our rules know.

A date without a zone is read as UTC, and one without a time as midnight: which day it is decides, not which hour.
"""

import re
from datetime import UTC, datetime, timedelta

from monitor.core.text import clean_line, fold
from monitor.sources.dates import read_date

_LONGEST = 120
_AHEAD = timedelta(days=1)
_EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
_CENTURY = 100
_MONTHS = 12
_NOON = 12

_UNITS: tuple[tuple[str, timedelta], ...] = (
    (r"s|secs?|seconds?|sekunden?|segundos?|secondes?|seconden|secondi|secondo", timedelta(seconds=1)),
    (r"m|mins?|minutes?|minuten?|minutos?|minut[io]|minuut", timedelta(minutes=1)),
    (r"h|hrs?|hours?|std|stunden?|horas?|heures?|or[ae]|uur|uren", timedelta(hours=1)),
    (r"d|days?|tag(?:en?)?|dias?|jours?|giorn[io]|dag(?:en)?", timedelta(days=1)),
    (r"w|wks?|weeks?|wochen?|semanas?|semaines?|settiman[ae]|weken", timedelta(weeks=1)),
    (r"mo|mos|months?|monat(?:en?)?|mes(?:es)?|mois|mes[ei]|maand(?:en)?", timedelta(days=30)),
    (r"y|yrs?|years?|jahr(?:en?)?|anos?|ans?|ann[io]|jaar", timedelta(days=365)),
)
_UNIT = "|".join(names for names, _ in _UNITS)
_NUMBER = r"\d{1,3}(?= ?[a-z])|(?:an?|one|ein|einer|einem|una?|une|uno|um|uma|een)(?= )"
# Folded text: "il y a 2 heures", "vor 2 Stunden", "hace 2 horas", "há 2 horas", "2 uur geleden", "2 ore fa", "2h ago".
AGO = re.compile(
    rf"(?:\b(?P<n1>{_NUMBER}) ?(?P<u1>{_UNIT})\.? (?:ago|fa|geleden|atras)\b"
    rf"|\b(?:vor|hace|ha|il y a) (?P<n2>{_NUMBER}) ?(?P<u2>{_UNIT})\b"
    rf"|^(?P<n3>\d{{1,3}}) ?(?P<u3>{_UNIT})$)"
)
_DAYS = {
    "today": 0, "heute": 0, "hoy": 0, "aujourd'hui": 0, "hoje": 0, "oggi": 0, "vandaag": 0,
    "yesterday": 1, "gestern": 1, "ayer": 1, "hier": 1, "ontem": 1, "ieri": 1, "gisteren": 1,
}  # fmt: skip
DAY = re.compile(rf"\b(?P<day>{'|'.join(_DAYS)})\b")
NOW = re.compile(r"\b(?:just now|moments? ago|gerade eben|ahora mismo|a l'instant|agora mesmo|adesso|zojuist)\b")
_TIME = re.compile(
    r"\b(?P<hour>[01]?\d|2[0-3])(?:[:.h](?P<minute>[0-5]\d)(?::[0-5]\d)?\s?(?P<half>[ap]\.?m\b)?|\s?(?P<only>[ap]\.?m\b))"
)

# By their first letters, folded; the longer ones tell March from May and June from July.
_MONTH_NAMES = {
    "jan": 1, "gen": 1, "ene": 1, "feb": 2, "fev": 2, "mar": 3, "mrz": 3, "maa": 3, "apr": 4, "avr": 4, "abr": 4,
    "may": 5, "mai": 5, "mag": 5, "mei": 5, "jun": 6, "giu": 6, "juin": 6, "jul": 7, "juil": 7, "lug": 7, "aug": 8,
    "aou": 8, "ago": 8, "sep": 9, "set": 9, "okt": 10, "oct": 10, "ott": 10, "out": 10, "nov": 11,
    "dec": 12, "dez": 12, "dic": 12,
}  # fmt: skip
_MONTH = (
    r"(?P<month>jan(?:uary|uar|vier|eiro|uari)?|gen(?:naio)?|ene(?:ro)?|feb(?:ruary|ruar|rero|braio|ruari)?|"
    r"fev(?:rier|ereiro)?|mar(?:ch|s|zo|co)?|marz|mrz|maart|mrt|apr(?:il|ile)?|avr(?:il)?|abr(?:il)?|may|mayo|mai|maio|"
    r"mag(?:gio)?|mei|june?|juni|junio|junho|juin|giu(?:gno)?|july?|juli|julio|julho|juil(?:let)?|lug(?:lio)?|"
    r"aug(?:ust|ustus)?|aout|ago(?:sto)?|sept?(?:ember|embre|iembre)?|set(?:embro|tembre)?|o[ck]t(?:ober|obre|ubre)?|"
    r"ott(?:obre)?|out(?:ubro)?|nov(?:ember|embre|iembre|embro)?|de[cz](?:ember|embre|embro)?|dic(?:iembre|embre)?)"
)
_YEAR = r"(?P<year>(?:19|20)\d\d|'?\d\d(?!\d|:))"
_DAY_FIRST = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|o|º|\.)?[ -]?(?:of |de |di )?{_MONTH}\b\.?,?(?:[ -](?:of |de |del )?{_YEAR})?"
)
_MONTH_FIRST = re.compile(rf"\b{_MONTH}\b\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:),?(?: {_YEAR})?")
_ISO = re.compile(
    r"\b(?:19|20)\d\d-\d\d?-\d\d?(?:[t ]\d\d?:\d\d(?::\d\d(?:[.,]\d+)?)?\s*(?:z\b|[+-]\d\d:?\d\d)?)?", re.IGNORECASE
)
_STAMP = re.compile(r"[\d./:TZ+,\s-]+|.*:\d\d\s+(?:[+-]\d{4}|[A-Z]{3,4})")  # as programs write them
_NUMERIC = re.compile(r"\b(?P<one>\d{1,2})(?P<mark>[./-])(?P<two>\d{1,2})(?P=mark)(?P<year>(?:19|20)?\d\d)\b")

_AROUND_DATES = frozenset({
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "montag", "dienstag", "mittwoch",
    "donnerstag", "freitag", "samstag", "sonntag", "lunes", "martes", "miercoles", "jueves", "viernes", "sabado",
    "domingo", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "segunda", "terca", "quarta",
    "quinta", "sexta", "feira", "lunedi", "martedi", "mercoledi", "giovedi", "venerdi", "sabato", "domenica",
    "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag", "mon", "tue", "wed", "thu", "fri",
    "sat", "sun", "at", "on", "um", "uhr", "last", "updated", "stand", "aktualisiert", "zuletzt", "actualizado", "utc",
    "gmt", "bst", "cet", "cest", "est", "edt", "pst", "pdt",
})  # fmt: skip


def read_shown_date(shown: str, *, now: datetime, date_format: str = "", lang: str = "") -> datetime | None:
    """The date in aware UTC; None where none can be read or believed.

    `date_format` is tried first, in the manner of strptime. 3/4/2026 is read only where `lang` says who counts how.
    """
    line = clean_line(shown, _LONGEST)
    by_format = _by_format(line, date_format) if date_format else None
    stamp = read_date(line, None, now=now) if _STAMP.fullmatch(line) else None
    found = by_format or stamp or _within(fold(line), now, lang)
    return found if found is not None and _EARLIEST <= found <= now + _AHEAD else None


def is_only_date(shown: str, *, now: datetime) -> bool:
    """Whether a line tells a date and nothing else: the day of the week, and that it was updated then."""
    if len(shown) > _LONGEST:
        return False
    rest = fold(shown)
    for pattern in (_ISO, _DAY_FIRST, _MONTH_FIRST, _NUMERIC, _TIME, AGO, DAY):
        rest = pattern.sub(" ", rest)
    return _AROUND_DATES.issuperset(re.findall(r"[^\W_]+", rest)) and read_shown_date(shown, now=now) is not None


def _by_format(line: str, date_format: str) -> datetime | None:
    try:
        read = datetime.strptime(line, date_format)  # noqa: DTZ007  # without a zone it is UTC, as everywhere
    except ValueError:
        return None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def _within(line: str, now: datetime, lang: str) -> datetime | None:
    if iso := _ISO.search(line):
        return read_date(iso[0].upper(), None, now=now)
    return _relative(line, now) or _absolute(line, now, lang)


def _relative(line: str, now: datetime) -> datetime | None:
    if NOW.search(line):
        return now
    if ago := AGO.search(line):
        return _before(now, ago)
    if day := DAY.search(line):
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return _at_time(midnight - timedelta(days=_DAYS[day["day"]]), line[day.end() :])
    return None


def _absolute(line: str, now: datetime, lang: str) -> datetime | None:
    for pattern in (_DAY_FIRST, _MONTH_FIRST):
        if (named := pattern.search(line)) and (date := _named(named, now)):
            return _at_time(date, line[named.end() :])
    numeric = _NUMERIC.search(line)
    date = _numbered(numeric, lang) if numeric else None
    return _at_time(date, line[numeric.end() :]) if numeric and date else None


def _before(now: datetime, ago: re.Match[str]) -> datetime:
    number = ago["n1"] or ago["n2"] or ago["n3"]
    unit = ago["u1"] or ago["u2"] or ago["u3"]
    length = next(length for names, length in _UNITS if re.fullmatch(names, unit))
    return now - (int(number) if number.isdecimal() else 1) * length


def _named(match: re.Match[str], now: datetime) -> datetime | None:
    name = match["month"]
    month = _MONTH_NAMES.get(name[:4]) or _MONTH_NAMES.get("mar" if name == "mrt" else name[:3])
    if month is None:
        return None
    if match["year"]:
        return _date(_full(match["year"].lstrip("'")), month, int(match["day"]))
    this_year = _date(now.year, month, int(match["day"]))
    return (
        this_year if this_year is None or this_year <= now + _AHEAD else _date(now.year - 1, month, int(match["day"]))
    )


def _numbered(match: re.Match[str], lang: str) -> datetime | None:
    """Day first, but where somebody may mean the month first, and nothing tells, no date."""
    one, two, year = int(match["one"]), int(match["two"]), _full(match["year"])
    if match["mark"] != "." and one != two and two <= _MONTHS and one <= _MONTHS and lang in {"", "en"}:
        return None
    month_first = match["mark"] != "." and (two > _MONTHS or lang == "en-US")
    return _date(year, one, two) if month_first else _date(year, two, one)


def _full(year: str) -> int:
    number = int(year)
    return number if number >= _CENTURY else 2000 + number


def _date(year: int, month: int, day: int) -> datetime | None:
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None


def _at_time(day: datetime, rest: str) -> datetime:
    """The day at the time that follows it, midnight where none does."""
    time = _TIME.search(rest)
    if time is None:
        return day
    half = (time["half"] or time["only"] or "")[:1]
    hour = int(time["hour"])
    hour = hour % _NOON + (_NOON if half == "p" else 0) if half and hour <= _NOON else hour
    return day.replace(hour=hour, minute=int(time["minute"] or 0))
