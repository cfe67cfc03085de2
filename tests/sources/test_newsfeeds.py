"""Bing News and Google News: their questions, their links, and the pages that come in place of a feed."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from monitor.core.fetching import FetchFailed, FetchFailure, NotAFeed, Visited
from monitor.core.options import SearchOptions
from monitor.core.report import Kind
from monitor.core.searching import as_written, wanted
from monitor.core.source import Source, Tier
from monitor.core.upkeep import first_state
from monitor.core.watchlist import Watch, WatchType
from monitor.poll import poll
from monitor.sources import adapters
from monitor.sources.newsfeeds import NewsFeedAdapter, bing_address, google_address, questions
from tests.bench import FERRY, report
from tests.fakes import FakeFetch, fetched
from tests.sources.live import NOW, run_here, visit_live
from tests.web_server import Answer, WebServer


def show(title, **fields):
    return Watch(id=title.lower(), type=WatchType.SHOW, title=title, **fields)


def options(*watches, market="en-GB", **fields):
    return SearchOptions(wanted=wanted(watches, lang="en", screen_words=True), market=market, **fields)


OPTIONS = options(show("Harbour Nine"))
BING = bing_address(OPTIONS, '"Harbour Nine"', 1)
GOOGLE = google_address(OPTIONS, '"Harbour Nine"', 1)


def source(type_="bing-news", **fields):
    base = {"id": "s", "type": type_, "url": "https://search.example/", "tier": Tier.AGGREGATOR}
    times = {"every": timedelta(minutes=30), "max_age": timedelta(7)}
    return Source(**{**base, **times, "options": OPTIONS, **fields})


def visit(of, answers):
    async def nothing_brought(source_id):
        return ()

    fetch = FakeFetch()
    for url, answer in answers.items():
        fetch.answer(url, fetched(answer, url, validators=None) if isinstance(answer, bytes) else answer)
    adapter = adapters(run=run_here, clock=lambda: NOW, inbox=nothing_brought)[of.type]
    return asyncio.run(adapter.visit(of, first_state(of, now=NOW, position=0), fetch=fetch)), fetch


def bing(*entries):
    items = "".join(
        f"""<item><title>{title}</title><link>http://www.bing.com/news/apiclick.aspx?ref=FexRss&amp;aid=&amp;tid=66{at}&amp;url={link}&amp;c=12&amp;mkt=en-gb</link>
        <description>Cameras roll...</description><pubDate>Sun, 22 Nov 2026 09:00:00 GMT</pubDate>
        <News:Source>{outlet}</News:Source><News:Image>http://www.bing.com/th?id=x</News:Image></item>"""
        for at, (title, link, outlet) in enumerate(entries)
    )
    return f"""<?xml version="1.0" encoding="utf-8" ?><rss version="2.0"
    xmlns:News="https://www.bing.com/news/search?q=%22harbour+nine%22&amp;format=rss"><channel>
    <title>"Harbour Nine" - BingNews</title>{items}</channel></rss>""".encode()


POST = "https%3a%2f%2fpost.example%2fharbour-nine%3fid%3d7"


def google(*entries):
    items = "".join(
        f"""<item><title>{title} - {outlet}</title><link>https://news.google.com/rss/articles/CBMi{at}AU_yqL?oc=5</link>
        <guid isPermaLink="false">CBMi{at}AU_yqL</guid><pubDate>Sun, 22 Nov 2026 09:00:00 GMT</pubDate><description>
        &lt;a href="https://news.google.com/rss/articles/CBMi{at}AU_yqL?oc=5"&gt;{title}&lt;/a&gt;&amp;nbsp;&amp;nbsp;&lt;font
        color="#6f6f6f"&gt;{outlet}&lt;/font&gt;</description><source url="https://post.example">{outlet}</source></item>"""
        for at, (title, outlet) in enumerate(entries)
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><generator>NFE/5.0</generator>
    <title>"Harbour Nine" when:1d - Google News</title><language>en-GB</language>{items}</channel></rss>""".encode()


def asked(options_):
    return [question.text for question in questions(options_.wanted)]


@pytest.mark.parametrize(
    ("watch", "expected"),
    [
        (show("Harbour Nine"), ['"Harbour Nine"']),
        (show("Harbour Nine", aliases=("Harbour IX",)), ['("Harbour Nine" OR "Harbour IX")']),
        (show("Harbour", require=("Moon TV", "Mae Lin")), ['"Harbour" ("Moon TV" OR "Mae Lin")']),
        (show("Harbour"), ['"Harbour" ("series" OR "season" OR "film" OR "cast" OR "trailer" OR "filming")']),
    ],
)
def test_a_question_for_each_watch(watch, expected):
    assert asked(options(watch)) == expected


def test_many_names_make_several_questions():
    names = tuple(f"The Long Title of Harbour {number}" for number in range(9))
    (one,) = options(show("Harbour Nine", aliases=names)).wanted
    made = list(questions([one]))
    assert len(made) > 1
    assert {question.keys for question in made} == {frozenset({one.key})}
    assert all(len(question.text.split()) <= 28 for question in made)


def test_a_query_of_ones_own_is_asked_as_it_is():
    assert [q.text for q in questions([as_written("Harbour Nine -football")])] == ["Harbour Nine -football"]


def test_addresses():
    fields = parse_qs(urlsplit(BING).query)
    assert fields == {"q": ['"Harbour Nine"'], "format": ["rss"], "mkt": ["en-GB"], "qft": ['sortbydate="1"']}
    assert "qft" not in bing_address(replace(OPTIONS, newest_first=False), "x", 1)
    assert parse_qs(urlsplit(GOOGLE).query) == {
        "q": ['"Harbour Nine" when:1d'],
        "hl": ["en-GB"],
        "gl": ["GB"],
        "ceid": ["GB:en"],
    }
    assert "ceid=BR%3Apt-419" in google_address(options(market="pt-BR"), "x", 3)


def test_an_article_of_bing_leads_to_its_outlet():
    result, fetch = visit(source(), {BING: bing(("Harbour Nine films - four join", POST, "Moon Post"))})
    (item,) = result.parsed.items
    assert item.url == "https://post.example/harbour-nine?id=7"
    assert (item.title, item.publisher) == ("Harbour Nine films - four join", "Moon Post")
    assert (item.summary, item.published.hour) == ("Cameras roll...", 9)
    assert fetch.asked[0].spacing == timedelta(seconds=2)


def test_another_prefix_for_the_outlet_is_read_as_well():
    body = bing(("Harbour Nine films", POST, "Moon Post")).replace(b"News:", b"N:").replace(b":News=", b":N=")
    result, _ = visit(source(), {BING: body})
    assert [item.publisher for item in result.parsed.items] == ["Moon Post"]


def test_of_an_article_and_its_copy_on_msn_the_article_is_kept():
    copy = "https%3a%2f%2fwww.msn.com%2fen-gb%2far-AA1"
    result, _ = visit(source(), {BING: bing(("Films", copy, "Moon Post on MSN"), ("Films", POST, "Moon Post"))})
    assert [(item.url, item.publisher) for item in result.parsed.items] == [
        ("https://post.example/harbour-nine?id=7", "Moon Post")
    ]


def test_a_copy_alone_is_kept():
    copy = "https%3a%2f%2fwww.msn.com%2fen-gb%2far-AA1"
    result, _ = visit(source(), {BING: bing(("Films", copy, "Moon Post on MSN"))})
    assert [(item.url, item.publisher) for item in result.parsed.items] == [
        ("https://www.msn.com/en-gb/ar-AA1", "Moon Post")
    ]


def test_an_article_of_google_names_its_outlet():
    result, fetch = visit(source("google-news"), {GOOGLE: google(("Harbour Nine films - four join", "Moon Post"))})
    (item,) = result.parsed.items
    assert (item.title, item.publisher, item.guid) == ("Harbour Nine films - four join", "Moon Post", "CBMi0AU_yqL")
    assert (item.summary, item.lang) == ("", "en-GB")
    assert item.url.startswith("https://news.google.com/rss/articles/CBMi0AU_yqL")
    assert fetch.asked[0].spacing == timedelta(seconds=10)


def test_the_users_language_holds():
    result, _ = visit(source(lang="cy"), {BING: bing(("x", POST, "y"))})
    assert [item.lang for item in result.parsed.items] == ["cy"]


@pytest.mark.parametrize(
    ("answer", "kind", "detail"),
    [
        (b"<!doctype html><html><title>Before you continue</title></html>", NotAFeed, "(a consent page)"),
        (b"<!doctype html><html><title>Verify you are human</title></html>", NotAFeed, "(a bot check)"),
        (fetched(b"<rss/>", "https://consent.google.com/ml?continue=x"), FetchFailed, "consent page"),
        (fetched(b"<html/>", "https://www.google.com/sorry/index"), FetchFailed, "“sorry” page"),
        (FetchFailed(reason=FetchFailure.RATE_LIMITED, detail="HTTP 429"), FetchFailed, "HTTP 429"),
        (FetchFailed(reason=FetchFailure.BAD_REDIRECT, detail="a consent page"), FetchFailed, "consent page"),
    ],
)
def test_what_is_no_feed_is_a_failure(answer, kind, detail):
    result, _ = visit(source("google-news"), {GOOGLE: answer})
    assert isinstance(result, kind)
    assert detail in result.detail


def test_a_search_that_finds_nothing_is_read():
    result, _ = visit(source(), {BING: bing()})
    assert isinstance(result, Visited)
    assert result.parsed.items == ()


def test_a_new_watch_neither_floods_nor_silences(bench):
    """On the stored poll: what the new title's search finds of yesterday is kept, what the others find is told."""
    lantern, ferry = show("Lantern Bay"), show("The Glass Ferry")
    headlines = {"Lantern Bay": [], "Glass Ferry": []}

    async def fetch(request):
        if "post.example" in request.url:
            return FetchFailed(reason=FetchFailure.NOT_FOUND, detail="HTTP 404")
        found = next(list_ for name, list_ in headlines.items() if quote(name) in request.url)
        return fetched(
            bing(*[(title, quote(f"https://post.example/{title}", safe=""), "Post") for title in found]), request.url
        )

    bench.time = NOW
    bench.says("Lantern Bay renewed", report())
    bench.says("Lantern Bay cast", report(kind=Kind.CASTING))
    bench.says("Glass Ferry renewed", report(FERRY))

    def poll_with(*watches):
        bench.sources = (source(options=options(*watches)),)
        adapters_ = {"bing-news": NewsFeedAdapter(bing_address, run=run_here, clock=lambda: bench.time)}
        desk = replace(bench.desk, adapters=adapters_, fetch=fetch)
        return bench(poll(bench.sources[0], bench.state(), desk=desk))

    headlines["Lantern Bay"] = ["Lantern Bay renewed"]
    poll_with(lantern)
    bench.time += timedelta(hours=1)
    headlines["Lantern Bay"] = ["Lantern Bay cast"]
    headlines["Glass Ferry"] = ["Glass Ferry renewed", "Glass Ferry sails", "Glass Ferry sinks"]
    poll_with(lantern, ferry)
    assert [alert.announcement_id for alert in bench.alerts()] == [
        next(one.id for one in bench.announcements() if one.kind is Kind.CASTING)
    ]
    assert len(bench.items()) == 5
    bench.time += timedelta(hours=1)
    headlines["Glass Ferry"] = ["Glass Ferry cast"]
    bench.says("Glass Ferry cast", report(FERRY, Kind.CASTING))
    poll_with(lantern, ferry)
    assert len(bench.alerts()) == 2


def test_over_the_real_way():
    """Two watches, one of whose searches is answered by a bot check with status 200."""

    def answer(seen):
        harbour = "Harbour" in seen.target
        return Answer(
            body=bing(("Harbour Nine films", POST, "Moon Post")) if harbour else b"<title>Just a moment</title>"
        )

    with WebServer() as web:
        web.answer("/news/search", answer)
        made = options(show("Harbour Nine"), show("Lantern Bay"), base=web.url(""))
        result = visit_live(source(options=made))
    assert [item.title for item in result.parsed.items] == ["Harbour Nine films"]
    assert result.trouble.startswith("1 of 2 searches failed: ")
    assert len(web.seen) == 2
