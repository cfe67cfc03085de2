"""Says what a body is that is no feed, in words that help the user."""

import re
from collections.abc import Sequence

from monitor.core.fetching import NotAFeed
from monitor.core.text import clean_line
from monitor.sources.discovery import declared_feeds
from monitor.sources.html import first, parse, text_of, to_text
from monitor.sources.reading import json_value

_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|meta|script|div|p)\b", re.IGNORECASE)
_BOT_CHECK_TITLE = re.compile(
    r"just a moment|attention required|access denied|are you (?:a )?(?:human|robot)|verify(?:ing)? you are|"
    r"security check|request blocked|pardon our interruption|ddos",
    re.IGNORECASE,
)
_BOT_CHECK_BODY = re.compile(
    rb"challenge-platform|cf-chl|_cf_chl|datadome|px-captcha|g-recaptcha|h-captcha|incapsula", re.IGNORECASE
)
_LOGIN_TITLE = re.compile(r"\b(?:log ?-?in|sign ?-?in|anmelden|connexion|iniciar sesi[oó]n)\b", re.IGNORECASE)
_CONSENT = re.compile(r"\b(?:cookie|consent|before you continue|bevor sie fortfahren|privacy)\b", re.IGNORECASE)
# A parking service says so itself, or sells the name in its title.
_PARKED_TITLE = re.compile(
    r"(?:\b(?:domain|name|website)|\w\.[a-z]{2,12}) (?:is |may be )(?:for sale|parked|expired)|buy this domain|domain (?:parking|for sale)",
    re.IGNORECASE,
)
_PARKED_BODY = re.compile(
    rb"sedoparking|parkingcrew|parklogic|bodis\.com|afternic|hugedomains|dan\.com/buy|window\.park\b|above\.com/domain",
    re.IGNORECASE,
)
# Pages that stand in a site's place, by their titles and what they hold.
_OTHERS = (
    ("a parked domain", _PARKED_TITLE, _PARKED_BODY),
    ("a bot check", _BOT_CHECK_TITLE, _BOT_CHECK_BODY),
)
_BROKEN_OFF = re.compile(rb"[\s\xef\xbb\xbf]*(?:\{\s*\"|\[\s*[\[{\"])")  # JSON begins so
_LOOKED_AT = 500_000
_MOST_FEEDS = 5


def not_a_feed(body: bytes, *, url: str) -> NotAFeed:
    """What the body is instead: a bot check, a login page, a page that names feeds of its own, half a document, plain words."""
    start = body[:_LOOKED_AT]
    if not start.strip(b"\x00\xef\xbb\xbf \t\r\n"):
        return NotAFeed(detail="an empty page")
    is_half = _BROKEN_OFF.match(start) is not None and json_value(body) is None
    if is_half or not _HTML.search(start[:5_000]):
        return _in_words(start[:2_000].decode("utf-8", errors="replace"), is_half=is_half)
    root = parse(start.decode("utf-8", errors="replace"))
    title_node = first(root, "title")
    title = clean_line(title_node.text() if title_node is not None else "", 80)
    words = "" if title else clean_line(text_of(root), 60)
    page = f"an HTML page titled “{title}”" if title else f"an HTML page without a title; it begins “{words}”"
    feeds = list(dict.fromkeys(link.url for link in declared_feeds(root, url)))
    for mark, titled, held in _OTHERS:
        if titled.search(title) or (held.search(start) and not feeds):
            return NotAFeed(detail=f"{page} ({mark})")
    if feeds:
        return NotAFeed(detail=f"{page}{_say_feeds(feeds)}")
    if first(root, "input[type=password]") is not None or _LOGIN_TITLE.search(title):
        return NotAFeed(detail=f"{page} (a login page)")
    return NotAFeed(detail=f"{page} (a consent page)" if _CONSENT.search(title) else page)


def _in_words(text: str, *, is_half: bool) -> NotAFeed:
    """What is no page, by how it begins."""
    if is_half:
        return NotAFeed(detail=f"a document that breaks off or is damaged; it begins “{clean_line(text, 80)}”")
    words = clean_line(to_text(text), 120)
    return NotAFeed(detail=f"not a feed; it begins “{words}”" if words else "not a feed, and holds no text")


def is_bot_check(title: str) -> bool:
    """Whether a page of this title, with nothing else to say, asks for proof that a person reads it."""
    return _BOT_CHECK_TITLE.search(title) is not None


def _say_feeds(feeds: Sequence[str]) -> str:
    """Where the feed is, when the page leaves no doubt, else where it may be."""
    meant = [feed for feed in feeds if "comments" not in feed]
    if len(meant) == 1:
        return f"; its feed is {meant[0]}: write that address under url"
    return f"; its feeds may be: {', '.join([*meant, *(feed for feed in feeds if feed not in meant)][:_MOST_FEEDS])}"
