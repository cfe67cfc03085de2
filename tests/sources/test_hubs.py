"""Feeds that a hub pushes: found, asked for, read like polled ones, and never relied on blindly."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core import hub
from monitor.core.fetching import Fetched, FetchFailed, FetchFailure, NotModified, Unchanged, Visited, VisitResult
from monitor.core.source import Source, SourceState, Tier, Validators
from monitor.core.upkeep import after_nothing_new, after_visit
from monitor.records import Push
from monitor.sources.feed import FeedAdapter, Links, read_links
from monitor.sources.hubs import HubAdapter
from tests.fakes import FakeFetch

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FEED, HUB = "https://gazette.example/feed", "https://hub.example/push"
ENTRY = "<item><guid>{0}</guid><title>Story {0}</title><link>https://gazette.example/{0}</link></item>"
DELETED = b"""<feed xmlns:at="http://purl.org/atompub/tombstones/1.0" xmlns="http://www.w3.org/2005/Atom">
<at:deleted-entry ref="yt:video:abc" when="2026-11-22T09:00:00+00:00"/></feed>"""


def feed(*names: str, hub: str = HUB, topic: str = FEED) -> bytes:
    links = f'<atom:link rel="hub" href="{hub}"/>' if hub else ""
    links += f'<atom:link rel="self" href="{topic}"/>' if topic else ""
    items = "".join(ENTRY.format(name) for name in names)
    return f'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>G</title>{links}{items}</channel></rss>'.encode()


async def run(function: Callable, body: bytes, **arguments: object):
    return function(body, **arguments)


class Rig:
    """A source with a hub, visited over and over as the daemon would; the test moves the time."""

    def __init__(self, *, public_url: str | None = "https://monitor.example") -> None:
        self.time = NOW
        self.source = Source(
            id="gazette", type="feed", url=FEED, tier=Tier.PRESS, every=15 * MINUTE, max_age=7 * DAY, websub=True
        )
        self.state = SourceState(source_id="gazette", url=FEED, next_due=NOW)
        self.fetch = FakeFetch()
        self.fetch.answer(HUB, Fetched(url=HUB, body=b"", content_type=None, validators=Validators()))
        self.waiting: list[Push] = []
        self.tokens = (f"token-{number}" for number in range(100))
        self.public_url = public_url

    def shows(self, *names: str, headers: dict[str, str] | None = None, **links: str) -> None:
        self.fetch.answer(
            FEED,
            Fetched(
                url=FEED,
                body=feed(*names, **links),
                content_type="application/rss+xml",
                validators=Validators(),
                headers=headers or {},
            ),
        )

    def push(self, body: bytes, content_type: str | None = "application/rss+xml", name: str | None = None) -> None:
        name = name or self.state.memory["websub"]["token"]
        number = len(self.waiting) + 1
        self.waiting.append(
            Push(id=number, source_id="gazette", at=self.time, body=body, content_type=content_type, name=name)
        )

    def verify(self, lease: timedelta = 10 * DAY) -> None:
        self.push(hub.write_note("subscribe", int(lease.total_seconds())), hub.NOTE)

    def visit(self, later: timedelta = timedelta()) -> VisitResult:
        self.time += later

        async def inbox(source_id: str) -> list[Push]:
            assert source_id == "gazette"
            return self.waiting

        adapter = HubAdapter(
            FeedAdapter(run=run, clock=lambda: self.time),
            run=run,
            clock=lambda: self.time,
            inbox=inbox,
            public_url=self.public_url,
            make_token=lambda: next(self.tokens),
        )
        result = asyncio.run(adapter.visit(self.source, self.state, fetch=self.fetch))
        if isinstance(result, Visited):
            self.state = after_visit(self.source, self.state, result, parser=adapter.version, now=self.time)
        elif isinstance(result, Unchanged):
            self.state = after_nothing_new(self.source, self.state, result, now=self.time)
        if isinstance(result, Visited | Unchanged):
            self.waiting = [push for push in self.waiting if push.id not in result.pushes]
        return result

    def subscribed(self) -> None:
        """Goes through it all, to a hub that has delivered."""
        self.shows("1")
        self.visit()
        self.visit(15 * MINUTE)
        self.verify()
        self.push(feed("2"))
        self.visit()
        self.shows("2", "1")

    @property
    def asked(self) -> list[dict[str, str]]:
        return [dict(request.form) for request in self.fetch.asked if request.form is not None]

    @property
    def polls(self) -> int:
        return sum(request.url == FEED for request in self.fetch.asked)

    @property
    def wait(self) -> timedelta:
        return self.state.next_due - self.time


def titles(visit: VisitResult) -> list[str]:
    assert isinstance(visit, Visited), visit
    return [item.title for item in visit.parsed.items]


def test_finds_the_hub_first_and_asks_it_the_next_time():
    """It must be stored before the hub asks back, which it may do while it is asked."""
    rig = Rig()
    rig.shows("1")
    assert titles(rig.visit()) == ["Story 1"]
    assert rig.asked == []
    rig.visit(15 * MINUTE)
    (form,) = rig.asked
    memory = rig.state.memory["websub"]
    assert form == {
        "hub.mode": "subscribe",
        "hub.topic": FEED,
        "hub.callback": f"https://monitor.example/websub/gazette/{memory['token']}",
        "hub.lease_seconds": "864000",
        "hub.secret": memory["secret"],
    }
    assert memory["secret"] != memory["token"]
    rig.visit(15 * MINUTE)
    assert len(rig.asked) == 1
    assert rig.wait < 20 * MINUTE  # nothing is verified: as usual


def test_what_is_pushed_is_what_would_have_been_polled():
    rig = Rig()
    rig.shows("1")
    rig.visit()
    rig.visit(15 * MINUTE)
    rig.verify()
    rig.push(feed("3", "2"))
    rig.push(feed("4"))
    rig.shows("4", "3", "2", "1")
    assert titles(rig.visit(MINUTE)) == ["Story 4", "Story 3", "Story 2"]
    rig.push(b"")
    rig.push(feed("0"))
    both = rig.visit(MINUTE)
    assert titles(both) == ["Story 0", "Story 4", "Story 3", "Story 2", "Story 1"]
    assert isinstance(both, Visited)
    assert both.complete
    rig.push(feed("5"))
    polls = rig.polls
    pushed = rig.visit(MINUTE)
    assert isinstance(pushed, Visited)
    assert (titles(pushed), pushed.complete, rig.polls) == (["Story 5"], False, polls)
    assert rig.waiting == []
    rig.shows("5", "4", "3", "2", "1")
    polled = rig.visit(2 * HOUR)
    assert isinstance(polled, Visited)
    assert pushed.parsed.items[0] == polled.parsed.items[0]


def test_polls_slower_while_the_hub_delivers_and_not_never():
    rig = Rig()
    rig.subscribed()
    assert rig.wait + 20 * MINUTE >= HOUR
    polls = rig.polls
    for number in range(3, 9):
        rig.push(feed(str(number)))
        rig.visit(10 * MINUTE)
    # The sixth push came an hour after the last poll.
    assert rig.polls == polls + 1


def test_polls_as_usual_once_the_hub_loses_things_or_its_lease():
    rig = Rig()
    rig.subscribed()
    rig.shows("3", "2", "1")
    rig.visit(2 * HOUR)
    assert rig.wait > 50 * MINUTE
    rig.shows("4", "3", "2", "1")
    rig.visit(2 * HOUR)
    assert rig.wait < 20 * MINUTE
    rig.push(feed("5"))
    rig.visit()
    rig.visit(2 * HOUR)
    assert rig.wait > 50 * MINUTE
    rig.visit(20 * DAY)
    assert rig.wait < 20 * MINUTE


def test_asks_for_another_lease_in_time():
    rig = Rig()
    rig.subscribed()
    rig.visit(7 * DAY)
    assert len(rig.asked) == 1
    rig.visit(1 * DAY)
    assert len(rig.asked) == 2
    assert rig.asked[0]["hub.callback"] == rig.asked[1]["hub.callback"]


@pytest.mark.parametrize("body", [b"", DELETED, b"<html>no feed</html>"])
def test_a_push_without_items_makes_us_look(body: bytes):
    rig = Rig()
    rig.subscribed()
    polls = rig.polls
    rig.shows("9", "2", "1")
    rig.push(body)
    visit = rig.visit(MINUTE)
    assert titles(visit) == ["Story 9", "Story 2", "Story 1"]
    assert rig.polls == polls + 1
    assert rig.waiting == []
    assert isinstance(visit, Visited)
    assert ("cannot be read" in visit.trouble) is body.startswith(b"<html")


def test_what_was_pushed_is_told_though_polling_fails():
    rig = Rig()
    rig.shows("1")
    rig.visit()
    rig.push(feed("2"))
    rig.fetch.answer(FEED, FetchFailed(reason=FetchFailure.SERVER_ERROR, detail="gazette.example: 500"))
    visit = rig.visit(HOUR)
    assert titles(visit) == ["Story 2"]
    assert isinstance(visit, Visited)
    assert visit.trouble.startswith("pushed to us; polling it failed: gazette.example: 500")
    assert isinstance(rig.visit(HOUR), FetchFailed)


def test_what_was_pushed_is_told_though_nothing_changed():
    rig = Rig()
    rig.shows("1")
    rig.visit()
    rig.push(feed("2"))
    rig.fetch.answer(FEED, NotModified(validators=Validators(etag="e")))
    visit = rig.visit(HOUR)
    assert isinstance(visit, Visited)
    assert (titles(visit), visit.complete, visit.validators.etag) == (["Story 2"], False, "e")


def test_a_hub_is_asked_through_the_proxy_of_its_source():
    rig = Rig()
    rig.source = replace(rig.source, proxy="http://proxy.example:3128")
    rig.shows("1")
    rig.visit()
    rig.visit(15 * MINUTE)
    assert [request.proxy for request in rig.fetch.asked if request.url == HUB] == ["http://proxy.example:3128"]


def test_a_hub_that_refuses_is_told_and_asked_later():
    rig = Rig()
    rig.shows("1")
    rig.visit()
    rig.fetch.answer(HUB, FetchFailed(reason=FetchFailure.FORBIDDEN, detail="hub.example: 403", status=403))
    visit = rig.visit(15 * MINUTE)
    assert isinstance(visit, Unchanged)
    assert visit.detail == "same body; its hub does not take our subscription: hub.example: 403"
    rig.visit(15 * MINUTE)
    assert len(rig.asked) == 1
    rig.push(hub.write_note("denied", None), hub.NOTE)
    rig.visit(HOUR)
    rig.visit(DAY)
    assert len(rig.asked) == 1
    rig.visit(7 * DAY)
    assert len(rig.asked) == 2


def test_a_hub_that_sends_us_to_another():
    rig = Rig()
    rig.shows("1")
    rig.visit()
    moved = FetchFailed(
        reason=FetchFailure.UNEXPECTED_STATUS, detail="307", status=307, headers={"location": "https://other.example/"}
    )
    rig.fetch.answer(HUB, moved)
    rig.fetch.answer("https://other.example/", Fetched(url="", body=b"", content_type=None, validators=Validators()))
    visit = rig.visit(15 * MINUTE)
    assert isinstance(visit, Unchanged)
    assert visit.detail == "same body"
    assert rig.fetch.asked[-1].url == "https://other.example/"
    # A foreign document named both: neither may be in a private network.
    assert rig.fetch.asked[-1].trusted_host == "gazette.example"


def test_no_secret_goes_in_the_clear():
    rig = Rig()
    rig.shows("1", hub="http://hub.example/push")
    rig.fetch.answer("http://hub.example/push", Fetched(url="", body=b"", content_type=None, validators=Validators()))
    rig.visit()
    rig.visit(HOUR)
    assert "hub.secret" not in rig.asked[0]


def test_link_headers_come_before_the_document():
    rig = Rig()
    headers = {"link": '<https://first.example/hub>; rel="hub", </feed?x>; title="a, b"; rel="self alternate"'}
    rig.shows("1", headers=headers)
    rig.visit()
    memory = rig.state.memory["websub"]
    assert (memory["hub"], memory["topic"]) == ("https://first.example/hub", "https://gazette.example/feed?x")


def test_another_hub_is_another_subscription():
    rig = Rig()
    rig.subscribed()
    token = rig.state.memory["websub"]["token"]
    rig.shows("2", "1", hub="https://new.example/")
    rig.visit(2 * HOUR)
    memory = rig.state.memory["websub"]
    assert (memory["hub"], "verified_at" in memory) == ("https://new.example/", False)
    rig.push(feed("7"), name=token)
    rig.visit(MINUTE)
    assert rig.waiting == []
    assert rig.wait < 20 * MINUTE


def test_a_feed_without_a_hub_is_asked_again_a_week_later():
    rig = Rig()
    rig.shows("1", hub="")
    rig.visit()
    assert rig.state.memory["websub"] == {"looked_at": NOW.isoformat()}
    rig.visit(HOUR)
    rig.visit(8 * DAY)
    rig.shows("1")
    rig.visit(HOUR)
    rig.visit(HOUR)
    assert len(rig.asked) == 1


def test_a_server_that_says_304_is_asked_for_all_of_it_to_find_the_hub():
    rig = Rig()
    rig.state = replace(rig.state, validators=Validators(etag="e"), parser="", body_hash="h")
    rig.shows("1")
    rig.visit()
    assert rig.fetch.asked[0].validators == Validators()


@pytest.mark.parametrize("way", ["key", "address"])
def test_taken_out_it_is_ended(way: str):
    rig = Rig()
    rig.subscribed()
    token = rig.state.memory["websub"]["token"]
    if way == "key":
        rig.source = replace(rig.source, websub=False)
    else:
        rig.public_url = None
    rig.visit(2 * HOUR)
    if way == "key":
        assert rig.asked[-1]["hub.mode"] == "unsubscribe"
        assert rig.state.memory["websub"]["token"] == token  # the hub asks whether we mean it
        assert rig.wait < 20 * MINUTE
        rig.visit(HOUR)
    assert rig.state.memory == {}
    asked = len(rig.asked)
    rig.visit(HOUR)
    assert len(rig.asked) == asked


def test_without_it_nothing_is_different():
    rig = Rig()
    rig.source = replace(rig.source, websub=False)
    rig.shows("1")
    visit = rig.visit()
    assert isinstance(visit, Visited)
    assert visit.memory is None


@pytest.mark.parametrize(
    ("body", "links"),
    [
        (feed("1"), Links(hub=HUB, topic=FEED)),
        (feed("1", hub="", topic=""), Links()),
        (
            b'<feed xmlns="http://www.w3.org/2005/Atom"><link rel="hub" href="h"/><link rel="self" href="s"/></feed>',
            Links(hub="h", topic="s"),
        ),
        (
            b'{"feed_url": "s", "hubs": [{"type": "rssCloud", "url": "r"}, {"type": "WebSub", "url": "h"}], "items": []}',
            Links(hub="h", topic="s"),
        ),
        (b'{"hubs": 1}', Links()),
        (b"[]", Links()),
        (b"\x1f\x8bbroken", Links()),
        (b"<html><p>no feed</html>", Links()),
    ],
)
def test_links_of_documents(body: bytes, links: Links):
    assert read_links(body, content_type=None) == links
