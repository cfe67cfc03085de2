"""How the dates of `Facts.dates` are said."""

import re

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_QUARTERS = {"1": "early", "2": "spring", "3": "summer", "4": "autumn"}
_DATE = re.compile(r"(?P<year>\d{4})(?:-Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>\d\d))?)?")


def say_date(date: str) -> str:
    """The date as people write it: "7 March 2027", "March 2027", "autumn 2027"; text of another form is left as it is."""
    match = _DATE.fullmatch(date)
    if match is None:
        return date
    year, quarter, month, day = match.group("year", "quarter", "month", "day")
    if quarter:
        return f"{_QUARTERS[quarter]} {year}"
    words = (str(int(day)) if day else "", _MONTHS[int(month) - 1] if month else "", year)
    return " ".join(word for word in words if word)


def say_when(date: str) -> str:
    """The date with the word that goes before it: "on 7 March 2027", "in March 2027"."""
    match = _DATE.fullmatch(date)
    return f"{'on' if match and match['day'] else 'in'} {say_date(date)}"
