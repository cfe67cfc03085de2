"""Full-text search over announcements: what is indexed, and a user's words as an FTS5 query.

The index holds folded text and is asked with folded text, so accents, case and typography never matter.
"""

from monitor.core.announcement import Announcement
from monitor.core.text import fold


def indexed_about(announcement: Announcement) -> str:
    """The folded words an announcement is found by, apart from its headlines."""
    facts = announcement.facts
    people = (f"{person.name} {person.role or ''}" for person in facts.people)
    seasons = (f"season {season}" for season in facts.seasons)
    places = (facts.network or "", facts.place or "", facts.title or "")
    kind = announcement.kind.replace("_", " ")
    return fold(" ".join((announcement.subject.title, kind, *seasons, *people, *facts.dates, *places)))


def match_query(text: str) -> str:
    """An FTS5 query for all the words of `text`; a word ending in "*" finds what begins so. "" = nothing to look for.

    Every word is quoted, so that nothing a user types is read as an operator
    (https://www.sqlite.org/fts5.html#fts5_strings).
    """
    words = (word for word in fold(text).split() if any(char.isalnum() for char in word))
    return " ".join(_quoted(word) for word in words)


def _quoted(word: str) -> str:
    quoted = '"' + word.rstrip("*").replace('"', '""') + '"'
    return quoted + "*" if word.endswith("*") else quoted
