"""robots.txt: what it allows, what its absence means, and how long it is believed."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.fetching import FetchFailed, FetchFailure, NotModified, ParseFailed, Request
from monitor.core.source import Validators
from monitor.sources.robots import LONGEST_DELAY, Robots, Verdict, read_robots
from tests.fakes import FakeFetch, fetched
from tests.sources.live import run_here

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SITE = "https://harbour.example"
PAGE = f"{SITE}/press/"
RULES = b"""\xef\xbb\xbf# ours
User-agent: *
Disallow: /search
Disallow: /*?print=
Allow: /search/tips$
Crawl-delay: 5

User-agent: ExampleBot
User-agent: OtherBot
Disallow: /

Sitemap: https://harbour.example/sitemap.xml
"""


@pytest.mark.parametrize(
    ("rules", "path", "rule"),
    [
        (RULES, "/press/", ""),
        (RULES, "/search?q=tide", "Disallow: /search"),
        (RULES, "/search/tips", ""),
        (RULES, "/search/tips/2", "Disallow: /search"),
        (RULES, "/a?print=1", "Disallow: /*?print="),
        (RULES, "/robots.txt", ""),
        (b"User-agent: *\nDisallow:\n", "/press/", ""),
        (b"User-agent: *\nDisallow: /\nAllow: /press/\n", "/press/", ""),
        (b"User-agent: *\nDisallow: /press\nAllow: /press\n", "/press", ""),
        (b"User-agent: *\nDisallow: /\nDisallow: /press # no\n", "/press/", "Disallow: /press"),
        (b"User-agent: *\nDisallow: /press\nDisallow: /press\n", "/press/", "Disallow: /press"),
        (b"User-agent: *\nAllow: /\nUser-agent: announcementmonitor\nDisallow: /press", "/press/", "Disallow: /press"),
        (b"User-agent: announcementmonitor\nDisallow:\nUser-agent: *\nDisallow: /", "/press/", ""),
        (b"User-agent: other\nDisallow: /press/long\nUser-agent: *\nDisallow: /press", "/press/long", "Disallow: /press"),
        (b"User-agent: *\nDisallow: /caf%C3%A9", "/caf\u00e9", "Disallow: /caf%C3%A9"),
        (b"User-agent: *\r\nDisallow: /press\r\n", "/press/", "Disallow: /press"),
        (b"User-agent *\nDisallow /press", "/press/", "Disallow"),
        (b"<html><title>Not found</title>", "/press/", ""),
        (b"\xff\xfe\x00", "/press/", ""),
    ],
)  # fmt: skip
def test_the_longest_rule_of_our_group_decides(rules, path, rule):
    verdict = read_robots(rules, url=SITE + path)
    assert (verdict.allowed, verdict.rule) == (not rule, rule)


@pytest.mark.parametrize(
    ("said", "delay"),
    [
        ("5", timedelta(seconds=5)),
        ("0.5", timedelta(seconds=0.5)),
        ("3600", LONGEST_DELAY),
        ("soon", None),
        ("-3", None),
    ],
)
def test_a_delay_is_kept_within_reason(said, delay):
    verdict = read_robots(f"User-agent: *\nCrawl-delay: {said}".encode(), url=PAGE)
    assert (verdict.delay or timedelta()) == (delay or timedelta())


def test_a_large_file_is_judged_quickly():
    rules = (
        b"User-agent: *\n"
        + b"".join(b"Disallow: /%d*x*y*z\n" % number for number in range(20_000))
        + b"Disallow: /press"
    )
    assert read_robots(rules[:512_000] + b"\nDisallow: /press", url=PAGE).rule == "Disallow: /press"


class Visits:
    """Requests made one after another over one `Robots`, at a time that can be set."""

    def __init__(self, robots_txt, *answers, page=PAGE, run=run_here):
        self.now = NOW
        self.fetch = FakeFetch()
        self.fetch.answer(f"{SITE}/robots.txt", robots_txt, *answers)
        self.fetch.answer(page, fetched(b"page", page))
        self._robots = Robots(run=run, clock=lambda: self.now)

    def __call__(self, url=PAGE, **more):
        return asyncio.run(self._robots.obeying(self.fetch)(Request(url=url, **more)))

    @property
    def asked(self):
        return [request.url.removeprefix(SITE) for request in self.fetch.asked]


def rules(body=b"User-agent: *\nDisallow: /search\nCrawl-delay: 7", **more):
    return fetched(body, f"{SITE}/robots.txt", validators=Validators(), **more)


def test_the_file_is_asked_for_once_and_its_delay_is_kept():
    visits = Visits(rules())
    assert visits().body == b"page"
    assert visits().body == b"page"
    assert visits.asked == ["/robots.txt", "/press/", "/press/"]
    assert visits.fetch.asked[1].spacing == timedelta(seconds=7)


def test_secrets_are_not_shown_to_it():
    visits = Visits(rules())
    visits(headers=(("X-Key", "s"),), proxy="http://proxy.example", trusted_host="harbour.example")
    asked = visits.fetch.asked[0]
    assert (asked.headers, asked.auth, asked.proxy) == ((), None, "http://proxy.example")
    assert (asked.trusted_host, asked.may_be_empty) == ("harbour.example", True)


def test_what_it_forbids_is_not_asked_for():
    visits = Visits(rules())
    refused = visits(f"{SITE}/search?q=x")
    assert refused.reason is FetchFailure.ROBOTS
    assert refused.detail == "robots.txt of harbour.example asks us not to read this: “Disallow: /search”"
    assert visits.asked == ["/robots.txt"]


def failed(status, reason=FetchFailure.UNEXPECTED_STATUS, **more):
    return FetchFailed(reason=reason, detail=f"HTTP {status}", status=status, **more)


@pytest.mark.parametrize(
    "answer",
    [
        rules(b""),
        rules(b"\n"),
        failed(404, FetchFailure.NOT_FOUND),
        failed(410, FetchFailure.GONE),
        failed(401, FetchFailure.FORBIDDEN),
        failed(403, FetchFailure.FORBIDDEN),
        failed(None, FetchFailure.TOO_MANY_REDIRECTS),
    ],
)
def test_where_there_is_none_everything_is_allowed(answer):
    visits = Visits(answer)
    assert visits().body == b"page"
    visits()
    assert visits.asked.count("/robots.txt") == 1


@pytest.mark.parametrize(
    "answer",
    [
        failed(429, FetchFailure.RATE_LIMITED, retry_after=timedelta(minutes=5)),
        failed(500, FetchFailure.SERVER_ERROR),
        failed(503, FetchFailure.UNAVAILABLE),
        failed(None, FetchFailure.UNREACHABLE),
        failed(None, FetchFailure.TIMEOUT),
        failed(None, FetchFailure.REFUSED_ADDRESS),
    ],
)
def test_while_it_cannot_be_had_the_site_is_left_alone(answer):
    """Told as what it is, a failure, and not as the site's will; and it is asked for again next time."""
    visits = Visits(answer, rules())
    first = visits()
    assert (first.reason, first.retry_after) == (answer.reason, answer.retry_after)
    assert "robots.txt of harbour.example cannot be had, so the site is left alone for now" in first.detail
    assert visits.asked == ["/robots.txt"]
    assert visits().body == b"page"


def test_a_304_to_a_plain_request_is_trouble():
    assert "304" in Visits(NotModified(validators=Validators()))().detail


def test_a_file_that_kills_its_reader_allows_nothing():
    async def die(function, body, **arguments):
        return ParseFailed(detail="the reader was ended by SIGKILL")

    refused = Visits(rules(), run=die)()
    assert refused.reason is FetchFailure.ROBOTS
    assert "cannot be read: the reader was ended" in refused.detail


@pytest.mark.parametrize(
    ("fresh_for", "kept"),
    [
        (None, timedelta(hours=24)),
        (timedelta(days=30), timedelta(hours=24)),
        (timedelta(hours=6), timedelta(hours=6)),
        (timedelta(0), timedelta(hours=1)),
    ],
)
def test_how_long_it_is_believed(fresh_for, kept):
    visits = Visits(rules(fresh_for=fresh_for))
    visits()
    visits.now = NOW + kept - timedelta(seconds=1)
    visits()
    assert visits.asked.count("/robots.txt") == 1
    visits.now = NOW + kept
    visits()
    assert visits.asked.count("/robots.txt") == 2


def test_an_old_file_holds_while_there_is_no_new_one():
    visits = Visits(rules(), failed(503, FetchFailure.UNAVAILABLE))
    visits()
    visits.now = NOW + timedelta(hours=25)
    assert visits().body == b"page"
    assert visits(f"{SITE}/search").reason is FetchFailure.ROBOTS


def test_a_clock_set_back_does_not_keep_it_for_ever():
    visits = Visits(rules())
    visits()
    visits.now = NOW - timedelta(days=30)
    visits()
    assert visits.asked.count("/robots.txt") == 2


def test_a_redirect_to_another_site_is_that_sites_to_allow():
    visits = Visits(rules())
    visits.fetch.answer(PAGE, fetched(b"moved", "https://other.example/private"))
    visits.fetch.answer(
        "https://other.example/robots.txt", fetched(b"User-agent: *\nDisallow: /private", SITE, validators=Validators())
    )
    assert visits().detail.startswith("robots.txt of other.example asks us")
    visits.fetch.answer(PAGE, fetched(b"moved", "https://other.example/public"))
    assert visits().body == b"moved"


def test_two_sources_at_once_ask_for_it_once():
    visits = Visits(rules())

    async def both():
        ask = visits._robots.obeying(visits.fetch)
        await asyncio.gather(ask(Request(url=PAGE)), ask(Request(url=PAGE)))

    asyncio.run(both())
    assert visits.asked.count("/robots.txt") == 1


def test_many_sites_do_not_fill_the_memory():
    visits = Visits(rules())
    for number in range(1_200):
        visits(f"https://h{number}.example/")
    assert len(visits._robots._sites) <= 502


def test_a_verdict_without_a_rule_allows():
    assert Verdict(allowed=True).rule == ""
