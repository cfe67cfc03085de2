"""A page put into the pipeline by hand."""

from datetime import UTC, datetime

import pytest

from monitor.core.fetching import FetchFailed, FetchFailure, NotModified, Page, ParseFailed
from monitor.core.report import Facts
from monitor.core.source import Tier, Validators
from monitor.submit import NotSubmitted, fetch_page, item_of, read_saved, submit
from tests.bench import DAY, NOW, report
from tests.fakes import fetched

URL = "http://10.0.0.7/news/a"


def page(**fields):
    values = {"url": URL, "title": "Title a", "summary": "", "text": "All of it.", "published": "2026-05-01T09:00:00Z"}
    return Page(**{**values, **fields})


def _submit(bench, a_page, tier=Tier.PRESS):
    return bench(
        submit(
            a_page,
            tier=tier,
            recognise=bench.recognise,
            store=bench.store,
            policy=bench.policy,
            now=bench.time,
        )
    )


def test_a_page_is_told_like_an_item_of_a_source(bench):
    bench.says("Title a", report(facts=Facts(seasons=(2,))))
    done = _submit(bench, page(publisher="The Gazette"), Tier.OFFICIAL)
    assert (done.announced.reports, done.announced.alerts) == (1, 1)
    (announcement,) = bench.announcements()
    assert (announcement.standing, announcement.facts.seasons) == ("official", (2,))
    (stored,) = bench.items()
    assert (stored.id, stored.source_id, stored.item.publisher) == (done.item_id, "submitted", "The Gazette")
    bench.deliver()
    assert bench.notify.subjects == ["Lantern Bay has been renewed for season 2"]


def test_the_same_address_is_taken_once(bench):
    bench.says("Title a", report())
    _submit(bench, page())
    again = _submit(bench, page(url=f"{URL}?utm_source=mail", text="Changed."))
    assert (again.item_id, again.announced.alerts) == (None, 0)
    assert len(again.recognition.reports) == 1
    assert (len(bench.items()), len(bench.alerts())) == (1, 1)


def test_an_old_page_is_read_since_somebody_wants_it_read(bench):
    bench.says("Title a", report())
    assert _submit(bench, page(published="2019-01-01T00:00:00Z")).announced.alerts == 1


def test_a_page_of_the_users_own_network_may_be_fetched(bench):
    bench.fetch.answer(URL, fetched(b"<html>", URL))
    bench.read_page.pages[URL] = page()
    assert bench(fetch_page(URL, fetch=bench.fetch, read_page=bench.read_page)) == page()
    assert bench.fetch.asked[0].trusted_host == "10.0.0.7"


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (FetchFailed(reason=FetchFailure.NOT_FOUND, detail="HTTP 404"), "HTTP 404"),
        (NotModified(validators=Validators()), "the server answered 304 to a plain request"),
        (fetched(b"?", "http://10.0.0.7/broken"), "too slow"),
    ],
)
def test_a_page_that_cannot_be_had_is_said_to_be(bench, answer, detail):
    bench.read_page.pages["http://10.0.0.7/broken"] = ParseFailed(detail="too slow")
    bench.fetch.answer(URL, answer)
    assert bench(fetch_page(URL, fetch=bench.fetch, read_page=bench.read_page)) == NotSubmitted(detail=detail)


def test_a_saved_page_is_read_from_its_bytes(bench):
    bench.read_page.pages["file:///tmp/a.html"] = page()
    read = read_saved(b"<html>", url="file:///tmp/a.html", content_type=None, read_page=bench.read_page)
    assert bench(read) == page()


@pytest.mark.parametrize(
    ("published", "moment"),
    [
        ("2026-05-01T09:00:00Z", datetime(2026, 5, 1, 9, tzinfo=UTC)),
        ("2026-05-01", None),
        ("last week", None),
        (None, None),
    ],
)
def test_a_date_is_believed_when_it_is_one_with_a_zone(published, moment):
    assert item_of(page(published=published)).published == moment


def test_a_file_has_no_address_to_link_to(bench):
    done = _submit(bench, page(url="file:///tmp/a.html", publisher=None))
    assert done.item.url is None
    bench.time = NOW + DAY
    assert _submit(bench, page(url="file:///tmp/b.html")).item_id is not None


def test_an_empty_page_is_not_taken(bench):
    bench.read_page.pages[URL] = page(title="", text="")
    read = read_saved(b" ", url=URL, content_type=None, read_page=bench.read_page)
    assert bench(read) == NotSubmitted(detail="the page holds no text")
