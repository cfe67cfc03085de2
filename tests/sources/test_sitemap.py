"""Sitemaps: for news, of whole sites, indexes, compressed, damaged, and with dates that lie."""

import asyncio
import gzip
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.fetching import Fetched, FetchFailed, FetchFailure, NotAFeed, NotModified, Unchanged, Visited
from monitor.core.options import SitemapOptions
from monitor.core.source import BasicAuth, Source, Tier, Validators
from monitor.core.upkeep import after_nothing_new, after_visit, first_state
from monitor.sources.robots import Robots
from monitor.sources.sitemap import MOST_FILES, SitemapAdapter
from monitor.sources.sitemapxml import Addresses, Index, read_sitemap
from tests.fakes import FakeFetch
from tests.sources.live import NOW, run_here, visit_live
from tests.web_server import Answer, WebServer

SITE = "https://harbour.example"
URL = f"{SITE}/sitemap.xml"
XMLNS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
NEWS = """<news:news><news:publication><news:name>Harbour Post</news:name><news:language>en</news:language>
</news:publication><news:publication_date>2026-11-22T10:00:00+01:00</news:publication_date>
<news:title>Tide &amp; Ferry: cameras roll</news:title><news:keywords>Tide</news:keywords></news:news>
<image:image><image:loc>https://harbour.example/x.jpg</image:loc><image:title>Somebody smiles</image:title></image:image>"""


def page(path: str, lastmod: str = "", more: str = "") -> str:
    return f"<url><loc>{SITE}{path}</loc>{f'<lastmod>{lastmod}</lastmod>' if lastmod else ''}{more}</url>"


def urlset(*pages: str) -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>\n<urlset {XMLNS} xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
    xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">{"".join(pages)}</urlset>""".encode()


def index(*files: tuple[str, str]) -> bytes:
    listed = "".join(
        f"<sitemap><loc>{SITE}{path}</loc>{f'<lastmod>{at}</lastmod>' if at else ''}</sitemap>" for path, at in files
    )
    return f"<sitemapindex {XMLNS}>{listed}</sitemapindex>".encode()


def read(body: bytes, *, match=(), lang=""):
    return read_sitemap(body, url=URL, match=match, lang=lang, now=NOW)


def paths(body: bytes, **more) -> list[str]:
    result = read(body, **more)
    assert isinstance(result, Addresses), result
    return [item.url.removeprefix(SITE) for item in result.items]


def test_a_news_sitemap_tells_titles_dates_and_language():
    result = read(urlset(page("/tide", "2026-11-22T11:00:00Z", NEWS), page("/about", "2020-01-01")))
    news, about = result.items
    assert (news.title, news.lang) == ("Tide & Ferry: cameras roll", "en")
    assert news.published == datetime(2026, 11, 22, 9, tzinfo=UTC)
    assert (about.title, about.summary, about.text) == ("", "", "")
    assert about.published == datetime(2020, 1, 1, tzinfo=UTC)
    assert read(urlset(page("/tide", "", NEWS)), lang="cy").items[0].lang == "cy"


def test_no_headline_is_made_of_an_address():
    (item,) = read(urlset(page("/tide-returns-for-a-second-season"))).items
    assert (item.title, item.summary, item.published) == ("", "", None)


def test_a_date_that_most_addresses_share_is_when_the_file_was_made():
    lying = [page(f"/{number}", "2026-11-22") for number in range(9)]
    honest = page("/old", "2024-01-01")
    dates = [item.published for item in read(urlset(*lying, honest)).items]
    assert dates == [None] * 9 + [datetime(2024, 1, 1, tzinfo=UTC)]
    few = [page(f"/{number}", "2026-11-22") for number in range(4)]
    assert all(item.published for item in read(urlset(*few)).items)


@pytest.mark.parametrize(
    ("match", "found"),
    [
        ((), ["/news/tide", "/news/tide/photos", "/shop/tide"]),
        (("/news/*",), ["/news/tide", "/news/tide/photos"]),
        (("*/tide",), ["/news/tide", "/shop/tide"]),
        (("/news/tide", "/shop/*"), ["/news/tide", "/shop/tide"]),
        (("https://harbour.example/news/**photos",), ["/news/tide/photos"]),
        (("/NEWS/*", "/news"), []),
    ],
)
def test_only_addresses_that_match(match, found):
    result = read(urlset(page("/news/tide"), page("/news/tide/photos"), page("/shop/tide")), match=match)
    assert [item.url.removeprefix(SITE) for item in result.items] == found
    assert ("none of its 3 addresses fits match" in result.trouble) == (not found)


PLAIN = urlset(page("/tide"), page("/ferry"))


@pytest.mark.parametrize(
    "body",
    [
        PLAIN,
        gzip.compress(PLAIN),
        b"\xef\xbb\xbf\n" + PLAIN,
        PLAIN.replace(XMLNS.encode(), b""),
        PLAIN.replace(b"http://www.sitemaps", b"https://www.sitemaps"),
        f"{SITE}/tide\r\n{SITE}/ferry\r\n\r\n".encode(),
        b"\xef\xbb\xbf" + f"{SITE}/tide\n{SITE}/ferry".encode(),
        PLAIN.replace(f"{SITE}/tide".encode(), b"\n  /tide  \n"),
    ],
)
def test_however_it_is_written(body):
    assert paths(body) == ["/tide", "/ferry"]


def test_an_ampersand_that_should_be_escaped_is_read():
    assert paths(urlset(page("/tide?a=1&b=2&amp;c=3"))) == ["/tide?a=1&b=2&c=3"]


def test_what_stands_before_damage_is_read():
    result = read(PLAIN.replace(b"</urlset>", b"<url><loc>https://harbour.ex"))
    assert len(result.items) == 2
    assert "damaged at line" in result.trouble
    nothing = read(b"<urlset><url><loc>x</urlset>")
    assert isinstance(nothing, NotAFeed)
    assert "nothing can be read: the file is damaged at line 1" in nothing.detail


def test_of_a_long_file_both_ends_are_read():
    result = read(urlset(*(page(f"/{number}") for number in range(3_000))))
    assert (len(result.items), result.dropped) == (1_000, 2_000)
    assert [result.items[place].url for place in (0, -1)] == [f"{SITE}/0", f"{SITE}/2999"]
    dated = [page(f"/{number}", f"2026-10-{1 + number % 28:02}T{number % 24:02}:00:00Z") for number in range(3_000)]
    assert min(item.published for item in read(urlset(*dated)).items) >= datetime(2026, 10, 19, tzinfo=UTC)


BOMB = b'<!DOCTYPE x [<!ENTITY a "' + b"ha" * 500 + b'">' + b"".join(
    f'<!ENTITY a{n} "{"&a{};".format(n - 1 if n > 1 else "") * 50}">'.encode() for n in range(1, 7)
) + b"]><urlset><url><loc>&a6;</loc></url></urlset>"  # fmt: skip


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"<rss version='2.0'><channel/></rss>", "a feed and no sitemap: write type: feed"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'/>", "a feed and no sitemap"),
        (b"<!doctype html><title>Just a moment...</title>", "titled “Just a moment...” (a bot check)"),
        (b"User-agent: *\nDisallow:", "it begins “User-agent"),
        (b"\x1f\x8b broken", "cannot be unpacked"),
        (BOMB, "nothing can be read: the file is damaged"),
        (b"", "an empty page"),
    ],
)
def test_what_is_no_sitemap_is_told(body, expected):
    result = read(body)
    assert isinstance(result, NotAFeed), result
    assert expected in result.detail


def test_an_index_and_a_robots_txt_name_files():
    result = read(index(("/news.xml", "2026-11-22"), ("/old.xml.gz", ""), ("/news.xml", "")))
    assert isinstance(result, Index)
    assert [(file.url.removeprefix(SITE), file.lastmod) for file in result.files] == [
        ("/news.xml", ""),
        ("/old.xml.gz", ""),
    ]
    robots = read(b"User-agent: *\nDisallow: /x\nSITEMAP: https://harbour.example/a.xml\nSitemap:/b.xml\n")
    assert [file.url for file in robots.files] == [f"{SITE}/a.xml", f"{SITE}/b.xml"]
    many = read(index(*((f"/{number}.xml", f"2026-{number:04}") for number in range(1_200))))
    assert (len(many.files), many.trouble) == (1_000, "only 1000 of the 1200 files of the index are followed")
    assert many.files[-1].url == f"{SITE}/1199.xml"


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200).map(lambda body: b"<urlset>" + body) | st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body):
    read(body)


# Visits

SOURCE = Source(
    id="harbour",
    type="sitemap",
    url=URL,
    tier=Tier.TRADE,
    every=timedelta(minutes=15),
    max_age=timedelta(7),
    options=SitemapOptions(obey_robots=False),
)


class Site:
    """A site whose files can be changed, visited by an adapter that remembers."""

    def __init__(self, source=SOURCE):
        self.source = source
        self.fetch = FakeFetch()
        self.adapter = SitemapAdapter(run=run_here, clock=lambda: NOW, robots=Robots(run=run_here, clock=lambda: NOW))
        self.state = first_state(source, now=NOW - timedelta(days=1), position=0)

    def put(self, path, body):
        url = f"{SITE}{path}"
        answer = body
        if isinstance(body, bytes):
            answer = Fetched(url=url, body=body, content_type=None, validators=Validators(etag=str(hash(body))))
        self.fetch.answer(url, answer)

    def visit(self, now=NOW):
        self.fetch.asked.clear()
        outcome = asyncio.run(self.adapter.visit(self.source, self.state, fetch=self.fetch))
        if isinstance(outcome, Visited):
            self.state = after_visit(self.source, self.state, outcome, parser=self.adapter.version, now=now)
        elif isinstance(outcome, Unchanged):
            self.state = after_nothing_new(self.source, self.state, outcome, now=now)
        return outcome

    @property
    def asked(self):
        return [request.url.removeprefix(SITE) for request in self.fetch.asked]


def found(outcome) -> list[str]:
    assert isinstance(outcome, Visited), outcome
    return [item.url.removeprefix(SITE) for item in outcome.parsed.items]


def test_one_file_is_visited_conditionally():
    site = Site()
    site.put("/sitemap.xml", PLAIN)
    assert found(site.visit()) == ["/tide", "/ferry"]
    assert site.visit().detail == "same body"
    assert site.fetch.asked[0].validators != Validators()
    site.put("/sitemap.xml", NotModified(validators=Validators()))
    assert site.visit().detail == "304 not modified"
    site.put("/sitemap.xml", FetchFailed(reason=FetchFailure.NOT_FOUND, detail="no", status=404))
    assert site.visit().reason is FetchFailure.NOT_FOUND
    site.put("/sitemap.xml", b"<html><title>Welcome</title>")
    assert isinstance(site.visit(), NotAFeed)


def test_of_an_index_only_what_is_new_or_changed_is_read():
    site = Site()
    site.put(
        "/sitemap.xml",
        index(("/posts-1.xml", "2026-01-01"), ("/posts-2.xml", "2026-11-20"), ("/news.xml", "2026-11-21")),
    )
    site.put("/posts-1.xml", urlset(page("/a")))
    site.put("/posts-2.xml", gzip.compress(urlset(page("/b"))))
    site.put("/news.xml", urlset(page("/c", "", NEWS), page("/b")))
    first = site.visit()
    assert site.asked == ["/sitemap.xml", "/news.xml", "/posts-2.xml", "/posts-1.xml"]
    assert (found(first), first.complete, first.trouble) == (["/c", "/b", "/a"], False, "")
    assert site.visit().detail == "same body"
    site.put(
        "/sitemap.xml",
        index(
            ("/posts-1.xml", "2026-01-01"),
            ("/posts-2.xml", "2026-11-22"),
            ("/posts-3.xml", "2026-11-22"),
            ("/news.xml", "2026-11-21"),
        ),
    )
    site.put("/posts-2.xml", urlset(page("/b"), page("/d")))
    site.put("/posts-3.xml", urlset(page("/e")))
    second = site.visit()
    assert site.asked == ["/sitemap.xml", "/posts-3.xml", "/posts-2.xml"]
    assert (found(second), second.silent) == (["/e", "/b", "/d"], frozenset())


def test_a_file_that_was_there_before_is_first_read_silently():
    """Only what came since the last visit is news in it."""
    site = Site()
    listed = [(f"/posts-{number}.xml", f"2026-{number:02}-01") for number in range(1, MOST_FILES + 2)]
    site.put("/sitemap.xml", index(*listed))
    for path, _ in listed:
        site.put(path, urlset(page(f"{path}/x")))
    assert len(found(site.visit(now=NOW - timedelta(hours=2)))) == MOST_FILES
    assert "/posts-1.xml" not in site.asked
    site.put("/sitemap.xml", index(("/posts-1.xml", "2026-11-22"), *listed[1:]))
    site.put("/posts-1.xml", urlset(page("/old"), page("/older", "2025-01-01"), page("/new", "2026-11-22T11:30:00Z")))
    outcome = site.visit()
    assert found(outcome) == ["/old", "/older", "/new"]
    assert outcome.silent == {item.key for item in outcome.parsed.items[:2]}


def test_files_without_a_date_are_read_every_time():
    site = Site()
    site.put("/sitemap.xml", index(("/posts.xml", "")))
    site.put("/posts.xml", urlset(page("/a")))
    assert site.visit().validators == Validators()
    site.put("/posts.xml", urlset(page("/a"), page("/b")))
    assert found(site.visit()) == ["/a", "/b"]


def test_what_fails_is_told_and_read_next_time():
    site = Site()
    site.put("/sitemap.xml", index(("/a.xml", "2026-11-22"), ("/b.xml", "2026-11-21"), ("/c.xml", "2026-11-20")))
    site.put("/a.xml", FetchFailed(reason=FetchFailure.SERVER_ERROR, detail="harbour.example: HTTP 500", status=500))
    site.put("/b.xml", urlset(page("/b")))
    site.put("/c.xml", index(("/d.xml", "")))
    outcome = site.visit()
    assert found(outcome) == ["/b"]
    assert outcome.trouble == (
        f"{SITE}/a.xml is not read: harbour.example: HTTP 500; {SITE}/c.xml is an index itself: add it as a source"
    )
    site.put("/a.xml", urlset(page("/a")))
    assert found(site.visit()) == ["/a"]
    assert site.visit().detail == "same body"
    site.put("/sitemap.xml", index(("/b.xml", "2026-11-21"), ("/a.xml", "2026-11-22"), ("/c.xml", "2026-11-20")))
    assert site.visit().detail == "no file of the index has changed"


def test_a_file_that_is_said_not_to_have_changed_though_nobody_asked_has_failed():
    site = Site()
    site.put("/sitemap.xml", index(("/a.xml", "2026-11-22"), ("/b.xml", "2026-11-21")))
    site.put("/a.xml", NotModified(validators=Validators()))
    site.put("/b.xml", urlset(page("/b")))
    outcome = site.visit()
    assert found(outcome) == ["/b"]
    assert outcome.trouble == f"{SITE}/a.xml is not read: harbour.example answers 304 to a plain request"


@pytest.mark.parametrize("listed", [False, True])
def test_addresses_of_which_none_matches_any_more_are_no_lost_items(listed):
    """Of a news sitemap with a narrow match that is every other day."""
    site = Site(replace(SOURCE, options=SitemapOptions(match=("/tv/*",), obey_robots=False)))
    path = "/news.xml" if listed else "/sitemap.xml"
    for day, address, kind in ((20, "/tv/tide", Visited), (21, "/film/ferry", Unchanged), (22, "/tv/tide", Visited)):
        if listed:
            site.put("/sitemap.xml", index((path, f"2026-11-{day}")))
        site.put(path, urlset(page(address, "", f"<x>{day}</x>")))
        outcome = site.visit()
        assert isinstance(outcome, kind)
        assert ("none of its 1 addresses fits match" in getattr(outcome, "detail", "")) == (kind is Unchanged)


@pytest.mark.parametrize("listed", [False, True])
def test_what_another_match_lets_in_was_there_before(listed):
    """Apart from what was published since the last visit; also where at first nothing fits."""
    site = Site(replace(SOURCE, options=SitemapOptions(match=("/tv/*",), obey_robots=False)))
    old, new = "2026-11-21T10:00:00Z", "2026-11-22T11:30:00Z"

    def shows(day, *pages):
        if listed:
            site.put("/sitemap.xml", index(("/news.xml", day)))
        site.put("/news.xml" if listed else "/sitemap.xml", urlset(*pages))

    shows("1", page("/tv/a"), page("/film/b", old), page("/film/c"))
    site.visit(NOW - timedelta(hours=2))
    site.source = replace(SOURCE, options=SitemapOptions(match=("/film/*",), obey_robots=False))
    shows("1", page("/tv/a"), page("/film/b", old), page("/film/c"), page("/film/d", new))
    outcome = site.visit()
    silent = {item.url for item in outcome.parsed.items if item.key in outcome.silent}
    assert silent == {f"{SITE}/film/b", f"{SITE}/film/c"}
    site.source = replace(SOURCE, options=SitemapOptions(match=("/quay/*",), obey_robots=False))
    assert isinstance(site.visit(), Unchanged)
    shows("2", page("/quay/e"))
    outcome = site.visit()
    assert (found(outcome), outcome.silent) == (["/quay/e"], frozenset())


def test_an_index_of_which_no_file_can_be_read_has_failed():
    site = Site()
    site.put("/sitemap.xml", index(("/a.xml", "2026-11-22")))
    site.put("/a.xml", b"<html><title>Just a moment...</title>")
    assert "bot check" in site.visit().detail


def test_many_changed_files_wait_for_their_turn():
    site = Site()
    site.put("/sitemap.xml", index(("/0.xml", "2026-11-01")))
    site.put("/0.xml", urlset(page("/0")))
    site.visit()
    listed = [(f"/{number}.xml", "2026-11-22") for number in range(1, 8)]
    site.put("/sitemap.xml", index(*listed))
    for path, _ in listed:
        site.put(path, urlset(page(f"/of{path}")))
    first = site.visit()
    assert (len(found(first)), first.trouble) == (MOST_FILES, "2 more files of the index wait for the next visit")
    second = site.visit()
    assert (found(second), second.trouble, second.silent) == (["/of/2.xml", "/of/1.xml"], "", frozenset())


def test_secrets_go_only_where_they_belong():
    source = replace(SOURCE, headers=(("X-Key", "s"),), auth=BasicAuth(user="u", password="p"))
    site = Site(source)
    elsewhere = index(("/a.xml", "")).replace(f"{SITE}/a.xml".encode(), b"https://cdn.example/a.xml")
    site.put("/sitemap.xml", elsewhere)
    site.visit()
    own, other = site.fetch.asked
    assert (own.headers, own.auth) == (source.headers, source.auth)
    assert (other.headers, other.auth, other.trusted_host) == ((), None, "harbour.example")


def test_over_the_wire_as_robots_txt_allows():
    with WebServer() as web:
        body = index(("/news.xml.gz", ""), ("/private.xml", "")).replace(SITE.encode(), web.url("").encode())
        web.answer("/robots.txt", Answer(body=b"User-agent: *\nDisallow: /private"))
        web.answer("/sitemap.xml", Answer(body=gzip.compress(body), headers=(("Content-Encoding", "gzip"),)))
        web.answer("/news.xml.gz", Answer(body=gzip.compress(urlset(page("/tide", "", NEWS)))))
        outcome = visit_live(replace(SOURCE, url=web.url("/sitemap.xml"), options=SitemapOptions()))
        assert [item.title for item in outcome.parsed.items] == ["Tide & Ferry: cameras roll"]
        assert "asks us not to read this: “Disallow: /private”" in outcome.trouble
        assert [seen.path for seen in web.seen] == ["/robots.txt", "/sitemap.xml", "/news.xml.gz"]
