"""What a poll writes: items under their state, holds, incidents."""

from monitor.core.fetching import FetchFailed, FetchFailure, NotAFeed
from monitor.core.incidents import IncidentKind
from tests.bench import DAY, FERRY, HOUR, item, report, source
from tests.fakes import fetched


def _fail(bench, reason=FetchFailure.SERVER_ERROR, of=None, **fields):
    shown = of or bench.sources[0]
    bench.fetch.answer(shown.url, FetchFailed(reason=reason, detail="HTTP 500", **fields))


def _open(bench):
    return [(i.kind, i.subject) for i in bench.read(lambda view: view.open_incidents())]


def test_news_is_told_in_the_order_it_happened(bench):
    """Documents list the newest first."""
    bench.settle()
    bench.says("Title a", report())
    bench.says("Title b", report(FERRY))
    bench.tell(item("b"), item("a"))
    assert [a.subject.title for a in bench.announcements()] == ["Lantern Bay", "The Glass Ferry"]


def test_an_item_with_a_new_id_is_the_same_item(bench):
    bench.settle()
    bench.says("Title a", report())
    bench.tell(item("a"))
    bench.tell(item("a2", title="Title a", fingerprint=item("a").fingerprint, url=item("a").url))
    assert [stored.item.key for stored in bench.items()] == ["a2"]
    assert len(bench.alerts()) == 1


def _known(bench):
    """A source with four items that are known, two days ago."""
    bench.settle()
    bench.tell(*[item(f"old-{n}") for n in range(4)])
    bench.time += 2 * DAY


def _under_new_ids(*numbers, **fields):
    return [
        item(f"new-{n}", title=f"Title old-{n}", url=item(f"old-{n}").url, published=None, **fields) for n in numbers
    ]


def test_changed_ids_are_told_once_and_no_item_is_news(bench):
    """Every item is recognised by its link: one incident, no hold."""
    _known(bench)
    outcome = bench.tell(*_under_new_ids(0, 1, 2, 3))
    assert (outcome.new, outcome.detail) == (0, "4 rekeyed")
    assert [stored.item.key for stored in bench.items()] == ["new-3", "new-2", "new-1", "new-0"]
    assert bench.told() == [("incident", "pending")]
    (incident,) = bench.read(lambda view: view.open_incidents())
    assert incident.detail == (
        "every id changed at once: 4 of 4 items recognised by link or title, 0 held, 0 published since and read as usual"
    )
    bench.deliver()
    assert bench.notify.subjects == ["gazette changed the id of every item"]
    assert "unless items are held" in bench.notify.sent[0][1].note[1]


def test_strangers_among_changed_ids_are_held_and_said_to_be(bench):
    _known(bench)
    bench.says("Title stranger", report())
    outcome = bench.tell(*_under_new_ids(0, 1, 2), item("stranger", published=None))
    assert outcome.detail == "3 rekeyed, 1 held"
    assert bench.announcements() == []
    (hold,) = bench.read(lambda view: view.open_holds())
    assert [stored.item.key for stored in bench.read(lambda view: view.held_items(hold.id))] == ["stranger"]
    assert bench.told() == [("hold", "pending"), ("incident", "pending")]
    bench.deliver()
    assert bench.notify.subjects[0] == "gazette changed the id of every item: 1 item held back"


def test_ids_that_change_again_are_told_again_but_not_every_hour(bench):
    """The first hold may never be approved; the second change must not be swallowed by it."""
    _known(bench)
    bench.tell(*_under_new_ids(0, 1, 2), item("stranger", published=None))
    strange = [item(f"x-{n}", title=f"X {n}", url=f"https://gazette.example/x-{n}", published=None) for n in range(8)]
    bench.tell(*strange[:4])
    bench.tell(*strange[4:], later=2 * DAY)
    told = [alert.revision for alert in bench.alerts() if alert.purpose == "hold"]
    assert told == [0, 2]
    (hold,) = bench.read(lambda view: view.open_holds())
    assert len(bench.read(lambda view: view.held_items(hold.id))) == 9


def test_a_source_in_trouble_is_told_once_and_closed_once(bench):
    other = source("herald")
    bench.sources = (source(), other)
    bench.settle()
    bench.settle(other)
    bench.adapter.readings[b"page"] = NotAFeed(detail="HTML")
    bench.fetch.answer(bench.sources[0].url, fetched(b"page"))
    for _ in range(5):
        bench.poll(later=DAY)
        bench.poll(other)
    assert _open(bench) == [(IncidentKind.NOT_A_FEED, "gazette")]
    bench.tell()
    assert _open(bench) == []
    assert bench.told() == [("incident", "pending"), ("recovery", "pending")]


def test_when_nothing_can_be_reached_it_is_the_network(bench):
    bench.sources = tuple(source(name) for name in ("gazette", "herald", "mirror", "post"))
    for one in bench.sources:
        bench.settle(one)
        _fail(bench, FetchFailure.UNREACHABLE, of=one)
    for _ in range(3):
        bench.time += HOUR
        for one in bench.sources:
            bench.poll(one)
    assert _open(bench) == [(IncidentKind.NETWORK, "")]


def test_without_a_network_nobody_backs_off_and_with_it_everybody_is_asked_again(bench):
    """However long the network was away, all is read again soon after it is back; a source broken by itself waits."""
    bench.sources = tuple(source(name) for name in ("gazette", "herald", "mirror", "post", "wreck"))
    *fine, wreck = bench.sources
    for one in bench.sources:
        bench.settle(one)
    _fail(bench, of=wreck)
    for _ in range(5):
        bench.poll(wreck, later=HOUR)
    for one in fine:
        _fail(bench, FetchFailure.UNREACHABLE, of=one)
    for _ in range(6):
        bench.time += 2 * HOUR
        for one in fine:
            bench.poll(one)
    assert _open(bench)[0] == (IncidentKind.NETWORK, "")
    assert all(bench.state(one).next_due <= bench.time + HOUR for one in fine)
    bench.publish(at=fine[0])
    bench.poll(fine[0])
    assert (IncidentKind.NETWORK, "") not in _open(bench)
    assert [bench.state(one).next_due <= bench.time for one in bench.sources] == [False, True, True, True, False]


def test_a_poll_without_a_network_may_end_after_its_source_was_taken_out(bench):
    """What is stored of it is forgotten the next time the sources are enlisted."""
    gone = source()
    bench.sources = tuple(source(name) for name in ("herald", "mirror", "post"))
    for one in (gone, *bench.sources):
        bench.settle(one)
        _fail(bench, FetchFailure.UNREACHABLE, of=one)
    for _ in range(3):
        bench.time += HOUR
        for one in (*bench.sources, gone):
            assert bench.poll(one).status == "failed"
    assert _open(bench) == [(IncidentKind.NETWORK, "")]


def test_a_busy_source_is_neither_in_trouble_nor_recovered(bench):
    """A 429 with Retry-After opens nothing and closes nothing."""
    bench.settle()
    _fail(bench, FetchFailure.RATE_LIMITED, retry_after=HOUR)
    for _ in range(5):
        bench.poll(later=DAY)
    assert (_open(bench), bench.told()) == ([], [])


def test_a_spending_cap_is_told_once_until_the_source_is_read_again(bench):
    """Nobody is blamed, and nobody hears that a new day has begun."""
    bench.settle()
    for day in range(2):
        _fail(bench, FetchFailure.SPENDING, retry_after=HOUR)
        for _ in range(3):
            bench.poll(later=2 * HOUR)
        assert _open(bench) == [(IncidentKind.SPENDING, "gazette")]
        assert bench.state().failures == 0
        bench.publish(at=bench.sources[0])
        bench.poll(later=DAY)
        assert _open(bench) == []
        assert bench.told() == [("incident", "pending")] * (day + 1)


def test_the_health_of_a_source_no_longer_configured_counts_for_nothing(bench):
    """A poll may end after its source was taken out of the configuration."""
    gone = source()
    bench.settle()
    bench.sources = (source("herald"),)
    _fail(bench, of=gone)
    for _ in range(4):
        bench.poll(gone, later=DAY)
    assert _open(bench) == [(IncidentKind.FAILING, "gazette")]


def test_what_shows_only_a_part_does_not_count_as_empty(bench):
    bench.settle()
    bench.tell(item("a"))
    bench.adapter.more = {"complete": False}
    bench.tell()
    assert (bench.state().pulse.empty, bench.state().pulse.filled) == (0, 2)
    bench.adapter.more = {}
    bench.tell()
    assert bench.state().pulse.empty == 1


def test_a_document_that_nobody_compared_is_written_anew_when_it_shows_something_else(bench):
    bench.settle()
    bench.adapter.more = {"body_hash": None}
    counted = []
    for shown in ((item("a"),), (item("a"),), (item("a", title="Edited"),), ()):
        bench.tell(*shown)
        counted.append(bench.state().pulse.rewritten)
    assert counted == [0, 0, 1, 1]
