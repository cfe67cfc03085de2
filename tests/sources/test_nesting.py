"""Markup that is nested deeper than any page, and text on which a pattern may run for ever."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from monitor.core import calls
from monitor.core.fetching import Parsed
from monitor.core.options import PageOptions
from monitor.sources.html import parse, text_of
from monitor.sources.listing import read_listing
from monitor.sources.nesting import DEEPEST, flattened
from monitor.sources.steady import steady
from monitor.sources.watched import Watched, read_watched

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
URL = "https://press.example/"


@pytest.mark.parametrize(
    "markup",
    [
        "<p>one</p>" * 3_000,
        "<ul>" + "<li>one" * 3_000 + "</ul>",
        "<div><br><img src=a></div>" * 3_000,
        "<svg>" + "<path d='M0'/>" * 3_000 + "</svg>",
    ],
)
def test_a_long_page_is_left_as_it_is(markup: str) -> None:
    assert flattened(markup) == markup


@pytest.mark.parametrize("piece", ["<div>", "<b>", "<x/>", "<div></span>", "<ul><li>", "<table><tr><td>"])
def test_what_is_nested_too_deep_loses_its_tags_and_keeps_its_text(piece: str) -> None:
    assert "Filming has begun" in text_of(parse(piece * 50_000 + "Filming has begun"))


def test_what_closes_again_makes_room() -> None:
    markup = f"{'<div>' * (DEEPEST + 5)}{'</div>' * (DEEPEST + 5)}<h2>Renewed</h2>"
    assert [text_of(node) for node in parse(markup).css("h2")] == ["Renewed"]


def test_nested_items_are_read_in_time_and_a_list_in_a_list_is_still_read() -> None:
    def listed(markup: str, item: str) -> Parsed:
        read = read_listing(
            markup.encode(),
            url=URL,
            content_type="text/html",
            options=PageOptions(item=item),
            source_url=URL,
            lang="",
            now=NOW,
        )
        assert isinstance(read, Parsed)
        return read

    before = time.process_time()
    assert listed("<div>" * 200_000 + "<a href=x>The lot</a>", "div").items
    assert time.process_time() - before < 3.0  # minutes before
    found = listed("<ul><li>2026<ul><li><a href=a>One</a><li><a href=b>Two</a></ul></ul>", "li")
    assert {item.url for item in found.items} >= {f"{URL}a", f"{URL}b"}


@pytest.mark.parametrize("body", ["<div>" * 200_000 + "New", "\n".join(["<p>" + "1 2." * 1_000] * 3_000)])
def test_a_watched_element_is_read_in_time_whatever_it_holds(body: str) -> None:
    before = time.process_time()
    read = read_watched(
        body.encode(),
        url=URL,
        content_type="text/html",
        options=PageOptions(watch="div, p"),
        source_url=URL,
        known=(),
        lang="",
        now=NOW,
    )
    assert isinstance(read, Watched)
    assert time.process_time() - before < 5.0  # the killable process has ten


def _all_of(pattern: re.Pattern[str]) -> Callable[[str], object]:
    return lambda text: sum(1 for _ in pattern.finditer(text))


@pytest.mark.parametrize("piece", ["0", "1 ", "a1", "1.", "a-", "@", " "])
@pytest.mark.parametrize(
    "work",
    [
        lambda text: steady(text, now=NOW),
        *(_all_of(one) for one in vars(calls).values() if isinstance(one, re.Pattern)),
    ],
)
def test_four_times_the_text_takes_not_much_more_than_four_times_as_long(
    work: Callable[[str], object], piece: str
) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        before = time.process_time()
        work(text)
        return time.process_time() - before

    seconds(100)
    assert seconds(80_000) < 12 * min(seconds(20_000) for _ in range(3)) + 0.02
