"""GDELT: questions it accepts, and answers that say everything with status 200."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from monitor.core.fetching import FetchFailed, FetchFailure, NotAFeed, Visited
from monitor.core.options import SearchOptions
from monitor.core.searching import as_written, wanted
from monitor.core.source import Source, Tier
from monitor.core.upkeep import first_state
from monitor.core.watchlist import Watch, WatchType
from monitor.sources.gdelt import GdeltAdapter, questions
from tests.fakes import fetched
from tests.sources.live import NOW, run_here, visit_live
from tests.web_server import Answer, WebServer


def show(title, **fields):
    return Watch(id=title.lower(), type=WatchType.SHOW, title=title, **fields)


def options(*watches, **fields):
    return SearchOptions(wanted=wanted(watches, lang="en", screen_words=False), **fields)


def source(made=None, **fields):
    base = {"id": "g", "type": "gdelt", "url": "https://api.gdeltproject.org/api/v2/doc/doc", "tier": Tier.AGGREGATOR}
    times = {"every": timedelta(minutes=30), "max_age": timedelta(7)}
    return Source(**{**base, **times, "options": made or options(show("Harbour Nine")), **fields})


def visit(*answers, of=None):
    """The visit, every question answered by the next of `answers`, the last of which stays; and what was asked."""
    left, asked = list(answers), []

    async def fetch(request):
        asked.append(request)
        answer = left.pop(0) if len(left) > 1 else left[0]
        return fetched(answer, request.url, validators=None) if isinstance(answer, bytes) else answer

    of = of or source()
    adapter = GdeltAdapter(run=run_here, clock=lambda: NOW)
    return asyncio.run(adapter.visit(of, first_state(of, now=NOW, position=0), fetch=fetch)), asked


def article(**fields):
    known = {
        "url": "https://moon-post.example/2026/harbour-nine",
        "url_mobile": "",
        "title": "Harbour Nine renewed",
        "seendate": "20261122T091500Z",
        "socialimage": "",
        "domain": "moon-post.example",
        "language": "English",
        "sourcecountry": "United Kingdom",
    }
    return known | fields


def found(*articles):
    return json.dumps({"articles": articles}).encode()


def only(**fields):
    result, _ = visit(found(article(**fields)))
    assert isinstance(result, Visited), result
    return result.parsed.items[0]


def asked(*watches, languages=()):
    return [question.text for question in questions(options(*watches).wanted, languages=languages)]


def test_titles_are_asked_for_together():
    assert asked(show("Harbour Nine", aliases=("Harbour IX",)), show("Lantern Bay: Part Two")) == [
        '("Harbour Nine" OR "Harbour IX" OR "Lantern Bay Part Two")'
    ]


def test_a_title_alone_stands_in_no_parentheses():
    assert asked(show("Harbour Nine")) == ['"Harbour Nine"']


def test_an_everyday_title_has_a_question_of_its_own():
    assert asked(show("Harbour Nine"), show("From", require=("MGM+", "Harold Perrineau"))) == [
        '"Harbour Nine"',
        '"From" "Harold Perrineau"',
    ]


def test_what_is_too_short_for_gdelt_is_not_asked():
    assert asked(show("You"), show("H9!", aliases=("Harbour Nine",))) == ['"Harbour Nine"']


def test_languages_are_named():
    assert asked(show("Harbour Nine"), languages=("en", "de")) == [
        '"Harbour Nine" (sourcelang:english OR sourcelang:german)'
    ]
    assert asked(show("Harbour Nine"), languages=("fr",)) == ['"Harbour Nine" sourcelang:french']


def test_long_lists_are_split():
    shows = [show(f"The Long Title of Harbour {number}") for number in range(40)]
    made = list(questions(options(*shows).wanted, languages=()))
    assert len(made) > 4
    assert all(len(question.text) <= 240 for question in made)
    assert sum(question.text.count("Harbour") for question in made) == 40
    assert frozenset().union(*(question.keys for question in made)) == {one.key for one in options(*shows).wanted}


def test_many_aliases_of_an_everyday_title_are_split():
    names = tuple(f"The Long Title of Harbour {number}" for number in range(9))
    made = asked(show("From", aliases=names, require=("Mae Linden",)))
    assert len(made) > 1
    assert all(text.endswith(' "Mae Linden"') and len(text) <= 240 for text in made)


def test_a_query_of_ones_own():
    result, requests = visit(b"{}", of=source(SearchOptions(wanted=(as_written("harbour near20:x"),))))
    assert isinstance(result, Visited)
    assert parse_qs(urlsplit(requests[0].url).query)["query"] == ["harbour near20:x"]


def test_what_is_asked_and_how_often():
    _, (request,) = visit(b"{}")
    address = urlsplit(request.url)
    assert (address.hostname, address.path) == ("api.gdeltproject.org", "/api/v2/doc/doc")
    assert parse_qs(address.query) == {
        "query": ['"Harbour Nine"'],
        "mode": ["artlist"],
        "format": ["json"],
        "timespan": ["1d"],
        "maxrecords": ["250"],
        "sort": ["datedesc"],
    }
    assert (request.spacing, request.trusted_host) == (timedelta(seconds=7), None)


def test_an_article_is_an_item():
    item = only()
    assert (item.title, item.url) == ("Harbour Nine renewed", "https://moon-post.example/2026/harbour-nine")
    assert (item.publisher, item.lang) == ("moon-post.example", "en")
    assert item.published == datetime(2026, 11, 22, 9, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Harbour Nine , Lantern Bay renewed !", "Harbour Nine, Lantern Bay renewed!"),
        ("Netflix ' s Harbour Nine ( Exclusive )", "Netflix's Harbour Nine (Exclusive)"),
        ("Harbour Nine renewed | Moon Post", "Harbour Nine renewed"),
        ("Harbour Nine - the film", "Harbour Nine - the film"),
        ("Harbour Nine &amp; Lantern Bay", "Harbour Nine & Lantern Bay"),
    ],
)
def test_headlines_are_mended(written, title):
    assert only(title=written).title == title


def test_odd_articles():
    assert only(seendate="today").published is None
    assert only(language="Klingon").lang is None
    assert only(domain=None, language=7).publisher is None
    assert only(url="", url_mobile="https://m.moon-post.example/x").url == "https://m.moon-post.example/x"
    result, _ = visit(found(article(), article(), "no article"), of=source(lang="cy"))
    assert [item.lang for item in result.parsed.items] == ["cy"]
    assert result.parsed.dropped == 2


def test_nothing_found_is_an_answer():
    result, _ = visit(b"{}")
    assert isinstance(result, Visited)
    assert result.parsed.items == ()


def test_control_characters_and_bad_escapes_are_read():
    body = found(article(title="Harbour|Nine")).replace(b"|", b" \\d \t\\u12 ")
    result, _ = visit(body)
    assert [item.title for item in result.parsed.items] == ["Harbour \\d \\u12 Nine"]


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (
            b"Queries containing OR'd terms must be surrounded by ().",
            "GDELT refuses the query: “Queries containing OR'd",
        ),
        (b"<!doctype html><html><title>502 Bad Gateway</title></html>", "an HTML page titled “502 Bad Gateway”"),
        (b"[]", "not a feed; it begins “[]”"),
        (b'{"articles": [{"url": "https://her', "a document that breaks off or is damaged; it begins “{"),
        (b'{"articles": {}}', "of a shape we do not know"),
    ],
)
def test_what_is_no_answer_is_told(body, detail):
    result, _ = visit(body)
    assert isinstance(result, NotAFeed)
    assert detail in result.detail


def test_too_fast_is_said_with_status_200():
    shows = [show(f"The Long Title of Harbour {number}") for number in range(40)]
    slow = b"Please limit requests to one every 5 seconds or contact the operator for larger queries.\n"
    result, requests = visit(slow, of=source(options(*shows)))
    assert isinstance(result, FetchFailed)
    assert (result.reason, result.retry_after) == (FetchFailure.RATE_LIMITED, timedelta(minutes=1))
    assert len(requests) == 1
    result, requests = visit(found(article()), slow, of=source(options(*shows)))
    assert isinstance(result, Visited)
    assert result.trouble.startswith("1 of 2 searches failed: GDELT asks for fewer requests")


def test_a_429_is_no_failure_of_gdelt():
    busy = FetchFailed(reason=FetchFailure.RATE_LIMITED, detail="HTTP 429", status=429)
    assert visit(busy)[0].retry_after == timedelta(minutes=1)


def test_over_the_real_way():
    with WebServer() as web:
        web.answer("/api/v2/doc/doc", Answer(body=found(article()), headers=(("Content-Type", "text/html"),)))
        result = visit_live(source(options(show("Harbour Nine"), base=web.url(""))))
    assert [item.title for item in result.parsed.items] == ["Harbour Nine renewed"]
