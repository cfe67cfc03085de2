"""One look at everything."""

from dataclasses import replace
from datetime import timedelta

from monitor.core.alert import AlertState
from monitor.core.fetching import FetchFailed, FetchFailure
from monitor.records import Heartbeat
from monitor.status import take_status
from tests.bench import DAY, HOUR, NOW, item, report, source


def _status(bench):
    return bench.read(lambda view: take_status(view, bench.sources, now=bench.time))


def test_an_empty_database_has_no_news_but_an_answer(bench):
    found = _status(bench)
    assert (found.heartbeat, found.incidents, found.holds, dict(found.outbox)) == (None, (), (), {})
    (line,) = found.sources
    assert (line.status, line.detail, line.failures, line.items) == ("not polled yet", "", 0, 0)
    assert (line.last_poll, line.last_success, line.next_due) == (None, None, None)


def test_each_configured_source_is_shown_as_its_last_poll_left_it(bench):
    bench.sources = (source(), source("herald"), source("gone"))
    fine, failing, gone = bench.sources
    bench.says("Title a", report())
    bench.settle(fine)
    bench.tell(item("a"), at=fine)
    bench.fetch.answer(failing.url, FetchFailed(reason=FetchFailure.TIMEOUT, detail="too slow"))
    bench.poll(failing)
    bench.poll(failing, later=HOUR)
    bench.poll(gone)
    disabled = replace(bench.state(gone), disabled=True)
    bench.write(lambda tx: tx.save_source(disabled))
    beat = Heartbeat(at=bench.time, started_at=NOW, lag=timedelta())
    bench.write(lambda tx: tx.beat(beat))
    found = _status(bench)
    assert found.heartbeat == beat
    assert dict(found.outbox) == {AlertState.PENDING: 1}
    lines = {line.id: line for line in found.sources}
    assert (lines["gazette"].status, lines["gazette"].detail, lines["gazette"].items) == ("ok", "1 new", 1)
    assert lines["gazette"].last_success == NOW + HOUR
    assert (lines["herald"].status, lines["herald"].detail, lines["herald"].failures) == ("failed", "too slow", 2)
    assert lines["herald"].next_due is not None
    assert (lines["gone"].status, lines["gone"].next_due) == ("disabled", None)


def test_incidents_and_holds_that_are_open_are_shown(bench):
    bench.settle()
    bench.tell(*[item(f"old-{n}") for n in range(3)])
    bench.time += 2 * DAY
    known = [item(f"new-{n}", title=f"Title old-{n}", url=item(f"old-{n}").url, published=None) for n in range(3)]
    bench.tell(*known, item("x", published=None))
    found = _status(bench)
    assert [incident.kind for incident in found.incidents] == ["ids_changed"]
    assert [hold.subject for hold in found.holds] == ["gazette"]
