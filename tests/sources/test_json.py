"""JSON of APIs and out of pages: where the items are, what their parts are, and every way they are not there."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.fetching import FetchFailed, FetchFailure, NotAFeed, Parsed, Unchanged, Visited
from monitor.core.options import JsonOptions
from monitor.core.source import Source, Tier, Validators
from monitor.core.upkeep import after_visit, first_state
from monitor.sources.jsonitems import JsonAdapter, read_json_items
from monitor.sources.robots import Robots
from tests.fakes import FakeFetch, fetched
from tests.sources.live import NOW, run_here, visit_live
from tests.web_server import Answer, WebServer

URL = "https://harbour.example/api/news"
TIDE = {
    "id": 77,
    "title": "Tide returns: cameras roll on series two",
    "publishedAt": "2026-11-20T14:00:00Z",
    "slug": "tide-two",
    "teaser": "Filming is under way.",
}
STATE = {"props": {"pageProps": {"items": [TIDE]}}}
LISTED = JsonOptions(items="items")
IN_PAGE = JsonOptions(items="props.pageProps.items", link="join('', ['/news/', slug])")


def read(document, options=LISTED, *, content_type="application/json"):
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return read_json_items(body, url=URL, content_type=content_type, options=options, lang="", now=NOW)


def items(document, options=LISTED):
    result = read(document, options)
    assert isinstance(result, Parsed), result
    return result.items


def refused(document, options=LISTED):
    result = read(document, options)
    assert isinstance(result, NotAFeed), result
    return result.detail


def test_parts_are_found_under_the_usual_names():
    (item,) = items({"items": [{**TIDE, "url": "/news/tide-two"}]})
    assert (item.guid, item.title, item.url) == ("77", TIDE["title"], "https://harbour.example/news/tide-two")
    assert (item.published, item.summary) == (datetime(2026, 11, 20, 14, tzinfo=UTC), "Filming is under way.")


def test_wordpress_needs_no_names():
    posts = [
        {
            "id": 5,
            "date_gmt": "2026-11-20T14:00:00",
            "link": "https://harbour.example/tide",
            "title": {"rendered": "Tide &#8216;returns&#8217;"},
            "excerpt": {"rendered": "<p>Filming is <em>under way</em>.</p>"},
        }
    ]
    (item,) = items(posts, JsonOptions(items="@"))
    assert (item.title, item.summary, item.url) == (
        "Tide ‘returns’",
        "Filming is under way.",
        "https://harbour.example/tide",
    )


def test_expressions_say_where_the_parts_are():
    options = JsonOptions(
        items="data[?kind=='press'].attributes",
        title="headline.text",
        link="join('', ['https://www.harbour.example/', slug])",
        date="dates.first",
        summary="body[0]",
        guid="ref",
        date_format="%d|%m|%Y",
    )
    press = {
        "headline": {"text": "Tide is back"},
        "slug": "tide",
        "dates": {"first": "20|11|2026"},
        "body": ["First words", "more"],
        "ref": "r-1",
    }
    document = {"data": [{"kind": "press", "attributes": press}, {"kind": "job", "attributes": {}}]}
    (item,) = items(document, options)
    assert (item.guid, item.title, item.url) == ("r-1", "Tide is back", "https://www.harbour.example/tide")
    assert (item.published, item.summary) == (datetime(2026, 11, 20, tzinfo=UTC), "First words")


@pytest.mark.parametrize("seconds", [1795183200, 1795183200000, "1795183200", 1795183200.0])
def test_dates_may_be_seconds(seconds):
    (item,) = items({"items": [{"title": "Tide", "date": seconds}]})
    assert item.published == datetime(2026, 11, 20, 14, tzinfo=UTC)


def test_an_empty_list_is_an_empty_list():
    assert items({"items": []}) == ()


@pytest.mark.parametrize(
    "document",
    [
        b")]}'\n" + json.dumps({"items": [TIDE]}).encode(),
        b"\xef\xbb\xbf" + json.dumps({"items": [TIDE]}).encode(),
        b'{"items": [{"title": "Tide\nreturns"}]}',
    ],
)
def test_what_is_nearly_json_is_read(document):
    assert len(items(document)) == 1


@pytest.mark.parametrize(
    ("document", "options", "expected"),
    [
        ({"data": []}, LISTED, "items “items” finds nothing; the document holds: data"),
        ({"error": {"message": "Invalid API key"}}, LISTED, "the document holds: error; it says “Invalid API key”"),
        ({}, LISTED, "the document holds: nothing"),
        ([], LISTED, "items “items” finds nothing; the document is a list"),
        (b"null", LISTED, "the document is nothing"),
        (b"17", LISTED, "the document is a number"),
        ({"items": {"a": {}}}, LISTED, "finds an object, and a list is expected; values(items) may be meant"),
        ({"items": "none"}, LISTED, "finds text, and a list is expected"),
        ({"items": True}, LISTED, "finds yes or no, and a list is expected"),
        ({"items": [{"a": 1}, 7, None]}, LISTED, "3 items, but in all of them neither a title nor a link is found"),
        ({"items": [TIDE]}, replace(LISTED, title="name"), "in all of them title “name” finds nothing"),
        ({"items": [{"title": {"en": "x"}}]}, replace(LISTED, title="title"), "title “title” finds an object, and text is"),
        ({"items": [TIDE]}, replace(LISTED, link="join('', slug)"), "link “join('', slug)” In function join(), invalid type"),
        ({"items": 1}, replace(LISTED, items="sort(items)"), "items “sort(items)” In function sort(), invalid type"),
        ({"items": [{"b": "x"}]}, replace(LISTED, items="items[?b > `1`]"), "cannot be applied to this document"),
        (b'{"items": [', LISTED, "JSON that cannot be read"),
        (b"[" * 100_000, LISTED, "JSON that cannot be read"),
        (b"<!doctype html><title>Just a moment...</title>", LISTED, "no JSON: an HTML page titled “Just a moment...” (a bot check)"),
        (b"Too many requests", LISTED, "no JSON: it begins “Too many requests”"),
    ],
)  # fmt: skip
def test_another_document_is_told(document, options, expected):
    assert expected in refused(document, options)


def test_parts_that_are_nowhere_are_told_beside_the_items():
    result = read({"items": [TIDE]}, replace(LISTED, date="when", summary="lead"))
    assert len(result.items) == 1
    assert result.trouble == "in no item date “when” can be read; in no item summary “lead” can be read"


# In pages


def page(script: str, more: str = "") -> bytes:
    return f"<!doctype html><title>Press</title><div id=app></div>{more}{script}".encode()


@pytest.mark.parametrize(
    ("script", "named"),
    [
        (f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(STATE)}</script>', "__NEXT_DATA__"),
        (
            f"<script>window.__INITIAL_STATE__ = {json.dumps(STATE)};(function(){{}})()</script>",
            "window.__INITIAL_STATE__",
        ),
        (f"<script>var a=1;window.__STATE__={json.dumps(STATE)}</script>", "window.__STATE__"),
        (f"<script>window.S = {json.dumps({**STATE, 'x': 0})[:-2]} undefined}}</script>", "window.S"),
        (f"<script>window.S = JSON.parse({json.dumps(json.dumps(STATE))})</script>", "window.S"),
        (f"<script>window.S = JSON.parse('{json.dumps(STATE)}')</script>", "window.S"),
        (f"<script>if (window.S == 1) x(); window.S = {json.dumps(STATE)}</script>", "window.S"),
    ],
)
def test_data_in_a_script(script, named):
    (item,) = items(page(script), replace(IN_PAGE, script=named))
    assert (item.title, item.url) == (TIDE["title"], "https://harbour.example/news/tide-two")


def test_linked_data_is_a_list_of_all_its_things():
    graph = {"@graph": [{"@type": "NewsArticle", "headline": "Tide is back", "url": "/tide"}, {"@type": "Person"}]}
    listed = [{"@type": "NewsArticle", "headline": "So is Ferry", "url": "/ferry"}]
    blocks = "".join(
        f'<script type="application/ld+json">{text}</script>'
        for text in (f"<!-- {json.dumps(graph)} -->", json.dumps(listed), "{broken", '"text"')
    )
    options = JsonOptions(items="[?\"@type\"=='NewsArticle']", script="application/ld+json")
    assert [item.title for item in items(page(blocks), options)] == ["Tide is back", "So is Ferry"]


@pytest.mark.parametrize(
    ("script", "named", "expected"),
    [
        ("", "__NEXT_DATA__", "the page holds no script “__NEXT_DATA__”; the page is an HTML page titled “Press”"),
        ("<script id=__NUXT_DATA__ type=application/json>[]</script>", "__NEXT_DATA__", "it holds: __NUXT_DATA__"),
        ("<script>window.S = (function(a){return a})(1)</script>", "window.S", "holds is code and no JSON"),
        ("<script>window.S = JSON.parse('{</script>", "window.S", "holds is code and no JSON"),
        (
            "<script type=application/ld+json>{</script>",
            "application/ld+json",
            "no script of type “application/ld+json”",
        ),
    ],
)
def test_a_page_without_the_data_is_told(script, named, expected):
    assert expected in refused(page(script), replace(IN_PAGE, script=named))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([LISTED, replace(IN_PAGE, script="x"), JsonOptions(items="@")]))
def test_any_bytes_are_read_or_refused(body, options):
    read(body, options)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["title", "link", "date", "id"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(st.lists(JSON_VALUES, max_size=4))
def test_any_values_are_read_or_refused(values):
    read({"items": values})


# Visits

SOURCE = Source(
    id="harbour",
    type="json",
    url=URL,
    tier=Tier.OFFICIAL,
    every=timedelta(minutes=30),
    max_age=timedelta(7),
    options=LISTED,
)
ADAPTER = JsonAdapter(run=run_here, clock=lambda: NOW, robots=Robots(run=run_here, clock=lambda: NOW))


def visit(answer, *, source=SOURCE, state=None):
    fetch = FakeFetch()
    fetch.answer(URL, answer)
    outcome = asyncio.run(ADAPTER.visit(source, state or first_state(source, now=NOW, position=0), fetch=fetch))
    return outcome, fetch.asked


def document(value) -> bytes:
    return json.dumps(value).encode()


def test_an_api_is_asked_for_json_without_robots_txt():
    outcome, asked = visit(fetched(document({"items": [TIDE]}), URL))
    assert isinstance(outcome, Visited)
    ((name, accept),) = asked[0].headers
    assert (name, accept.partition(",")[0]) == ("Accept", "application/json")
    _, asked = visit(fetched(document([]), URL), source=replace(SOURCE, headers=(("accept", "x/y"),)))
    assert asked[0].headers == (("accept", "x/y"),)


def test_the_same_document_is_read_again_under_other_expressions():
    body = fetched(document({"items": [TIDE]}), URL, validators=Validators(etag='"1"'))
    outcome, _ = visit(body)
    state = after_visit(SOURCE, first_state(SOURCE, now=NOW, position=0), outcome, parser=ADAPTER.version, now=NOW)
    assert isinstance(visit(body, state=state)[0], Unchanged)
    changed = replace(SOURCE, options=replace(LISTED, summary="teaser"))
    assert isinstance(visit(body, source=changed, state=state)[0], Visited)


def refusal(status, body=b"", reason=FetchFailure.FORBIDDEN):
    return FetchFailed(reason=reason, detail=f"harbour.example: HTTP {status}", status=status, body=body)


@pytest.mark.parametrize(
    ("answer", "reason", "expected"),
    [
        (refusal(401), FetchFailure.SIGN_IN, "HTTP 401; give the key under headers"),
        (refusal(401, b'{"message": "Key expired"}'), FetchFailure.SIGN_IN, "; it says “Key expired”"),
        (refusal(403, b'{"error": {"message": "No such plan"}}'), FetchFailure.FORBIDDEN, "it says “No such plan”"),
        (refusal(429, b'{"detail": "Slow down"}', FetchFailure.RATE_LIMITED), FetchFailure.RATE_LIMITED, "“Slow down”"),
        (refusal(500, b"<html>", FetchFailure.SERVER_ERROR), FetchFailure.SERVER_ERROR, "HTTP 500"),
        (refusal(404, b'{"code": 3}', FetchFailure.NOT_FOUND), FetchFailure.NOT_FOUND, "HTTP 404"),
    ],
)
def test_an_api_explains_itself(answer, reason, expected):
    outcome, _ = visit(answer)
    assert outcome.reason is reason
    assert expected in outcome.detail


def test_over_the_wire_a_page_is_asked_as_robots_txt_allows():
    with WebServer() as web:
        web.answer("/news", Answer(body=page(f"<script id=D type=application/json>{json.dumps(STATE)}</script>")))
        source = replace(SOURCE, url=web.url("/news"), options=replace(IN_PAGE, script="D"))
        assert [item.guid for item in visit_live(source).parsed.items] == ["77"]
        web.answer("/robots.txt", Answer(body=b"User-agent: *\nDisallow: /news"))
        assert visit_live(source).reason is FetchFailure.ROBOTS
        assert isinstance(visit_live(replace(source, options=replace(source.options, obey_robots=False))), Visited)
