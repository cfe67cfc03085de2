"""Reads an article page: what it says, without everything a site puts around it."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from monitor.core.fetching import Page, ParseFailed
from monitor.core.text import clean_line, clean_text, fold
from monitor.core.url import http_url, is_front_page, same_site
from monitor.sources import embeds
from monitor.sources.charset import decoded
from monitor.sources.html import Node, attribute, first, parse, text_of, to_line, to_text
from monitor.sources.notafeed import is_bot_check
from monitor.sources.pressoffice import press_releases

_TITLE_LIMIT = 500
_SUMMARY_LIMIT = 600
_TEXT_LIMIT = 40_000
_NAME_LIMIT = 200

_AROUND = frozenset({"aside", "dialog", "figcaption", "footer", "form", "nav"})
_AROUND_ROLES = frozenset({"banner", "complementary", "contentinfo", "dialog", "navigation", "search"})
# Words of class names and ids that sites give to what is not the article.
_AROUND_NAMES = re.compile(
    r"(?:^|[\s_-])(?:ads?|advert\w*|author-bio|breadcrumbs?|byline-bio|caption|comments?|consent|cookies?|footer|gdpr|"
    r"jp-relatedposts|menu|more-(?:from|on|stories)|most-(?:popular|read)|nav(?:bar|igation)?|newsletter|outbrain|"
    r"pagination|paywall|popular|promo\w*|read-(?:more|next)|recirc\w*|recommend\w*|related\w*|share(?:bar|daddy)?|"
    r"sharing|sidebar|social(?:-\w+)?|sponsor\w*|subscri\w+|taboola|tags?|teaser|trending|widget)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NEVER_AROUND = frozenset({"html", "body", "main", "article", "blockquote"})
_ARTICLE_TYPES = frozenset({
    "Article", "BlogPosting", "LiveBlogPosting", "NewsArticle", "ReportageNewsArticle", "PressRelease", "Report",
})  # fmt: skip
_BODIES = (
    "[itemprop=articleBody], .entry-content, .post-content, .article-body, .article__body, .article-content, "
    ".story-body, .td-post-content"
)
_FEWEST_LETTERS = 200
_TOP_LINES = 5
_MOST_LINKS = 200


def read_page(body: bytes, *, url: str, content_type: str | None) -> Page | ParseFailed:
    """What the page says; a page that holds no article gives an empty text, a bot check is no page at all."""
    text = decoded(body, content_type)
    if (content_type or "").partition(";")[0].strip().lower() == "text/plain" or "<" not in text:
        return _plain_page(text, url)
    root = parse(text)
    article = _linked_data(root)
    title = to_line(_text(article, "headline"), _TITLE_LIMIT) or _title(root)
    shown, element = _article(root)
    said, credited = embeds.read_plain(_longest(shown, to_text(_text(article, "articleBody"))))
    window = first(root, "title")
    if window is not None and is_bot_check(window.text()) and len(said) < _FEWEST_LETTERS:
        return ParseFailed(detail=f"a bot check instead of the article: “{clean_line(window.text(), 80)}”")
    posts = tuple(embeds.embedded(element)) or tuple(embeds.embedded(root))
    summary = _text(article, "description") or _meta(root, "og:description", "description")
    return Page(
        url=_canonical(root, url),
        title=title,
        summary=clean_line(to_text(summary), _SUMMARY_LIMIT),
        text=clean_text(_without_title(said, title), _TEXT_LIMIT),
        publisher=clean_line(_name(article.get("publisher")) or _meta(root, "og:site_name"), _NAME_LIMIT) or None,
        published=_published(root, article),
        lang=clean_line(attribute(root, "lang") or _text(article, "inLanguage"), 20) or None,
        embeds=(*embeds.merged((*posts, *credited)), *press_releases(_links(element), page=url)),
    )


def _links(article: Node) -> Iterator[str]:
    """Where the article's own words lead, not its furniture."""
    for link in article.css("a[href]")[:_MOST_LINKS]:
        if not any(_is_around(node) for node in _between(link, article)):
            yield attribute(link, "href")


def _between(inner: Node, outer: Node) -> Iterator[Node]:
    """The inner element and those around it, below the outer one."""
    node: Node | None = inner
    while node is not None and node.mem_id != outer.mem_id:
        yield node
        node = node.parent


def _plain_page(text: str, url: str) -> Page:
    """A page that is plain text: the first line is the title."""
    title, _, rest = text.lstrip("\ufeff \t\r\n").partition("\n")
    said, posts = embeds.read_plain(rest)
    return Page(
        url=url, title=clean_line(title, _TITLE_LIMIT), summary="", text=clean_text(said, _TEXT_LIMIT), embeds=posts
    )


def _article(root: Node) -> tuple[str, Node]:
    """The element most likely to be the article, and its text: the longest of what is marked as one, else the page.

    Names are believed first; where believing them leaves nothing, a wrapper was named after its sidebar.
    """
    best: tuple[str, Node] = ("", root)
    for leave_out in (_is_around, _is_tagged_around):
        for selector in (_BODIES, "article", "main, [role=main]", "body"):
            found = ((text_of(node, leave_out=leave_out), node) for node in root.css(selector)[:50])
            best = max((best, *found), key=lambda pair: len(pair[0]))
            if len(best[0]) >= _FEWEST_LETTERS:
                return best
    return best


def _is_around(node: Node) -> bool:
    """Whether the element is furniture: navigation, captions, adverts, related links, sharing, consent."""
    if _is_tagged_around(node):
        return True
    names = f"{attribute(node, 'class')} {attribute(node, 'id')}"
    return node.tag not in _NEVER_AROUND and bool(names.strip()) and _AROUND_NAMES.search(names) is not None


def _is_tagged_around(node: Node) -> bool:
    """Whether the element says by its tag or role that it is not the article."""
    if node.tag == "header":
        return first(node, "h1") is None
    return node.tag in _AROUND or attribute(node, "role").lower() in _AROUND_ROLES


def _longest(found: str, told: str) -> str:
    """The text found in the page, unless the page's own data tells clearly more of it."""
    return told if len(told) > 2 * len(found) else found


def _without_title(text: str, title: str) -> str:
    """The text without the headline standing at its top once more."""
    lines = text.split("\n")
    top = [line for line in lines[:_TOP_LINES] if fold(line) != fold(title)]
    return "\n".join((*top, *lines[_TOP_LINES:]))


def _linked_data(root: Node) -> Mapping[str, Any]:
    """The page's JSON-LD about the article, {} where there is none that can be read."""
    for script in root.css('script[type="application/ld+json"]')[:20]:
        try:
            data = json.loads(script.text().strip().removeprefix("<!--").removesuffix("-->"), strict=False)
        except (ValueError, RecursionError):
            continue
        for thing in _things(data):
            types = thing.get("@type")
            if _ARTICLE_TYPES.intersection(types if isinstance(types, list) else [types]):
                return thing
    return {}


def _things(data: object) -> Iterator[Mapping[str, Any]]:
    """The objects of a JSON-LD block: one, a list, or a graph."""
    for thing in data if isinstance(data, list) else [data]:
        if isinstance(thing, dict):
            yield thing
            graph = thing.get("@graph")
            yield from (node for node in (graph if isinstance(graph, list) else ()) if isinstance(node, dict))


def _text(thing: Mapping[str, Any], name: str) -> str:
    value = thing.get(name)
    return value if isinstance(value, str) else ""


def _name(thing: object) -> str:
    """The name of a publisher, told as an object, a list of them, or plainly."""
    if isinstance(thing, list):
        thing = thing[0] if thing else None
    if isinstance(thing, dict):
        return _text(thing, "name")
    return thing if isinstance(thing, str) else ""


def _title(root: Node) -> str:
    if title := _meta(root, "og:title"):
        return to_line(title, _TITLE_LIMIT)
    for selector in ("h1", "title"):
        node = first(root, selector)
        if node is not None and (title := clean_line(node.text(), _TITLE_LIMIT)):
            return title
    return ""


def _meta(root: Node, *names: str) -> str:
    """The content of the first of these meta elements that has any; `property` and `name` are both in use."""
    for name in names:
        for node in root.css(f'meta[property="{name}"], meta[name="{name}"]'):
            if content := attribute(node, "content"):
                return content
    return ""


def _published(root: Node, article: Mapping[str, Any]) -> str | None:
    stated = _text(article, "datePublished") or _meta(root, "article:published_time", "parsely-pub-date", "dc.date")
    if not stated:
        time = first(root, "time[datetime]")
        stated = attribute(time, "datetime") if time is not None else ""
    return clean_line(stated, 40) or None


def _canonical(root: Node, url: str) -> str:
    """The address the page gives itself, believed only within its own site, and not for every page the front page."""
    link = first(root, "link[rel=canonical]")
    for stated in (attribute(link, "href") if link is not None else "", _meta(root, "og:url")):
        address = http_url(stated, url) if stated else None
        if address is not None and same_site(address, url) and not is_front_page(address):
            return address
    return url
