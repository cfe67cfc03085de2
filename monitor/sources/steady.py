"""What of a page's text stays the same until somebody writes something new: no counters, clocks, relative times, tokens."""

import hashlib
import re
from datetime import datetime

from monitor.core.text import fold
from monitor.sources.showndates import AGO, DAY, NOW, is_only_date

_TIME = re.compile(r"\b\d{1,2}[:h]\d{2}(?::\d{2})?(?: ?[ap]\.?m\b)?")
# "1,204 views", "3.4k likes", "12 Kommentare", and the other way round: "Views: 1204".
_COUNTED = (
    r"(?:views?|reads?|likes?|shares?|comments?|replies|reactions?|followers?|online|people|visitors?|votes?|"
    r"aufrufe?|kommentare?|antworten|leser|visitas|vistas|comentarios?|lecturas|vues|commentaires?|lectures|"
    r"visualizzazioni|commenti|letture|visualizacoes|comentarios?|reacties|weergaven)"
)
_COUNT = re.compile(rf"\b\d[\d., ]{{0,14}}[km]? ?\+? ?{_COUNTED}\b|\b{_COUNTED}\b ?[:(]? ?\d[\d.,]{{0,14}}[km]?\)?")
_TOKEN = re.compile(
    r"\b(?=[a-z0-9_-]*\d)(?=[a-z0-9_-]*[a-z])[a-z0-9_-]{20,}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
)
_LONGEST = 1_000  # characters of a line that are compared
_WORD = re.compile(r"[^\W\d_]{2,}")


def steady(line: str, *, now: datetime) -> str:
    """What of a line can be compared with an earlier reading; "" where nothing is left of it that says anything."""
    if is_only_date(line, now=now):
        return ""
    text = fold(line[:_LONGEST])
    for changing in (_TOKEN, AGO, NOW, DAY, _TIME, _COUNT):
        text = changing.sub(" ", text)
    return " ".join(text.split()) if _WORD.search(text) else ""


def mark_of(text: str) -> str:
    """A short mark by which text is known again."""
    return hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()[:12]
