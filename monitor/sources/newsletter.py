"""Reads one mail: a newsletter with many stories, an alert mail of a search engine, or a plain letter of one story.

Runs in the killable process. Links lead to trackers that know the subscriber: they are unwrapped where they say where
they lead, and left out where they do not. Nothing is ever fetched from here.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import parse_qsl, urlsplit

from monitor.core.fetching import Parsed, ParseFailed
from monitor.core.text import clean_line, clean_text
from monitor.core.url import http_url
from monitor.sources import html
from monitor.sources.dates import read_date
from monitor.sources.entries import Entry, to_items

MOST_STORIES = 100
_TITLE_LIMIT = 500
_TEXT_LIMIT = 40_000
_PLAIN_ENOUGH = 200  # characters of a plain part worth reading; shorter ones only say where the mail can be seen
_WORDS_OF_A_HEADLINE = 4
_FILLERS = re.compile("[\u00ad\u034f\u061c\u115f\u17b4\u180e\u200b-\u200f\u2060-\u2064\ufeff]")
_HIDDEN = re.compile(
    r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden|font-size\s*:\s*0(?![\d.]*[1-9])|max-height\s*:\s*0(?!\.?[1-9])"
    r"|(?<![\w-])opacity\s*:\s*0(?!\.?\d*[1-9])",
    re.IGNORECASE,
)
# What must never be followed: it ends or confirms something in the subscriber's name.
_NEVER = re.compile(
    r"unsub|opt[-_]?(?:out|in)\b|confirm|preferenc|manage[-_/]|one[-_]?click|desinscri|abmeld|afmeld|cancelar|disiscri",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"unsubscribe|opt out|confirm|preferences|view (?:this|it|in|online|email)|in (?:your|a) browser|privacy policy|terms of|"
    r"forward (?:this|to)|sign up|subscribe|advertise|abmelden|abbestellen|désabonn|se désinscrire|darse de baja|cancelar|disiscriv|"
    r"afmelden|flag as irrelevant|see more results|edit this alert|all rights reserved",
    re.IGNORECASE,
)
# Addresses whose only use is to count who clicked.
_TRACKER = re.compile(
    r"^https?://(?:click|clicks|link|links|email|e|t|trk|track|tracking|go|mailtrack|lnk|ct|em|elink|u\d+\.ct)\d*\.[^/]+/"
    r"|list-manage\.com/|/track/click|/ls/click|/wf/click|sendgrid\.net/|mandrillapp\.com/|hubspotlinks\.com/|convertkit-mail|"
    r"substack\.com/redirect/|beehiiv\.com/|mailchi\.mp/|sendibt|cmail\d+\.com/|createsend\d*\.com/|rs\d+\.net/|mlsend\.com/",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_TARGETS = ("url", "u", "q", "target", "redirect", "redirect_url", "to", "dest", "destination", "link", "r")


@dataclass(frozen=True, slots=True, kw_only=True)
class NotForUs:
    """A mail that the source does not want, or that no newsletter is."""

    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forged:
    """A mail whose sender the user's provider did not confirm."""

    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Story:
    title: str
    text: str
    url: str


def read_mail(
    body: bytes, *, lists: tuple[str, ...], senders: tuple[str, ...], authenticated_by: str | None, now: datetime
) -> Parsed | NotForUs | Forged | ParseFailed:
    """The stories of a mail. `authenticated_by` is the provider whose word on the sender counts; None believes the sender.

    `lists` and `senders` are those wanted, in lower case; where both are empty every mail is.
    """
    mail = message_from_bytes(body, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    sender = parseaddr(_header(mail, "From"))[1].lower()
    if (reason := _unwanted(mail, sender, lists, senders)) is not None:
        return NotForUs(detail=reason)
    if authenticated_by is not None and not _is_confirmed(mail, sender, authenticated_by):
        return Forged(detail=clean_line(f"“{sender}” is not confirmed by {authenticated_by}", 160))
    stories = _stories(mail)
    identity = _identity(mail, body)
    published = read_date(_header(mail, "Date"), None, now=now)
    name = parseaddr(_header(mail, "From"))[0]
    entries = [
        Entry(
            guid=identity if len(stories) == 1 else f"{identity} {story.url or _digest(story.title)}",
            links=(story.url,),
            title=story.title,
            summary="",
            text=story.text,
            published=published,
            updated=None,
            author="",
            publisher=clean_line(name, _TITLE_LIMIT),
            lang=_header(mail, "Content-Language").split(",")[0],
        )
        for story in stories
    ]
    items, _ = to_items(entries, base="")
    return Parsed(items=items)


def _header(mail: EmailMessage, name: str) -> str:
    """The text of a header, "" where it is missing or beyond reading."""
    try:
        return str(mail.get(name, ""))
    except (ValueError, TypeError, IndexError, AttributeError, KeyError):  # of malformed headers
        return ""


def _unwanted(mail: EmailMessage, sender: str, lists: Sequence[str], senders: Sequence[str]) -> str | None:
    """Why the mail is none of the source's, None where it is."""
    list_id = _list_id(mail)
    automatic = _header(mail, "Auto-Submitted").strip().lower()
    if (
        mail.get_content_type() == "multipart/report"
        or not sender
        or sender.startswith(("mailer-daemon@", "postmaster@"))
    ):
        return "a bounce"
    # Our own alerts say "auto-generated", and no list sent them.
    if automatic.startswith("auto-replied") or (automatic not in {"", "no"} and not list_id):
        return "sent by a program, ours or a holiday note"
    if not lists and not senders:
        return None
    if list_id and list_id in lists:
        return None
    domain = sender.rpartition("@")[2]
    return None if sender in senders or f"@{domain}" in senders else "from nobody the source names"


def _list_id(mail: EmailMessage) -> str:
    """The identifier of the list (RFC 2919), in lower case."""
    written = _header(mail, "List-Id").strip().lower()
    found = re.search(r"<([^<>\s]+)>\s*$", written)
    return found[1] if found else written


def _is_confirmed(mail: EmailMessage, sender: str, provider: str) -> bool:
    """Whether the provider vouches for the sender's domain (RFC 8601).

    Providers put their word above what came with the mail, so the first of that name is theirs; a sender may have
    written others.
    """
    domain = sender.rpartition("@")[2]
    for value in mail.get_all("Authentication-Results", []):
        words = " ".join(re.sub(r"\([^()]*\)", " ", str(value)).split()).lower()
        server, _, results = words.partition(";")
        if (server.split() or [""])[0] != provider.lower():
            continue
        return any(_vouches(result, domain) for result in results.split(";"))
    return False


def _vouches(result: str, domain: str) -> bool:
    words = result.split()
    said = dict(word.partition("=")[::2] for word in words if "=" in word)
    if said.get("dmarc") == "pass":
        return said.get("header.from", domain) == domain
    if said.get("dkim") != "pass":
        return False
    signer = said.get("header.d") or said.get("header.i", "").rpartition("@")[2]
    return bool(signer) and (domain == signer or domain.endswith(f".{signer}") or signer.endswith(f".{domain}"))


def _identity(mail: EmailMessage, body: bytes) -> str:
    """The Message-ID; of a mail without one, what stands in for it."""
    written = _header(mail, "Message-ID").strip()
    return written or _digest(
        "\n".join(_header(mail, name) for name in ("From", "Date", "Subject")) + repr(body[-1024:])
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]


def _stories(mail: EmailMessage) -> list[_Story]:
    """Each story that has a headline with a link; else the mail as one story."""
    subject = clean_line(_header(mail, "Subject"), _TITLE_LIMIT)
    leaving = frozenset(_ADDRESS.findall(_header(mail, "List-Unsubscribe")))
    markup, plain = _part(mail, "html"), _part(mail, "plain")
    if markup:
        root = html.parse(markup)
        found = list(_linked_stories(root, leaving))
        if len(found) > 1:
            return found[:MOST_STORIES]
        if len(plain) < _PLAIN_ENOUGH:
            text = _text(html.text_of(root, leave_out=_is_hidden))
            return [_Story(title=subject, text=text, url=found[0].url if found else "")]
    links = {link for written in _ADDRESS.findall(plain) if (link := _unwrapped(written, leaving))}
    text = _text(_ADDRESS.sub(lambda match: _unwrapped(match[0], leaving), plain))
    return [_Story(title=subject, text=text, url=links.pop() if len(links) == 1 else "")]


def _part(mail: EmailMessage, kind: str) -> str:
    """The text of the first part of that kind that is no attachment."""
    try:
        part = mail.get_body(preferencelist=(kind,))
        content = part.get_content() if part is not None else ""
    except (LookupError, ValueError, AttributeError, TypeError):  # an unknown charset, broken parts
        return ""
    return content if isinstance(content, str) else ""


def _text(text: str) -> str:
    return clean_text(_FILLERS.sub("", text), _TEXT_LIMIT)


def _is_hidden(node: html.Node) -> bool:
    """Whether the reader does not see it: the lines for the list of mails, pictures that count."""
    return "hidden" in node.attributes or _HIDDEN.search(html.attribute(node, "style")) is not None


def _linked_stories(root: html.Node, leaving: frozenset[str]) -> Iterator[_Story]:
    """The stories of a newsletter in order: a link that reads like a headline, and the text up to the next of them."""
    marked: list[tuple[str, str]] = []

    def leave_out(node: html.Node) -> bool:
        if _is_hidden(node):
            return True
        if node.tag == "a":
            title = clean_line(_FILLERS.sub("", html.text_of(node)), _TITLE_LIMIT)
            address = html.attribute(node, "href")
            if _FURNITURE.search(title) or _NEVER.search(address) or address in leaving:
                return True
            if len(title.split()) >= _WORDS_OF_A_HEADLINE and address.lower().startswith("http"):
                marked.append((title, _unwrapped(address, leaving)))
        return False

    text = _FILLERS.sub("", html.text_of(root, leave_out=leave_out))
    told: set[str] = set()
    places = list(_places(text, [title for title, _ in marked]))
    for number, (title, url) in enumerate(marked):
        start, end = places[number]
        if start < 0 or title in told:
            continue
        told.add(title)
        following = next((place for place, _ in places[number + 1 :] if place >= end), len(text))
        yield _Story(title=title, text=_text(text[end:following]), url=url)


def _places(text: str, titles: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where each headline stands in the text, one behind the other; -1 where it does not."""
    position = 0
    for title in titles:
        found = re.compile(r"\s+".join(re.escape(word) for word in title.split())).search(text, position)
        if found is None:
            yield -1, -1
        else:
            position = found.end()
            yield found.start(), found.end()


def _unwrapped(address: str, leaving: frozenset[str]) -> str:
    """Where a link leads, as far as it says so itself; "" for one that only a click would tell, or that ends something."""
    for _ in range(3):
        inside = _target(address)
        if inside is None:
            break
        address = inside
    if address in leaving or _NEVER.search(address) or _TRACKER.search(address):
        return ""
    return address


def _target(address: str) -> str | None:
    try:
        query = {name.lower(): value for name, value in parse_qsl(urlsplit(address).query)}
    except ValueError:
        return None
    return next((found for name in _TARGETS if (found := http_url(query[name], "") if name in query else None)), None)
