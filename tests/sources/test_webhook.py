"""What webhooks bring, in the shapes of those that send them."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.core.fetching import NotAFeed, Parsed, Unchanged, Visited
from monitor.core.item import Item
from monitor.core.options import WebhookOptions
from monitor.core.source import Source, SourceState, Tier
from monitor.records import Push
from monitor.sources.webhook import MOST_ITEMS, WebhookAdapter, read_hook
from tests.fakes import FakeFetch

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DATA = Path(__file__).parents[1] / "data/sources/webhook"


def read(document: object, name: str | None = None) -> tuple[Item, ...]:
    result = read_hook(json.dumps(document).encode(), name=name, mapping=(), now=NOW)
    assert isinstance(result, Parsed), result
    return result.items


def stored(name: str) -> tuple[Item, ...]:
    result = read_hook((DATA / f"{name}.json").read_bytes(), name=None, mapping=(), now=NOW)
    assert isinstance(result, Parsed), result
    return result.items


def test_our_own_schema():
    (item,) = stored("generic")
    assert (item.guid, item.url) == ("tip-31", "https://gazette.example/2026/11/lantern-bay-series-three/")
    assert item.title == "Lantern Bay returns for series three"
    assert item.summary == "Cameras roll in Tenby on Monday, with Ida Holm & Marek Voss."
    assert item.published == datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    assert (item.publisher, item.author, item.lang) == ("The Gazette", "Nia Prosser", "en-GB")


def test_miniflux():
    """The feed is the publisher; the hash is the id, since a row number changes with the database."""
    first, second = stored("miniflux")
    assert (first.publisher, first.author) == ("Harbour Post", "Tomos Reed")
    assert first.guid == "5b0c4f1f0d1f7c2e"
    assert first.url == "https://harbourpost.example/lantern-bay-films-again"
    assert first.summary == "Filming has begun on the third series."
    assert second.published == datetime(2026, 11, 22, 8, 5, tzinfo=UTC)


def test_miniflux_saves_one_entry():
    (item,) = read(
        {
            "event_type": "save_entry",
            "entry": {"hash": "a1", "title": "Lantern Bay", "content": "<p>Back.</p>", "feed": {"title": "Harbour"}},
        }
    )
    assert (item.publisher, item.summary) == ("Harbour", "Back.")


def test_a_page_watcher_by_apprise():
    """The page stands in the message; its next change is a revision of the same item."""
    (item,) = stored("apprise")
    assert item.title == "Harbour Pictures press centre has changed"
    assert item.url == "https://harbour-pictures.example/press"
    assert "Lantern Bay starts filming" in item.summary
    (again,) = read(
        {"version": "1.0", "title": "t", "message": "https://harbour-pictures.example/press now", "type": "info"}
    )
    assert again.key == item.key
    assert again.fingerprint != item.fingerprint


def test_json_feed_items():
    one = {"id": "1", "content_html": "<p>Filming <b>now</b>.</p>", "external_url": "https://a.example/1"}
    two = {"id": "2", "content_text": "Wrapped", "date_published": "2026-11-21T10:00:00Z", "summary": "short"}
    document = {"version": "https://jsonfeed.org/version/1.1", "title": "A feed", "items": [one, two]}
    for items in (read(document), read([one, two])):
        assert [(item.guid, item.summary) for item in items] == [("1", "Filming now."), ("2", "short")]
        assert items[0].url == "https://a.example/1"
        assert items[1].text == "Wrapped"


def test_what_has_no_id_is_known_by_its_name_then_its_address_then_its_words():
    nameless = [{"title": "One"}, {"title": "Two"}, {"id": "own", "title": "Three"}]
    assert [item.guid for item in read(nameless, "push 7")] == ["push 7", "push 7 1", "own"]
    changed = [{"title": "One, corrected"}, {"title": "Two"}, {"id": "own", "title": "Three"}]
    assert [item.key for item in read(changed, "push 7")] == [item.key for item in read(nameless, "push 7")]
    (at,) = read({"title": "One", "url": "https://a.example/1?utm_source=x"})
    (same,) = read({"title": "Two", "url": "https://a.example/1"})
    assert at.key == same.key
    assert read({"title": "One", "stamp": 1})[0].key == read({"title": "One", "stamp": 2})[0].key


def test_outside_text_is_cleaned():
    """Nothing in it reaches a terminal, a mention or a template; a length has an end."""
    (item,) = read({"title": "A\x1b[31m <b>bold</b> claim", "text": "x" * 100_000, "id": 5, "published": 1763800000})
    assert item.title == "A[31m bold claim"
    assert len(item.text) == 40_000
    assert item.guid == "5"
    assert item.published == datetime(2025, 11, 22, 8, 26, 40, tzinfo=UTC)


def test_values_of_the_wrong_kind_say_nothing():
    (item,) = read({"title": "Plain", "text": ["a"], "html": {"b": 1}, "published": True, "author": None, "lang": 3})
    assert (item.title, item.summary, item.published, item.author, item.lang) == ("Plain", "", None, None, None)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "no JSON"),
        (b"<html>", "no JSON"),
        (b'{"title": "cut', "no JSON"),
        (b"[[1]]", "item 1: an object is expected"),
        (json.dumps([{"title": "x"}] * (MOST_ITEMS + 1)).encode(), "201 items at once"),
        (b'{"event_type": "save_entry"}', "without entries"),
        (b'{"event_type": "new_entries", "entries": "x"}', "without entries"),
        (b'{"event_type": "new_entries", "entries": []}', "no item with anything to show"),
    ],
)
def test_what_cannot_be_read_says_why(body: bytes, said: str):
    result = read_hook(body, name=None, mapping=(), now=NOW)
    assert isinstance(result, NotAFeed)
    assert said in result.detail


class Inbox:
    def __init__(self, *bodies: bytes) -> None:
        self.pushes = [
            Push(id=number, source_id="tips", at=NOW, body=body, content_type="application/json")
            for number, body in enumerate(bodies, start=1)
        ]

    async def __call__(self, source_id: str, /) -> list[Push]:
        assert source_id == "tips"
        return self.pushes


async def run(function, body, **arguments):
    return function(body, **arguments)


def visit(*bodies: bytes, lang: str | None = None) -> Visited | Unchanged:
    source = Source(
        id="tips", type="webhook", url="webhook:tips", tier=Tier.PRESS, every=timedelta(days=1),
        max_age=timedelta(days=7), pushed=True, lang=lang, options=WebhookOptions(token="t"),
    )  # fmt: skip
    adapter = WebhookAdapter(run=run, clock=lambda: NOW, inbox=Inbox(*bodies))
    fetch = FakeFetch()
    state = SourceState(source_id="tips", url=source.url, next_due=NOW)
    result = asyncio.run(adapter.visit(source, state, fetch=fetch))
    assert not fetch.asked
    return result


def test_a_visit_reads_what_waits_newest_first():
    visited = visit(b'[{"id": "2", "title": "b"}, {"id": "1", "title": "a"}]', b'{"id": "3", "title": "c"}', lang="cy")
    assert [item.title for item in visited.parsed.items] == ["c", "b", "a"]
    assert visited.pushes == (1, 2)
    assert (visited.complete, visited.trouble) == (False, "")
    assert {item.lang for item in visited.parsed.items} == {"cy"}


def test_what_came_twice_is_one_item_as_sent_last():
    visited = visit(b'{"id": "1", "title": "a"}', b'{"id": "2", "title": "b"}', b'{"id": "1", "title": "a, corrected"}')
    assert sorted(item.title for item in visited.parsed.items) == ["a, corrected", "b"]


def test_what_cannot_be_read_is_consumed_and_told():
    visited = visit(b"{", b'{"id": "2", "title": "b"}')
    assert [item.title for item in visited.parsed.items] == ["b"]
    assert visited.pushes == (1, 2)
    assert visited.trouble == "1 of 2 could not be read: the body is no JSON, or null"


def test_nothing_waits():
    assert visit() == Unchanged(detail="nothing was brought")


MAPPING = (
    ("items", "data.posts"),
    ("title", "headline"),
    ("url", "join('', ['https://a.example/', slug])"),
    ("id", "n"),
)


def test_a_body_of_another_shape_by_a_mapping():
    body = b'{"data": {"posts": [{"headline": "Lantern Bay", "slug": "lb", "n": 7}]}}'
    result = read_hook(body, name=None, mapping=MAPPING, now=NOW)
    assert isinstance(result, Parsed)
    (item,) = result.items
    assert (item.title, item.url, item.guid) == ("Lantern Bay", "https://a.example/lb", "7")
    whole = read_hook(b'{"value1": "Lantern Bay films"}', name=None, mapping=(("title", "value1"),), now=NOW)
    assert isinstance(whole, Parsed)
    assert whole.items[0].title == "Lantern Bay films"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"data": {"posts": {}}}', "items finds no list"),
        (b"{}", "items finds no list"),
        (b'{"data": {"posts": [{"slug": 3}]}}', "the mapping does not suit it"),
        (b'{"data": {"posts": []}}', "no item with anything to show"),
    ],
)
def test_a_mapping_that_does_not_suit(body: bytes, said: str):
    result = read_hook(body, name=None, mapping=MAPPING, now=NOW)
    assert isinstance(result, NotAFeed)
    assert said in result.detail
