"""Reads what pages, headers and robots.txt say of feeds. For the killable process, like every reader."""

import re
from collections.abc import Iterable, Iterator

from monitor.core.discovery import Link, Site, Traits
from monitor.core.text import clean_line
from monitor.core.url import http_url
from monitor.sources.charset import decoded
from monitor.sources.html import Node, attribute, base_of, first, parse
from monitor.sources.jsonfeed import is_json
from monitor.sources.reading import json_value

_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/json"})
_LOOKED_AT = 2_000_000
_TITLE_LIMIT = 200
_MOST_LINKS = 5_000
_MOST = 30
_LONGEST_WORDS = 60  # of a link to a feed; longer ones are headlines
# Feeds, as far as an address shows it: /rss, /feed/, news.rss, rss.xml, ?feed=rss2, feeds.example.org.
_FEED_PATH = re.compile(
    r"/(?:rss|atom|feeds?|rdf)(?:2|20)?/?$|\.(?:rss|atom|rdf)$|/(?:rss|feed|atom|index)\d?\.(?:xml|json|php)$|"
    r"/(?:rss|feeds?)/.{1,80}\.xml$|[?&](?:feed|format|alt|service|type)=(?:rss|atom|feed)",
    re.IGNORECASE,
)
_FEED_WORDS = re.compile(r"\b(?:rss|atom|newsfeed)\b", re.IGNORECASE)
_HEADER_LINK = re.compile(r"<([^<>]{1,4096})>((?:\s*;\s*[\w*-]+\s*=\s*(?:\"[^\"]{0,500}\"|[^\s,;\"]{1,500})){0,10})")
_PARAMETER = re.compile(r"([\w*-]+)\s*=\s*(?:\"([^\"]*)\"|([^\s,;\"]+))")
_HUB = re.compile(rb"<(?:[\w-]{1,20}:)?link\b([^>]{1,2000})>", re.IGNORECASE)
_HUB_REL = re.compile(rb"""\brel\s*=\s*["']?hub\b""", re.IGNORECASE)
_HREF = re.compile(rb"""\bhref\s*=\s*["']([^"']{1,2000})["']""", re.IGNORECASE)
_AUDIO = re.compile(rb"""<enclosure\b[^>]{0,2000}\btype\s*=\s*["']audio/""", re.IGNORECASE)
_SITEMAP = re.compile(rb"^[ \t]*sitemap[ \t]*:[ \t]*(\S{1,4096})", re.IGNORECASE | re.MULTILINE)


def read_site(body: bytes, *, url: str, content_type: str | None, link_header: str) -> Site:
    """What a page and the `Link` header it came with say of feeds; each address once, in their order."""
    root = parse(decoded(body[:_LOOKED_AT], content_type))
    title = first(root, "title")
    declared = _once((*header_links(link_header, url, rel="alternate"), *declared_feeds(root, url)))
    known = {link.url for link in declared}
    return Site(
        title=clean_line(title.text() if title is not None else "", _TITLE_LIMIT),
        declared=declared,
        linked=tuple(link for link in _once(_linked(root, url)) if link.url not in known),
    )


def declared_feeds(root: Node, url: str) -> Iterator[Link]:
    """The feeds that a page declares, as feed readers look for them."""
    base = base_of(root, url)
    for link in root.css("link[href]"):
        rel = attribute(link, "rel").lower().split()
        if "alternate" in rel and attribute(link, "type").partition(";")[0].strip().lower() in _FEED_TYPES:
            address = http_url(attribute(link, "href"), base)
            # WordPress declares its API in the same way.
            if address is not None and "/wp-json/" not in address:
                yield Link(url=address, title=clean_line(attribute(link, "title"), _TITLE_LIMIT))


def header_links(header: str, url: str, *, rel: str) -> Iterator[Link]:
    """The feeds, or with another `rel` whatever it is, that a `Link` header names (RFC 8288)."""
    for target, written in _HEADER_LINK.findall(header):
        said = {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(written)}
        is_feed = rel != "alternate" or said.get("type", "").lower() in _FEED_TYPES
        address = http_url(target, url)
        if (
            rel in said.get("rel", "").lower().split()
            and is_feed
            and address is not None
            and "/wp-json/" not in address
        ):
            yield Link(url=address, title=clean_line(said.get("title", ""), _TITLE_LIMIT))


def _linked(root: Node, url: str) -> Iterator[Link]:
    """Links in the page that look like feeds."""
    base = base_of(root, url)
    for anchor in root.css("a[href]")[:_MOST_LINKS]:
        address = http_url(attribute(anchor, "href"), base)
        if address is None or address == url:
            continue
        words = clean_line(f"{anchor.text()} {attribute(anchor, 'title')}", _TITLE_LIMIT)
        if _FEED_PATH.search(address) or (_FEED_WORDS.search(words) and len(words) < _LONGEST_WORDS):
            yield Link(url=address.partition("#")[0], title=words)


def _once(links: Iterable[Link]) -> tuple[Link, ...]:
    found: dict[str, Link] = {}
    for link in links:
        found.setdefault(link.url, link)
    return tuple(found.values())[:_MOST]


def read_traits(body: bytes, *, url: str, link_header: str) -> Traits:
    """What a feed says of itself: its hub (WebSub), whether it is a podcast."""
    hubs = [link.url for link in header_links(link_header, url, rel="hub")]
    if is_json(body):
        return _json_traits(body, url, hubs)
    for attributes in _HUB.findall(body[:_LOOKED_AT]):
        href = _HREF.search(attributes)
        if href and _HUB_REL.search(attributes):
            hubs.append(http_url(href[1].decode("utf-8", errors="replace"), url) or "")
    return Traits(hub=next(filter(None, hubs), ""), audio=_AUDIO.search(body[:_LOOKED_AT]) is not None)


def _json_traits(body: bytes, url: str, hubs: list[str]) -> Traits:
    feed = json_value(body)
    said = feed if isinstance(feed, dict) else {}
    listed = said.get("hubs")
    named = (hub.get("url") for hub in listed if isinstance(hub, dict)) if isinstance(listed, list) else ()
    stated = (http_url(hub, url) or "" for hub in named if isinstance(hub, str))
    return Traits(hub=next(filter(None, (*hubs, *stated)), ""))


def read_sitemaps(body: bytes, *, url: str) -> Site:
    """The news sitemaps that a robots.txt names: those whose address says so."""
    named = (http_url(found.decode("utf-8", errors="replace"), url) for found in _SITEMAP.findall(body))
    return Site(linked=_once(Link(url=address) for address in named if address and "news" in address.lower()))
