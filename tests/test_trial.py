"""A source tried: what it would give, and that nothing is stored."""

import pytest

from monitor.core.fetching import FetchFailed, FetchFailure, NotAFeed, NotModified, Parsed
from monitor.core.source import Validators
from monitor.trial import preview, try_source
from tests.bench import NOW, item, report
from tests.fakes import fetched

READINGS = {
    b"two": Parsed(items=(item("a"), item("b", published=None))),
    b"one": Parsed(items=(item("b", published=None),)),
    b"html": NotAFeed(detail="HTML"),
}


@pytest.mark.parametrize(
    ("answer", "fine", "detail"),
    [
        (fetched(b"two"), True, "2 items, the newest of 2026-05-04 12:00 UTC"),
        (fetched(b"one"), True, "1 item"),
        (fetched(b"empty"), True, "0 items"),
        (fetched(b"html"), False, "HTML"),
        (FetchFailed(reason=FetchFailure.NOT_FOUND, detail="HTTP 404"), False, "HTTP 404"),
        (NotModified(validators=Validators()), True, "304 not modified"),
    ],
)
def test_a_trial_says_what_a_source_would_give_and_stores_nothing(bench, answer, fine, detail):
    bench.adapter.readings = dict(READINGS)
    bench.fetch.answer(bench.sources[0].url, answer)
    trial = bench(try_source(bench.sources[0], adapter=bench.adapter, fetch=bench.fetch, now=NOW))
    assert (trial.source_id, trial.fine, trial.detail) == ("gazette", fine, detail)
    assert bench.items() == []


def test_a_preview_says_what_is_news_and_for_whom(bench):
    bench.adapter.readings = dict(READINGS)
    bench.fetch.answer(bench.sources[0].url, fetched(b"two"))
    bench.says("Title b", report(), report())
    trial = bench(try_source(bench.sources[0], adapter=bench.adapter, fetch=bench.fetch, now=NOW))
    previews = preview(trial.visited, bench.sources[0], recognise=bench.recognise)
    assert [(one.item.title, one.watches) for one in previews] == [("Title a", ()), ("Title b", report().watches)]
