"""YouTube channels: resolved once, read from their feeds, and never given up because the feeds' server says 404."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.fetching import FetchFailed, FetchFailure, NotAFeed, Visited
from monitor.core.item import Embed
from monitor.core.options import YoutubeOptions
from monitor.core.source import Source, Tier
from monitor.core.upkeep import after_failure, first_state
from monitor.poll import poll
from monitor.sources.youtube import YoutubeAdapter, read_videos
from tests.bench import report
from tests.fakes import FakeFetch, fetched
from tests.sources.live import NOW, run_here, visit_live
from tests.web_server import Answer, WebServer

ID = "UCharbour-nine_000000000"
BASE = "https://www.youtube.com"
PAGE, FEED = f"{BASE}/@harbournine", f"{BASE}/feeds/videos.xml?channel_id={ID}"
PARTS = {name: f"{BASE}/feeds/videos.xml?playlist_id={name}{ID[2:]}" for name in ("UULF", "UUSH", "UULV")}
MEMORY = {"channel": ID, "handle": "harbournine"}


def source(channel="@harbournine", **options):
    return Source(
        id="harbour",
        type="youtube",
        url=f"{BASE}/channel/{channel}" if channel == ID else f"{BASE}/{channel}",
        tier=Tier.PRESS,
        every=timedelta(minutes=20),
        max_age=timedelta(7),
        options=YoutubeOptions(channel=channel, **options),
    )


def video(number, title, *, description="", views=10, link=None):
    name = f"VIDEO{number:06}"
    return f"""<entry><id>yt:video:{name}</id><yt:videoId>{name}</yt:videoId><yt:channelId>{ID}</yt:channelId>
    <title>{title}</title><link rel="alternate" href="{link or f"https://www.youtube.com/watch?v={name}"}"/>
    <author><name>Harbour Nine</name></author><published>2026-11-22T09:00:02+00:00</published>
    <updated>2026-11-22T1{views % 10}:22:33+00:00</updated><media:group><media:title>{title}</media:title>
    <media:content url="https://www.youtube.com/v/{name}?version=3" type="application/x-shockwave-flash"/>
    <media:description>{description}</media:description><media:community><media:statistics views="{views}"/>
    </media:community></media:group></entry>"""


def feed(*entries):
    return f"""<?xml version="1.0" encoding="UTF-8"?><feed xmlns:yt="http://www.youtube.com/xml/schemas/2015"
    xmlns:media="http://search.yahoo.com/mrss/" xmlns="http://www.w3.org/2005/Atom"><id>yt:channel:{ID[2:]}</id>
    <yt:channelId>{ID[2:]}</yt:channelId><title>Harbour Nine</title>{"".join(entries)}</feed>""".encode()


def page(**says):
    canonical = f'<link rel="canonical" href="{BASE}/channel/{ID}">'
    return f"""<!DOCTYPE html><html><head><title>Harbour Nine - YouTube</title>{says.get("head", canonical)}</head>
    <body><script>var ytInitialData = {{{says.get("data", "")}}};</script></body></html>""".encode()


def answer(body, url):
    return fetched(body, url, content_type=None, validators=None)


def refused(status, reason):
    return FetchFailed(reason=reason, detail=f"www.youtube.com: HTTP {status}", status=status)


NOT_FOUND = refused(404, FetchFailure.NOT_FOUND)
BROKEN = refused(500, FetchFailure.SERVER_ERROR)


def visit(answers, *, of=None, memory=None, last_success=None):
    fetch = FakeFetch()
    for url, result in answers.items():
        fetch.answer(url, answer(result, url) if isinstance(result, bytes) else result)
    of = of or source()
    state = replace(first_state(of, now=NOW, position=0), memory=memory or {}, last_success_at=last_success)
    adapter = YoutubeAdapter(run=run_here, clock=lambda: NOW)
    return asyncio.run(adapter.visit(of, state, fetch=fetch)), fetch


def titles(result):
    assert isinstance(result, Visited), result
    return [item.title for item in result.parsed.items]


def test_a_handle_is_resolved_once_and_the_feed_is_read():
    result, fetch = visit({PAGE: page(), FEED: feed(video(1, "Harbour Nine | Now in production"))})
    assert titles(result) == ["Harbour Nine | Now in production"]
    assert MEMORY.items() <= result.memory.items()
    assert [request.url for request in fetch.asked] == [PAGE, FEED]
    assert ("Cookie", "SOCS=CAI") in fetch.asked[0].headers
    _, fetch = visit({FEED: feed()}, memory=MEMORY)
    assert [request.url for request in fetch.asked] == [FEED]


def test_an_id_needs_no_page():
    _, fetch = visit({FEED: feed()}, of=source(ID))
    assert [request.url for request in fetch.asked] == [FEED]


@pytest.mark.parametrize(
    "says",
    [
        {"head": f'<link rel="alternate" type="application/rss+xml" href="{FEED}">'},
        {"head": "", "data": f'"metadata":{{"externalId":"{ID}"}}'},
        {"head": f'<meta itemprop="identifier" content="{ID}">'},
        {"head": "", "data": f'"ownerProfileUrl":"http://www.youtube.com/@HarbourNine","externalChannelId":"{ID}"'},
    ],
)
def test_the_page_says_the_id_in_several_ways(says):
    result, _ = visit({PAGE: page(**says), FEED: feed()})
    assert result.memory["channel"] == ID


def test_a_video_is_an_item_with_its_whole_description():
    description = "The cast &amp; crew reunite for the read-through.&#10;More: https://post.example/harbour-nine-films/"
    result, _ = visit(
        {FEED: feed(video(1, "Harbour Nine | Now in production", description=description))}, memory=MEMORY
    )
    (item,) = result.parsed.items
    assert item.summary == "The cast & crew reunite for the read-through.\nMore"
    assert (item.guid, item.url) == ("yt:video:VIDEO000001", "https://www.youtube.com/watch?v=VIDEO000001")
    assert (item.author, item.publisher) == ("Harbour Nine", "@harbournine on YouTube")
    assert item.published == datetime(2026, 11, 22, 9, 0, 2, tzinfo=UTC)
    assert item.embeds == (Embed(platform="youtube", account="harbournine", permalink=item.url),)


def test_a_channel_known_by_its_id_is_called_by_its_name():
    result, _ = visit({FEED: feed(video(1, "x"))}, of=source(ID))
    assert [item.publisher for item in result.parsed.items] == ["Harbour Nine"]
    result, _ = visit({FEED: feed(video(1, "x"))}, of=replace(source(ID), name="Harbour"))
    assert [item.publisher for item in result.parsed.items] == [None]


def test_views_change_nothing():
    one, two = (visit({FEED: feed(video(1, "x", views=views))}, memory=MEMORY)[0].parsed.items[0] for views in (10, 55))
    assert (one.key, one.fingerprint) == (two.key, two.fingerprint)


def test_a_short_is_the_same_under_either_address():
    short = video(1, "x", link="https://www.youtube.com/shorts/VIDEO000001")
    one, two = (visit({FEED: feed(entry)}, memory=MEMORY)[0].parsed.items[0] for entry in (short, video(1, "x")))
    assert (one.key, one.fingerprint) == (two.key, two.fingerprint)


def test_tombstones_are_no_items():
    tombstone = b"""<feed xmlns:at="http://purl.org/atompub/tombstones/1.0" xmlns="http://www.w3.org/2005/Atom">
    <at:deleted-entry ref="yt:video:VIDEO000001" when="2026-11-22T09:00:00+00:00"><link href="https://x.example/"/>
    </at:deleted-entry></feed>"""
    read = read_videos(tombstone, url=FEED, content_type=None, account="x", named=False, lang="", now=NOW)
    assert read.items == ()


def test_what_is_no_video_is_left_out():
    stray = "<entry><id>x</id><title>Stray</title></entry>"
    result, _ = visit({FEED: feed(stray, video(1, "x"))}, memory=MEMORY)
    assert (titles(result), result.parsed.dropped) == (["x"], 1)


def test_shorts_that_are_wanted_again_were_there_before():
    hour = timedelta(hours=1)
    only = {PARTS[name]: feed(video(1, "film")) for name in ("UULF", "UULV")}
    memory = visit(only, of=source(ID, shorts=False))[0].memory
    every, adapter = source(ID), YoutubeAdapter(run=run_here, clock=lambda: NOW)
    fetch = FakeFetch()
    fetch.answer(FEED, answer(feed(video(2, "short")), FEED))
    state = first_state(every, now=NOW - 9 * hour, position=0)
    state = replace(state, memory=memory, baseline_at=NOW - 9 * hour, last_success_at=NOW)
    result = asyncio.run(adapter.visit(every, state, fetch=fetch))
    assert result.silent == {item.key for item in result.parsed.items} != set()
    again = asyncio.run(adapter.visit(every, replace(state, memory=result.memory), fetch=fetch))
    assert again.silent == frozenset()


def test_shorts_and_streams_may_be_left_out():
    answers = {
        PARTS["UULF"]: feed(video(1, "film")),
        PARTS["UUSH"]: feed(video(1, "film"), video(2, "short")),
        PARTS["UULV"]: feed(video(3, "stream")),
    }
    assert titles(visit(answers, of=source(ID, shorts=False, live=False))[0]) == ["film"]
    assert titles(visit(answers, of=source(ID, live=False))[0]) == ["film", "short"]
    assert titles(visit(answers, of=source(ID, shorts=False))[0]) == ["film", "stream"]


def test_a_part_that_the_channel_does_not_have_is_no_trouble():
    result, _ = visit({PARTS["UULF"]: feed(video(1, "film")), PARTS["UULV"]: NOT_FOUND}, of=source(ID, shorts=False))
    assert (titles(result), result.trouble) == (["film"], "")
    result, _ = visit({PARTS["UULF"]: feed(video(1, "film")), PARTS["UULV"]: BROKEN}, of=source(ID, shorts=False))
    assert (titles(result), result.trouble) == (["film"], "www.youtube.com: HTTP 500")


@pytest.mark.parametrize("failure", [NOT_FOUND, BROKEN, refused(503, FetchFailure.UNAVAILABLE)])
@pytest.mark.parametrize(
    ("away", "wait"),
    [
        (timedelta(minutes=20), timedelta(minutes=15)),
        (timedelta(hours=2), timedelta(hours=1)),
        (timedelta(days=2), timedelta(hours=2)),
    ],
)
def test_404_and_500_are_not_death(failure, away, wait):
    """They count as no failure, so they open no incident, and are asked again more and more seldom."""
    result, _ = visit({FEED: failure, PAGE: page()}, memory=MEMORY, last_success=NOW - away)
    assert isinstance(result, FetchFailed)
    assert (result.reason, result.retry_after, result.memory) == (FetchFailure.UNAVAILABLE, wait, MEMORY)
    of = source()
    state = after_failure(of, first_state(of, now=NOW, position=0), result, now=NOW)
    assert (state.failures, state.memory) == (0, MEMORY)


def test_what_was_resolved_is_kept_although_the_feed_fails():
    result, _ = visit({FEED: NOT_FOUND, PAGE: page()})
    assert (result.reason, result.memory) == (FetchFailure.UNAVAILABLE, MEMORY)


@pytest.mark.parametrize("reason", [FetchFailure.TIMEOUT, FetchFailure.RATE_LIMITED])
def test_other_trouble_is_told_as_it_is(reason):
    result, fetch = visit({PAGE: page(), FEED: FetchFailed(reason=reason, detail="trouble")})
    assert (result.reason, result.detail, result.memory) == (reason, "trouble", MEMORY)
    assert [request.url for request in fetch.asked] == [PAGE, FEED]


def test_the_channels_own_page_is_believed():
    gone = page(head="", data='"alerts":[{"text":{"simpleText":"This channel does not exist."}}]')
    for says in (gone, NOT_FOUND):
        result, _ = visit({FEED: NOT_FOUND, PAGE: says}, memory=MEMORY, last_success=NOW - timedelta(hours=7))
        assert (result.reason, result.retry_after) == (FetchFailure.NOT_FOUND, None)
        assert "YouTube" in result.detail
    result, fetch = visit({FEED: NOT_FOUND, PAGE: gone}, memory=MEMORY, last_success=NOW - timedelta(hours=1))
    assert (result.reason, len(fetch.asked)) == (FetchFailure.UNAVAILABLE, 1)


def test_a_handle_that_somebody_else_has_now_is_told():
    other = page(head=f'<link rel="canonical" href="{BASE}/channel/UC{"x" * 22}">')
    result, _ = visit({FEED: NOT_FOUND, PAGE: other}, memory=MEMORY, last_success=NOW - timedelta(hours=7))
    assert result.reason is FetchFailure.NOT_FOUND
    assert "another channel by now" in result.detail


def test_a_page_that_cannot_be_reached_proves_nothing():
    result, _ = visit({FEED: NOT_FOUND}, memory=MEMORY, last_success=NOW - timedelta(hours=7))
    assert result.reason is FetchFailure.UNAVAILABLE


@pytest.mark.parametrize(
    ("says", "kind", "detail"),
    [
        (NOT_FOUND, FetchFailed, f"YouTube has no channel at {PAGE}"),
        (page(head="", data='"This account has been terminated"'), FetchFailed, "This account has been terminated"),
        (page(head=""), NotAFeed, "the page names no channel; write the channel's id"),
        (b"<html><title>Just a moment...</title></html>", NotAFeed, "(a bot check)"),
        (
            FetchFailed(reason=FetchFailure.BAD_REDIRECT, detail="redirects to a sign-in or consent page"),
            FetchFailed,
            "consent page; write the channel's id",
        ),
        (FetchFailed(reason=FetchFailure.TIMEOUT, detail="too long"), FetchFailed, "too long"),
    ],
)
def test_a_handle_that_cannot_be_resolved_is_told(says, kind, detail):
    result, _ = visit({PAGE: says})
    assert isinstance(result, kind)
    assert detail in result.detail


def test_html_in_place_of_the_feed_is_told():
    result, _ = visit({FEED: b"<html><title>Sign in - YouTube</title></html>"}, memory=MEMORY)
    assert isinstance(result, NotAFeed)


def test_a_channel_that_answers_404_for_hours_is_not_told_as_trouble(bench):
    """And what it showed meanwhile is told when it answers again."""
    adapter = YoutubeAdapter(run=run_here, clock=lambda: bench.time)
    bench.time = NOW
    bench.sources = (source(ID),)
    bench.says("Lantern Bay renewed", report())

    def poll_at(answer_):
        bench.fetch.answer(FEED, answer(answer_, FEED) if isinstance(answer_, bytes) else answer_)
        bench.fetch.answer(f"{BASE}/channel/{ID}", answer(page(), FEED))
        return bench(poll(bench.sources[0], bench.state(), desk=replace(bench.desk, adapters={"youtube": adapter})))

    poll_at(feed(video(1, "Old")))
    for _ in range(12):
        bench.time += timedelta(hours=1)
        poll_at(NOT_FOUND)
    assert bench.told() == []
    poll_at(feed(video(2, "Lantern Bay renewed"), video(1, "Old")))
    assert bench.told() == [("news", "pending")]


def test_over_the_real_way():
    with WebServer() as web:
        web.answer("/@harbournine", Answer(body=page()))
        web.answer("/feeds/videos.xml", Answer(body=feed(video(1, "Harbour Nine | Now in production"))))
        of = source(base=web.url(""))
        result = visit_live(replace(of, url=web.url("/@harbournine")))
    assert titles(result) == ["Harbour Nine | Now in production"]
    assert [seen.target for seen in web.seen] == ["/@harbournine", f"/feeds/videos.xml?channel_id={ID}"]
    assert web.seen[0].headers["cookie"] == "SOCS=CAI"
