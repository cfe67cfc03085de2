"""Which sources are polled, and a whole round."""

from dataclasses import replace
from datetime import timedelta

from monitor.core.fetching import FetchFailed, FetchFailure
from monitor.core.incidents import Incident, IncidentChange, IncidentKind
from monitor.core.source import Validators
from monitor.incidents import record_incidents
from monitor.records import PollStatus
from monitor.rounds import enlist, once, poll_claimed
from tests.bench import DAY, HOUR, NOW, item, policy, report, source


class Log:
    """What was told of each poll."""

    def __init__(self):
        self.polls = []
        self.bugs = []

    def __call__(self, outcome, error):
        self.polls.append(outcome.source_id)
        if error is not None:
            self.bugs.append(error)


def _once(bench, *, everything=False, later=timedelta()):
    bench.time += later
    log = Log()
    return bench(once(bench.program, everything=everything, told=log)), log


def _enlist(bench):
    return bench(enlist(bench.desk))


def _states(bench):
    return bench.read(lambda view: view.source_states())


def test_a_round_polls_what_is_due_and_delivers_what_is_made(bench):
    bench.says("Title a", report())
    bench.publish()
    _once(bench)
    bench.publish(item("a"))
    done, log = _once(bench, later=2 * HOUR)
    assert ([poll.alerts for poll in done.polls], log.polls, log.bugs) == ([1], ["gazette"], [])
    assert [sending.subject for sending in done.sendings] == ["Lantern Bay has been renewed"]
    assert done.waiting == 0


def test_a_source_that_is_not_due_is_left_alone_unless_everything_is_asked(bench):
    bench.publish()
    _once(bench)
    assert _once(bench)[0].polls == ()
    assert len(_once(bench, everything=True)[0].polls) == 1


def test_the_first_poll_is_not_put_off(bench):
    """The spread of first polls is for a daemon; cron may come but once a day."""
    bench.sources = tuple(source(f"s{n}") for n in range(30))
    for one in bench.sources:
        bench.publish(at=one)
    assert len(_once(bench)[0].polls) == 30


def test_nobody_is_asked_before_the_time_it_named(bench):
    bench.fetch.answer(
        bench.sources[0].url, FetchFailed(reason=FetchFailure.RATE_LIMITED, detail="429", retry_after=2 * HOUR)
    )
    _once(bench)
    assert _once(bench, everything=True, later=HOUR)[0].polls == ()
    assert len(_once(bench, everything=True, later=HOUR)[0].polls) == 1


def test_everything_leaves_out_what_was_taken_from_the_configuration(bench):
    bench.publish()
    _once(bench)
    other = source("herald")
    bench.publish(at=other)
    bench.sources = (other,)
    assert [poll.source_id for poll in _once(bench, everything=True)[0].polls] == ["herald"]


def test_what_nobody_took_yet_is_said_to_wait(bench):
    bench.says("Title a", report())
    bench.publish()
    _once(bench)
    bench.publish(item("a"))
    bench.notify.results = [ConnectionError()]
    done, _ = _once(bench, later=2 * HOUR)
    assert done.waiting == 1


def test_a_bug_in_one_poll_is_trouble_of_that_source_alone(bench):
    """It backs off, is told, and the others are polled."""
    bench.sources = (source(), source("herald"))
    bench.publish(item("a"), at=bench.sources[0])
    bench.publish(at=bench.sources[1])

    class Broken:
        def __call__(self, document):
            raise ZeroDivisionError

    bench.recognise = Broken()
    done, log = _once(bench)
    assert {(poll.source_id, poll.status, poll.detail) for poll in done.polls} == {
        ("gazette", PollStatus.UNREADABLE, "internal error: ZeroDivisionError"),
        ("herald", PollStatus.OK, "first poll: 0 items read, none told"),
    }
    assert [type(error) for error in log.bugs] == [ZeroDivisionError]
    assert (bench.state().failures, bench.state().validators) == (1, Validators())


def test_a_source_that_somebody_else_is_polling_is_left_to_them(bench):
    bench.publish()
    _enlist(bench)
    bench.write(lambda tx: tx.claim_sources(["gazette"], now=bench.time, lease_until=bench.time + HOUR))
    assert bench(poll_claimed(["gazette"], desk=bench.desk, told=Log())) == ()
    bench.time += HOUR
    assert len(bench(poll_claimed(["gazette"], desk=bench.desk, told=Log()))) == 1


class TestEnlisting:
    """What is remembered follows what is configured."""

    def test_new_sources_are_named_until_they_are_polled(self, bench):
        bench.publish()
        assert _enlist(bench) == ("gazette",)
        bench.poll()
        assert _enlist(bench) == ()

    def test_a_changed_address_is_another_feed(self, bench):
        bench.publish(item("a"))
        bench.poll()
        bench.sources = (source(url="https://gazette.example/other"),)
        assert _enlist(bench) == ("gazette",)
        state = _states(bench)["gazette"]
        assert (state.url, state.baseline_at, state.validators) == (bench.sources[0].url, None, Validators())

    def test_what_is_no_longer_configured_is_forgotten_with_its_trouble(self, bench):
        bench.publish()
        bench.poll()
        incident = Incident(id=0, kind=IncidentKind.FAILING, subject="gazette", detail="", opened_at=NOW)
        change = IncidentChange(opened=(incident,))
        bench.write(lambda tx: record_incidents(tx, change, policy=policy(incidents=()), now=NOW))
        bench.sources = (source("herald"),)
        _enlist(bench)
        assert list(_states(bench)) == ["herald"]
        assert bench.read(lambda view: view.open_incidents()) == []

    def test_a_due_time_of_a_clock_since_set_back_is_brought_near(self, bench):
        bench.publish()
        bench.poll()
        ahead = replace(bench.state(), next_due=NOW + 400 * DAY, last_poll_at=NOW + 399 * DAY)
        bench.write(lambda tx: tx.save_source(ahead))
        _enlist(bench)
        assert _states(bench)["gazette"].next_due <= NOW + 2 * DAY
