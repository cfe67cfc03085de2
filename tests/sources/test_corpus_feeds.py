"""Feeds as real publishers send them, and damaged ones, where they are at hand."""

import json
import re
from datetime import UTC, datetime

import pytest

from monitor.core.fetching import NotAFeed, Parsed
from monitor.sources.feed import read_feed
from tests.corpus import CORPUS, needs_corpus

NOW = datetime(2026, 11, 22, tzinfo=UTC)
URL = "https://moon.example/feed"


def documents(folder: str) -> list[str]:
    return sorted(path.name for path in (CORPUS / "feeds" / folder).iterdir()) if CORPUS else []


def read(folder: str, name: str):
    body = (CORPUS / "feeds" / folder / name).read_bytes()
    return body, read_feed(body, url=URL, content_type=None, now=NOW)


@needs_corpus
@pytest.mark.parametrize("name", documents("real"))
def test_a_real_feed_gives_as_many_items_as_it_holds(name):
    body, result = read("real", name)
    if name.endswith(".json"):
        held = len(json.loads(body)["items"])
    else:
        held = len(re.findall(rb"<(?:item|entry)[\s>]", body))
    assert isinstance(result, Parsed)
    assert len(result.items) + result.dropped == held
    assert result.dropped <= 1  # one of them holds the same entry twice
    assert all(item.title or item.summary for item in result.items)
    assert not any(re.search(r"[\x00-\x08\x0b-\x1f\u202e\u200b]|</?\w+>|&#\d", item.title) for item in result.items)


@needs_corpus
@pytest.mark.parametrize("folder", ["malformed", "own"])
def test_every_damaged_document_is_read_or_refused(folder):
    refused = set()
    for name in documents(folder):
        _, result = read(folder, name)
        assert isinstance(result, Parsed | NotAFeed), name
        if isinstance(result, NotAFeed):
            refused.add(name)
    assert not {name for name in documents(folder) if name.endswith((".html", ".txt"))} - refused
