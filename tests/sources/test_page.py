"""Pages without a feed: items by selectors, an element watched for change, and every way there is nothing to read."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.fetching import (
    FetchFailed,
    FetchFailure,
    NotAFeed,
    NotModified,
    Parsed,
    Unchanged,
    Visited,
)
from monitor.core.options import PageOptions
from monitor.core.source import Source, SourceState, Tier, Validators
from monitor.core.upkeep import after_nothing_new, after_visit, first_state
from monitor.sources.listing import read_listing
from monitor.sources.page import PageAdapter
from monitor.sources.robots import Robots
from monitor.sources.watched import Watched, read_watched
from tests.fakes import FakeFetch, fetched
from tests.sources.live import NOW, run_here, visit_live
from tests.web_server import Answer, WebServer

URL = "https://harbour.example/press/"
RELEASES = PageOptions(item="article.release", title="h2", link="a")
CARDS = """<ul class=releases>
<li class=card data-id=7><a href="tide-season-two?src=list"><h3>Tide returns: <em>cameras</em> roll on series two</h3></a>
  <span class=date>20 Nov 2026</span><p>Filming is under way in Cardiff.</p><span>1,204 views</span></li>
<li class=card data-id=6><a href="/press/ferry"><h3>Ferry casts its leads</h3></a><span class=date>2 days ago</span></li>
</ul>"""


def page(body: str, *, head: str = "<title>Press | Harbour</title>", charset: str = "utf-8") -> bytes:
    return f"<!doctype html><html lang=en-GB><head>{head}</head><body>{body}</body></html>".encode(charset)


def read(body: bytes | str, options: PageOptions, *, content_type: str | None = "text/html", url: str = URL):
    body = page(body) if isinstance(body, str) else body
    return read_listing(body, url=url, content_type=content_type, options=options, source_url=URL, lang="", now=NOW)


def items(body: bytes | str, options: PageOptions, **more):
    result = read(body, options, **more)
    assert isinstance(result, Parsed), result
    return result.items


def told(body, options, **more):
    result = read(body, options, **more)
    assert isinstance(result, NotAFeed), result
    return result.detail


def test_only_the_item_needs_to_be_named():
    """Heading, its link, what is named a date, and the first paragraph are what they mostly are."""
    first, second = items(CARDS, PageOptions(item="li.card"))
    assert first.title == "Tide returns: cameras roll on series two"
    assert first.url == "https://harbour.example/press/tide-season-two?src=list"
    assert first.published == datetime(2026, 11, 20, tzinfo=UTC)
    assert first.summary == "Filming is under way in Cardiff."
    assert first.lang == "en-GB"
    assert (second.title, second.published) == ("Ferry casts its leads", NOW - timedelta(days=2))


@pytest.mark.parametrize(
    ("item", "title", "url"),
    [
        ("<a class=i href=/a><h2>Tide is back</h2></a>", "Tide is back", "https://harbour.example/a"),
        ("<a class=i href=/a>Tide is back</a>", "Tide is back", "https://harbour.example/a"),
        ("<div class=i><a href=/c>TV</a><h2><a href=/a>Tide is back</a></h2></div>", "Tide is back", "/a"),
        (
            "<div class=i><a href=#>x</a><a href='javascript:go()'>y</a><a href=/a>Tide is back</a></div>",
            "Tide is back",
            "/a",
        ),
        ("<div class=i><h2>Tide is back</h2></div>", "Tide is back", "/press/"),
        ("<div class=i><h2></h2><a href=/a>Tide is back</a></div>", "Tide is back", "/a"),
    ],
)
def test_the_usual_places_of_title_and_link(item, title, url):
    (found,) = items(item, PageOptions(item=".i"))
    assert (found.title, found.url) == (title, url if "://" in url else f"https://harbour.example{url}")


def test_attributes_can_be_asked_for_and_the_item_itself_too():
    body = "<div class=i data-name='Tide is back' data-to=/tide><time datetime=2026-11-21T10:00:00+01:00>Saturday</time></div>"
    options = PageOptions(item=".i", title="@data-name", link="@data-to", date="time@datetime", summary="@data-name")
    (item,) = items(body, options)
    assert (item.title, item.url, item.summary) == ("Tide is back", "https://harbour.example/tide", "Tide is back")
    assert item.published == datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ("", "https://harbour.example/press/x"),
        ("<base href=https://www.harbour.example/en/>", "https://www.harbour.example/en/x"),
        ("<base href=/en/>", "https://harbour.example/en/x"),
        ("<base href='javascript:x'>", "https://harbour.example/press/x"),
    ],
)
def test_links_are_resolved_as_a_browser_does(head, url):
    (item,) = items(page("<article class=release><h2>Tide</h2><a href=x>more</a></article>", head=head), RELEASES)
    assert item.url == url


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (page("<i>Café</i>", charset="cp1252"), "text/html; charset=iso-8859-1"),
        (page("<i>Café</i>", head="<meta charset=windows-1252>", charset="cp1252"), "text/html"),
        (b"\xef\xbb\xbf" + page("<i>Café</i>"), "text/html; charset=iso-8859-1"),
        (page("<i>Café</i>", charset="utf-16"), None),
    ],
)
def test_the_charset_is_found_where_browsers_find_it(body, content_type):
    (item,) = items(
        body,
        PageOptions(item="i", title="i"),
        content_type=content_type,
    )
    assert item.title == "Café"


def test_an_item_without_link_is_known_by_its_words_and_not_by_its_counters():
    options = PageOptions(item="p")
    one, other = (
        items(f"<p>Filming of Tide begins, {ago} ago, {views} views</p>", options)[0]
        for ago, views in (("2h", 7), ("1 day", 99))
    )
    assert one.key == other.key


def test_dates_in_the_users_own_form():
    options = PageOptions(item="p", date="b", date_format="%m|%d|%Y")
    result = read("<p>Tide <b>11|20|2026</b></p><p>Ferry <b>2 days ago</b></p><p>Quay <b>soon</b></p>", options)
    assert [item.published for item in result.items] == [
        datetime(2026, 11, 20, tzinfo=UTC),
        NOW - timedelta(days=2),
        None,
    ]
    assert result.trouble == "no date can be read in “soon”; see date_format"


def test_a_part_that_is_found_nowhere_is_told_and_the_items_are_read():
    result = read(CARDS, PageOptions(item="li.card", date=".when", summary=".teaser"))
    assert len(result.items) == 2
    assert result.trouble == "no item holds date “.when”; no item holds summary “.teaser”"


@pytest.mark.parametrize(
    ("body", "options", "expected"),
    [
        (CARDS, RELEASES, "item “article.release” fits nothing on the page; title “h2” fits 0, link “a” fits 2; "),
        (CARDS, replace(RELEASES, item="li"), "2 elements fit item “li”, but none of them holds title “h2”"),
        (CARDS, PageOptions(item="li", link="b"), "none of them holds link “b”; has the page changed?"),
        (page("", head="<title>Just a moment...</title>"), RELEASES, "titled “Just a moment...” (a bot check)"),
        ("<form><input type=password></form>", RELEASES, "(a login page)"),
        (page("", head="<link rel=alternate type=application/rss+xml href=/feed>"), RELEASES, "its feed is https://harbour.example/feed"),
        ("<div id=root></div><script src=a.js></script>", RELEASES, "written by scripts in the browser"),
        ("<script id=__NEXT_DATA__ type=application/json>{}</script>", RELEASES, "type json with script: __NEXT_DATA__"),
        ("<script>window.__INITIAL_STATE__ = {}</script>", RELEASES, "script: window.__INITIAL_STATE__ may read its data"),
        (b'{"items": []}', RELEASES, "fits nothing on the page; title"),
        (b"\x00\x01\x02", RELEASES, "fits nothing on the page"),
    ],
)  # fmt: skip
def test_nothing_found_is_no_empty_page(body, options, expected):
    """It is said which selector finds nothing, which still do, and what the page is instead."""
    assert expected in told(body, options)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body):
    read(body, PageOptions(item="p"))
    watched(body)


# A watched element

NEWS = "<div id=news><h3>Latest</h3><ul><li>Quay wraps filming</li><li>Updated 14:05, 1,204 views</li></ul></div>"
WATCH = PageOptions(watch="#news", ignore=("^advert",))


def watched(body: bytes | str, known=None):
    body = page(body) if isinstance(body, str) else body
    return read_watched(
        body, url=URL, content_type="text/html", options=WATCH, source_url=URL, known=known, lang="", now=NOW
    )


def added(body: str) -> str:
    """What the change from NEWS to `body` adds."""
    before = watched(NEWS)
    after = watched(body, before.marks)
    assert isinstance(after, Watched)
    return "" if after.added is None else after.added.text or after.added.summary


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("<ul>", "<ul><li>Tide is renewed for a third season</li>", "Tide is renewed for a third season"),
        ("<ul>", "<ul><li>Tide is back</li><li>So is Ferry</li>", "Tide is back\nSo is Ferry"),
        ("Quay wraps filming", "Quay wraps filming of its second season", "Quay wraps filming of its second season"),
        ("Quay  wraps", "Quay wraps", ""),
        ("Quay wraps filming", "QUAY   wraps\n filming", ""),
        ("14:05, 1,204 views", "16:30, 1,377 views", ""),
        ("<ul>", "<ul><li>Advert: a sale</li>", ""),
        ("<ul>", "<ul><li>3 hours ago</li><li>Sunday, 22 November 2026</li><li>·</li>", ""),
        ("<ul>", "<ul><li>req-8f3ab2c94d5e6f7081920a1b</li>", ""),
        ("<h3>Latest</h3>", "", ""),
        ("<h3>Latest</h3><ul>", "<ul><li>Quay wraps filming</li>", ""),
    ],
)
def test_only_lines_that_say_something_new_are_news(old, new, expected):
    assert added(NEWS.replace(old, new)) == expected


@pytest.mark.parametrize(
    ("line", "url"),
    [
        ("<li>Tide is back</li>", URL),
        ("<li><a href=/tide>Tide is back</a> 2h ago</li>", "https://harbour.example/tide"),
        ("<li>Tide is back after a break of three years (<a href=/tide>more</a>)</li>", URL),
        ("<li><a href=/tide>Tide is back</a></li><li><a href=/ferry>So is Ferry</a></li>", URL),
    ],
)
def test_the_news_lies_where_its_line_leads(line, url):
    found = watched(NEWS.replace("<ul>", f"<ul>{line}"), watched(NEWS).marks)
    assert found.added.url == url
    assert found.added.title == ""


def test_a_watched_element_that_is_gone_is_told():
    result = watched("<p>About us, in so many words that nobody takes it for a page that scripts write in a browser, "
                     "since it has a lot of text.</p>")  # fmt: skip
    assert isinstance(result, NotAFeed)
    assert result.detail == "watch “#news” fits nothing on the page; the page is an HTML page titled “Press | Harbour”"


# Visits

SOURCE = Source(
    id="harbour",
    type="page",
    url=URL,
    tier=Tier.OFFICIAL,
    every=timedelta(minutes=30),
    max_age=timedelta(7),
    options=replace(RELEASES, obey_robots=False),
)
ADAPTER = PageAdapter(run=run_here, clock=lambda: NOW, robots=Robots(run=run_here, clock=lambda: NOW))
ONE = page("<article class=release><h2>Tide is back</h2><a href=/tide>more</a></article>")


def visit(*bodies, source=SOURCE, state: SourceState | None = None):
    """The outcomes of visits one after another, each remembering the one before."""
    state = state or first_state(source, now=NOW, position=0)
    outcomes = []
    for body in bodies:
        fetch = FakeFetch()
        fetch.answer(
            URL,
            body if not isinstance(body, bytes) else fetched(body, URL, validators=Validators(etag=f'"{hash(body)}"')),
        )
        outcomes.append(asyncio.run(ADAPTER.visit(source, state, fetch=fetch)))
        if isinstance(outcomes[-1], Visited):
            state = after_visit(source, state, outcomes[-1], parser=ADAPTER.version, now=NOW)
        elif isinstance(outcomes[-1], Unchanged):
            state = after_nothing_new(source, state, outcomes[-1], now=NOW)
    return outcomes, state, fetch


def test_a_page_is_asked_for_as_html_and_conditionally():
    outcomes, _, fetch = visit(ONE, NotModified(validators=Validators()))
    assert isinstance(outcomes[0], Visited)
    assert isinstance(outcomes[1], Unchanged)
    assert fetch.asked[-1].validators != Validators()
    assert dict(fetch.asked[-1].headers)["Accept"].startswith("text/html")


def test_the_users_own_accept_header_stands():
    source = replace(SOURCE, headers=(("accept", "text/plain"),))
    _, _, fetch = visit(ONE, source=source)
    assert fetch.asked[-1].headers == (("accept", "text/plain"),)


def test_other_selectors_read_the_same_page_anew():
    _, state, _ = visit(ONE)
    changed = replace(SOURCE, options=replace(SOURCE.options, title=""))
    outcomes, _, fetch = visit(ONE, source=changed, state=state)
    assert isinstance(outcomes[0], Visited)
    assert fetch.asked[-1].validators == Validators()
    assert outcomes[0].silent == {item.key for item in outcomes[0].parsed.items}  # it was there all along
    assert outcomes[0].memory != state.memory


def test_a_watched_element_tells_only_what_is_added():
    source = replace(SOURCE, options=replace(WATCH, obey_robots=False))
    grown = page(NEWS.replace("<ul>", "<ul><li>Tide is back</li>"))
    back = page(NEWS.replace("<ul>", "<ul><li>Tide is back</li>").replace("1,204", "9,999"))
    outcomes, _, _ = visit(page(NEWS), page(NEWS.replace("1,204", "2,000")), grown, page(NEWS), back, source=source)
    assert [type(outcome) for outcome in outcomes] == [Visited, Unchanged, Visited, Unchanged, Unchanged]
    assert outcomes[0].parsed.items == ()
    (item,) = outcomes[2].parsed.items
    assert item.summary == "Tide is back"
    assert outcomes[4].detail == "no line was added"


def test_another_element_is_learned_silently():
    source = replace(SOURCE, options=replace(WATCH, obey_robots=False))
    _, state, _ = visit(page(NEWS), source=source)
    other = replace(source, options=replace(source.options, watch="body"))
    (outcome,), _, _ = visit(page(NEWS + "<p>Tide is back</p>"), source=other, state=state)
    assert outcome.parsed.items == ()


@pytest.mark.parametrize("options", [SOURCE.options, replace(WATCH, obey_robots=False)])
@pytest.mark.parametrize(
    "answer",
    [FetchFailed(reason=FetchFailure.FORBIDDEN, detail="no", status=403), NotModified(validators=Validators())],
)
def test_what_the_fetch_says_is_handed_on(options, answer):
    (outcome,), _, _ = visit(answer, source=replace(SOURCE, options=options))
    assert isinstance(outcome, FetchFailed | Unchanged)


@pytest.mark.parametrize("options", [SOURCE.options, replace(WATCH, obey_robots=False)])
def test_another_page_is_told(options):
    (outcome,), _, _ = visit(page("<p>nothing</p>"), source=replace(SOURCE, options=options))
    assert isinstance(outcome, NotAFeed)


# The real way


@pytest.fixture
def web():
    with WebServer() as server:
        yield server


def live(web, options, path="/press"):
    return replace(SOURCE, url=web.url(path), options=options)


def test_over_the_wire_in_the_killable_process(web):
    web.answer("/press", Answer(body=ONE, headers=(("Content-Type", "text/html; charset=utf-8"), ("ETag", '"1"'))))
    result = visit_live(live(web, RELEASES))
    assert [item.title for item in result.parsed.items] == ["Tide is back"]
    assert [seen.path for seen in web.seen] == ["/robots.txt", "/press"]
    watch = visit_live(live(web, PageOptions(watch="h2")))
    assert isinstance(watch, Visited)


def test_a_block_page_over_the_wire(web):
    web.answer("/press", Answer(body=page("<div>Enable cookies</div>", head="<title>Just a moment...</title>")))
    result = visit_live(live(web, RELEASES))
    assert isinstance(result, NotAFeed)
    assert "article.release" in result.detail
    assert "bot check" in result.detail
