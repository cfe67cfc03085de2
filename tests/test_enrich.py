"""The extra visit to the page of an item that somebody follows."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.fetching import FetchFailed, FetchFailure, NotModified, Page, ParseFailed
from monitor.core.item import Embed
from monitor.core.report import Facts, Kind
from monitor.core.source import BasicAuth, Tier, Validators
from monitor.enrich import add_page, document_of, read_items
from tests.bench import DAY, HOUR, LANTERN, NOW, item, report, source
from tests.fakes import fetched

POST = Embed(platform="instagram", account="lanternbaytv", permalink=None)
URL = "https://gazette.example/a"


def page(**fields):
    values = {"url": URL, "title": "Title a", "summary": "", "text": "The whole article.", "embeds": (POST,)}
    return Page(**{**values, **fields})


@pytest.fixture(autouse=True)
def _polled_before(bench):
    bench.settle()
    bench.says("Title a", report())
    bench.fetch.answer(URL, fetched(b"<html>", URL))
    bench.read_page.pages[URL] = page()


def _visited(bench):
    return [request.url for request in bench.fetch.asked if request.url != bench.sources[0].url]


def test_a_wanted_item_is_read_again_with_its_page(bench):
    """Facts and posts of the page count; what the item is stays."""
    bench.says("The whole article.", report(official=True, facts=Facts(seasons=(2,))))
    outcome = bench.tell(item("a"))
    assert (outcome.reports, _visited(bench)) == (1, [URL])
    (stored,) = bench.items()
    assert (stored.item.text, stored.item.embeds, stored.note) == ("The whole article.", (POST,), "page read")
    (announcement,) = bench.announcements()
    assert (announcement.standing, announcement.facts.seasons) == ("official", (2,))
    bench.tell(item("b"), item("a"))
    assert bench.items()[0].item.text == "The whole article."


@pytest.mark.parametrize("reports", [(), (report(watches=()),)], ids=["nothing recognised", "nobody follows it"])
def test_other_items_are_not_visited(bench, reports):
    bench.says("Title a", *reports)
    bench.tell(item("a"))
    assert _visited(bench) == []


def test_an_item_without_an_address_is_not_visited(bench):
    bench.tell(item("a", url=None))
    assert _visited(bench) == []
    assert bench.items()[0].note == ""


def test_the_page_of_a_post_is_not_visited(bench):
    """It says what the post says, or asks for a sign-in."""
    bench.tell(item("a", embeds=(replace(POST, permalink=URL),)))
    assert _visited(bench) == []


def test_a_redirector_for_browsers_is_not_visited(bench):
    bench.tell(item("a", url="https://news.google.com/rss/articles/CBMiA"))
    assert _visited(bench) == []


def test_the_page_of_a_database_is_not_visited(bench):
    """It says what the fields say."""
    bench.tell(item("a", claims=()))
    assert (_visited(bench), len(bench.announcements())) == ([], 1)


def test_the_page_of_the_source_itself_is_not_visited(bench):
    """What stands there was read there; beside it stand other items."""
    bench.tell(item("a", url=f"{bench.sources[0].url}/"))
    assert (bench.fetch.asked[-1].url, len(bench.announcements())) == (bench.sources[0].url, 1)


def test_the_items_of_a_first_poll_are_not_visited(bench):
    fresh = source("herald")
    bench.publish(item("a"), at=fresh)
    bench.poll(fresh)
    assert len(bench.announcements()) == 1
    assert [request.url for request in bench.fetch.asked][-1] == fresh.url


@pytest.mark.parametrize(
    ("answer", "note"),
    [
        (FetchFailed(reason=FetchFailure.FORBIDDEN, detail="HTTP 403"), "page not read: HTTP 403"),
        (
            fetched(b"<html>", "https://consent.gazette.example/?a"),
            "page not read: its address leads to the door of consent.gazette.example",
        ),
        (
            fetched(b"<html>", "https://gazette.example/"),
            "page not read: its address leads to the door of gazette.example",
        ),
        (NotModified(validators=Validators()), "page not read: the server answered 304 to a plain request"),
        (fetched(b"<html>", "https://gazette.example/broken"), "page not read: too slow"),
    ],
)
def test_a_page_that_cannot_be_read_takes_nothing_away(bench, answer, note):
    """The feed's own words are told all the same, and why the page was not read is kept."""
    bench.read_page.pages["https://gazette.example/broken"] = ParseFailed(detail="too slow")
    bench.fetch.answer(URL, answer)
    assert bench.tell(item("a", text="From the feed.")).alerts == 1
    (stored,) = bench.items()
    assert (stored.note, stored.item.text) == (note, "From the feed.")


BARE = {"title": "", "url": "https://gazette.example/lantern-bay-returns"}


def _bare(bench, *reports, answer=None, **said):
    """What becomes of an item that is an address and nothing else; `reports` are what its address says."""
    bench.says("Lantern Bay Returns", *reports)
    bench.says("The whole article.", report())
    bench.fetch.answer(BARE["url"], answer or fetched(b"<html>", BARE["url"]))
    bench.read_page.pages[BARE["url"]] = page(**{"url": BARE["url"], "summary": "So it is."} | said)
    bench.tell(item("a", **BARE))
    return bench.items()[0]


def test_an_item_without_words_is_told_by_its_page(bench):
    """Its address says whether that is worth a visit, and is no headline."""
    stored = _bare(bench, report())
    assert (stored.item.title, stored.item.summary, stored.note) == ("Title a", "So it is.", "page read")
    assert (_visited(bench), len(bench.announcements())) == ([BARE["url"]], 1)


def test_the_page_says_better_when_it_was_published_than_a_sitemap(bench):
    old = (NOW - 30 * DAY).isoformat()
    assert _bare(bench, report(), published=old).note.startswith("page read: published on")
    assert bench.announcements() == []


def test_a_watched_title_in_the_address_is_worth_a_visit(bench):
    bench.recognise.titles["Lantern Bay Returns"] = ("Lantern Bay",)
    assert _bare(bench).note == "page read"
    assert len(bench.announcements()) == 1


def test_an_address_that_says_nothing_is_not_visited(bench):
    assert _bare(bench).note == ""
    assert (_visited(bench), bench.announcements()) == ([], [])


def test_where_the_page_cannot_be_read_the_address_speaks_and_is_marked(bench):
    refused = FetchFailed(reason="forbidden", detail="gazette.example: HTTP 403 Forbidden", status=403)
    stored = _bare(bench, report(), answer=refused)
    assert (stored.item.title, stored.item.summary) == ("", "Lantern Bay Returns (words of its address)")
    assert stored.note == "page not read: gazette.example: HTTP 403 Forbidden"
    assert len(bench.announcements()) == 1


def test_a_first_poll_reports_nothing_from_addresses(bench):
    fresh = source("herald")
    bench.says("Lantern Bay Returns", report())
    bench.publish(item("a", **BARE), at=fresh)
    bench.poll(fresh)
    assert bench.announcements() == []


def test_an_item_may_lead_to_a_front_page_itself(bench):
    """A show's own site, say: what stands there is what was meant."""
    front = "https://lantern-bay.example/"
    bench.fetch.answer(front, fetched(b"<html>", front))
    bench.read_page.pages[front] = page(url=front)
    bench.tell(item("a", url=front))
    assert bench.items()[0].note == "page read"


def test_a_page_gets_none_of_the_secrets_of_its_source(bench):
    """Its address comes from outside. The source's host is trusted with a private address, and its proxy is the way."""
    secret = source(
        headers=(("Authorization", "secret"),), auth=BasicAuth(user="u", password="p"), proxy="http://proxy.example"
    )
    bench.sources = (secret,)
    bench.tell(item("a"))
    (request,) = [request for request in bench.fetch.asked if request.url == URL]
    assert (request.headers, request.auth) == ((("Accept", "text/html"),), None)
    assert (request.trusted_host, request.proxy) == ("gazette.example", "http://proxy.example")


def test_one_poll_visits_a_limited_number_of_pages(bench):
    """News may not wait for a hundred slow pages."""
    items = [item(f"n{n}") for n in range(25)]
    for one in items:
        bench.says(one.title, report(LANTERN, Kind.TRAILER))
    outcome = bench.tell(*items)
    assert (outcome.reports, len(_visited(bench))) == (25, 20)
    notes = [stored.note for stored in bench.items()]
    assert notes.count("page not read: 20 pages are the most that one poll visits") == 5
    assert bench.poll(later=HOUR).detail == "same body"


def test_a_page_adds_to_what_the_feed_said():
    other = Embed(platform="x", account="harbourtv", permalink=None)
    read = add_page(
        item("a", text="A feed that carries the whole article itself.", embeds=(other, POST)), page(), tier=Tier.PRESS
    )
    assert read.text == "A feed that carries the whole article itself."
    assert read.embeds == (other, POST)


@pytest.mark.parametrize(
    ("tier", "named", "publisher"),
    [
        (Tier.AGGREGATOR, None, "The Moon"),
        (Tier.AGGREGATOR, "Wire", "Wire"),
        (Tier.PRESS, None, None),  # known by the name that its source has
    ],
)
def test_an_aggregator_is_not_the_publisher(tier, named, publisher):
    assert add_page(item("a", publisher=named), page(publisher="The Moon"), tier=tier).publisher == publisher


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("https://news.example/rss/articles/CBMi", "https://gazette.example/a"),
        ("https://gazette.example/a?from=feed", "https://gazette.example/a?from=feed"),
        (None, None),
    ],
)
def test_a_link_that_led_through_another_site_becomes_the_page_itself(link, url):
    assert add_page(item("a", url=link), page(), tier=Tier.PRESS).url == url


@pytest.mark.parametrize(
    ("stated", "feed", "published"),
    [
        ("2026-05-03T09:00:00+02:00", None, datetime(2026, 5, 3, 7, tzinfo=UTC)),
        ("2026-05-03T09:00:00+02:00", NOW, NOW),
        ("2026-05-03T09:00:00", None, None),  # whose nine o'clock?
        ("yesterday", None, None),
        (None, None, None),
    ],
)
def test_the_page_tells_the_date_where_the_feed_does_not(stated, feed, published):
    assert add_page(item("a", published=feed), page(published=stated), tier=Tier.PRESS).published == published


def test_an_old_article_of_a_feed_without_dates_tells_nothing(bench):
    """Only its page says how old it is. An edit of it tells nothing either."""
    bench.read_page.pages[URL] = page(published=f"{NOW - 30 * DAY:%Y-%m-%dT%H:%M:%SZ}")
    bench.says("The whole article.", report())
    assert bench.tell(item("a", published=None)).reports == 0
    (stored,) = bench.items()
    assert stored.note == "page read: published on 2026-04-04, longer ago than the max_age of its source"
    bench.says("Title a, corrected", report(facts=Facts(seasons=(2,))))
    bench.tell(item("a", published=None, title="Title a, corrected"))
    assert (bench.announcements(), bench.items()[0].item.published) == ([], NOW - 30 * DAY)


def test_an_edit_is_read_with_the_date_its_page_told(bench):
    """Otherwise the same words would mean another day, and so be news."""
    bench.read_page.pages[URL] = page(published=f"{NOW - 2 * DAY:%Y-%m-%dT%H:%M:%SZ}")
    bench.tell(item("a", published=None))
    bench.tell(item("a", published=None, title="Title  a"))
    assert [document.published for document in bench.recognise.read[-2:]] == [NOW - 2 * DAY] * 2


def test_a_document_takes_from_the_source_what_the_item_does_not_say():
    paper = source(name="The Gazette", lang="en")
    assert (document_of(item("a"), paper).publisher, document_of(item("a"), paper).lang) == ("The Gazette", "en")
    own = item("a", publisher="Wire", lang="fr")
    assert (document_of(own, paper).publisher, document_of(own, paper).lang) == ("Wire", "fr")
    assert (document_of(item("a"), None).publisher, document_of(item("a"), None).lang) == (None, None)


def test_pages_that_take_too_long_are_done_without(bench):
    """Slow pages are visited side by side, and news waits for none of them beyond the time allowed."""

    async def hang(_request):
        await asyncio.Event().wait()

    readings = bench(
        read_items(
            [item("a"), item("b")],
            source(),
            recognise=bench.recognise,
            fetch=hang,
            read_page=bench.read_page,
            visit=True,
            now=NOW,
            patience=timedelta(milliseconds=20),
        )
    )
    assert [reading.note for reading in readings] == ["page not read: the visits of this poll took too long", ""]
