"""Looking for the sources of a site: what is asked for, in which order, and what is offered."""

import asyncio
from dataclasses import dataclass, field, replace

import pytest

from monitor.core.discovery import Link, Site, Traits
from monitor.core.fetching import FetchFailed, FetchFailure, NotAFeed, NotModified, Parsed, ParseFailed
from monitor.core.source import Validators
from monitor.discover import Discovery, Scout, discover
from tests.bench import NOW, item, source
from tests.fakes import FakeAdapter, FakeFetch, fetched

HOME = "https://paper.example/"
PAGE = NotAFeed(detail="a page")


@dataclass
class Readers:
    """Reads pages, feeds and robots.txt as what was put under their address."""

    fetch: FakeFetch = field(default_factory=FakeFetch)
    adapter: FakeAdapter = field(default_factory=FakeAdapter)
    sites: dict[str, Site | ParseFailed] = field(default_factory=dict)
    hubs: dict[str, Traits | ParseFailed] = field(default_factory=dict)
    types: tuple[str, ...] = ("feed",)

    def answer(self, url: str, body: str, reading: Parsed | NotAFeed | None = None, **fields: object) -> str:
        self.fetch.answer(url, replace(fetched(body.encode(), url), **fields))
        if reading is not None:
            self.adapter.readings[body.encode()] = reading
        return url

    def feed(self, path: str, *titles: str, **fields: object) -> str:
        items = tuple(item(title) for title in titles or (path,))
        return self.answer(f"{HOME}{path}", path, Parsed(items=items, title=f"The {path}"), **fields)

    def page(self, path: str, site: Site | ParseFailed) -> str:
        self.sites[f"{HOME}{path}"] = site
        return self.answer(f"{HOME}{path}", f"page {path}", PAGE)

    async def read_site(
        self, body: bytes, *, url: str, content_type: str | None, link_header: str
    ) -> Site | ParseFailed:
        return Site(declared=(Link(url=link_header),)) if link_header else self.sites.get(url, Site())

    async def read_traits(self, body: bytes, *, url: str, link_header: str) -> Traits | ParseFailed:
        return self.hubs.get(url, Traits())

    def source_of(self, entry):
        if entry["type"] not in self.types:
            return None
        return replace(source(entry["id"]), type=entry["type"], url=entry.get("url", entry.get("account", "")))

    def discover(self, url: str = HOME) -> Discovery:
        scout = Scout(
            fetch=self.fetch,
            adapters=dict.fromkeys(self.types, self.adapter),
            source_of=self.source_of,
            read_site=self.read_site,
            read_traits=self.read_traits,
            read_sitemaps=lambda body, *, url: self.read_site(body, url=url, content_type=None, link_header=""),
            clock=lambda: NOW,
        )
        return asyncio.run(discover(url, scout=scout))

    @property
    def asked(self) -> list[str]:
        return [request.url.removeprefix(HOME) for request in self.fetch.asked]


def links(*urls: str) -> tuple[Link, ...]:
    return tuple(Link(url=url, title=f"{url} by name") for url in urls)


def offered(found: Discovery) -> list[str]:
    return [one.entry["url"].removeprefix(HOME) for one in found.found]


@pytest.fixture
def web() -> Readers:
    return Readers()


def test_the_address_of_a_feed(web):
    """Is offered as it stands, after one request."""
    web.feed("feed", "a", "b")
    found = web.discover(f"{HOME}feed")
    assert web.asked == ["feed"]
    (one,) = found.found
    assert (one.entry, one.how, one.title, one.items) == (
        {"type": "feed", "url": f"{HOME}feed"},
        "the address itself",
        "The feed",
        2,
    )
    assert one.newest == item("a").published


def test_what_a_page_declares(web):
    """Each is read before it is offered; the usual places are left alone; what cannot be read is told."""
    web.hubs[web.feed("feed")] = Traits(hub="https://hub.example/")
    web.hubs[web.feed("other")] = ParseFailed(detail="gone")
    web.page("", Site(title="Home", declared=links(f"{HOME}feed", f"{HOME}broken", f"{HOME}other")))
    found = web.discover()
    assert (found.title, offered(found), found.detail) == ("Home", ["feed", "other"], "")
    assert found.missed == ((f"{HOME}broken", "nobody is there"),)
    assert [one.traits.hub for one in found.found] == ["https://hub.example/", ""]
    assert web.asked == ["", "feed", "broken", "other"]


def test_what_only_the_header_declares(web):
    web.page("", Site())
    web.answer(HOME, "page ", PAGE, headers={"link": web.feed("feed")})
    assert offered(web.discover()) == ["feed"]


def test_a_page_that_lists_feeds(web):
    """A link that looks like a feed and is a page is followed once; a feed without a name of its own takes the link's."""
    web.page("", Site(linked=links(f"{HOME}rss-feeds", f"{HOME}gone")))
    web.page("rss-feeds", Site(linked=links(f"{HOME}list"), declared=links(f"{HOME}feed")))
    web.page("list", Site(linked=links(f"{HOME}never")))
    web.answer(f"{HOME}feed", "feed", Parsed(items=(item("a"),)))
    found = web.discover()
    assert [(one.title, one.how) for one in found.found] == [(f"{HOME}feed by name", f"listed at {HOME}rss-feeds")]
    assert web.asked == ["", "rss-feeds", "gone", "feed", "list"]


def test_a_list_that_cannot_be_read(web):
    web.page("", Site(linked=links(f"{HOME}rss")))
    web.page("rss", ParseFailed(detail="too large"))
    web.feed("feed/")
    assert offered(web.discover()) == ["feed/"]


def test_the_usual_places(web):
    """Only where nothing is declared, and no further than the first that is there."""
    web.page("tv", Site())
    web.feed("rss", moved_to=f"{HOME}moved")
    found = web.discover(f"{HOME}tv")
    assert web.asked == ["tv", "tv/feed/", "feed/", "rss"]
    assert offered(found) == ["moved"]


def test_nothing_anywhere(web):
    web.page("", Site(title="Home", declared=links(f"{HOME}broken")))
    found = web.discover()
    assert (found.found, found.title) == ((), "Home")
    assert found.detail == "no feed is declared, linked, or in one of the usual places"
    assert web.asked == ["", "broken"]
    web.page("", Site(title="Home"))
    assert web.discover().missed[-1] == (f"{HOME}?feed=rss2", "nobody is there")


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (FetchFailed(reason=FetchFailure.NOT_FOUND, detail="HTTP 404"), "HTTP 404"),
        (NotModified(validators=Validators()), "304 to a plain request"),
    ],
)
def test_an_address_that_does_not_answer(web, answer, detail):
    web.fetch.answer(HOME, answer)
    assert web.discover() == Discovery(detail=detail)


def test_a_page_for_browsers_only(web):
    """Its feed may be there for everybody."""
    web.fetch.answer(HOME, FetchFailed(reason=FetchFailure.FORBIDDEN, detail="HTTP 403 Forbidden"))
    assert web.discover().detail == "HTTP 403 Forbidden"
    web.feed("rss")
    found = web.discover()
    assert (offered(found), found.missed[0]) == (["rss"], (HOME, "HTTP 403 Forbidden"))


def test_a_page_that_cannot_be_read(web):
    web.page("", ParseFailed(detail="not read within 20 seconds"))
    assert web.discover().detail == "not read within 20 seconds"


def test_a_site_is_not_asked_without_end(web):
    web.page("", Site(declared=links(*(f"{HOME}{number}" for number in range(50)))))
    web.discover()
    assert len(web.asked) == 12


def test_only_the_host_that_was_typed_may_be_private(web):
    """A page cannot send us into the user's network."""
    web.page("", Site(declared=links("http://192.168.1.1/feed")))
    web.discover()
    assert {request.trusted_host for request in web.fetch.asked} == {"paper.example"}


def test_news_sitemaps_where_there_is_a_type_that_reads_them(web):
    web.types = ("feed", "sitemap")
    web.page("", Site(declared=links(web.feed("feed"))))
    web.feed("news.xml", "b")
    web.answer(f"{HOME}robots.txt", "robots")
    web.sites[f"{HOME}robots.txt"] = Site(linked=links(f"{HOME}news.xml"))
    found = web.discover()
    assert [(one.entry["type"], one.how) for one in found.found] == [
        ("feed", "declared by the page"),
        ("sitemap", "a news sitemap named by robots.txt"),
    ]
    web.sites[f"{HOME}robots.txt"] = ParseFailed(detail="no")
    assert offered(web.discover()) == ["feed"]
    web.fetch.answer(f"{HOME}robots.txt", FetchFailed(reason=FetchFailure.NOT_FOUND, detail="HTTP 404"))
    assert offered(web.discover()) == ["feed"]


def test_an_account_of_a_service(web):
    """By the type made for it where there is one, else by its feed; the page is not asked."""
    account = "https://bsky.app/profile/ida.example"
    web.answer(f"{account}/rss", "posts", Parsed(items=(item("a"),)))
    found = web.discover(account)
    assert [one.entry for one in found.found] == [{"type": "feed", "url": f"{account}/rss"}]
    assert found.found[0].title == "ida.example"
    web.types = ("feed", "bluesky")
    web.answer("ida.example", "posts")
    found = web.discover(account)
    assert [one.entry for one in found.found] == [{"type": "bluesky", "account": "ida.example"}]
    assert found.found[0].how == "Bluesky, by its address"


def test_an_account_nobody_may_read(web):
    found = web.discover("https://www.tiktok.com/@lanternbay")
    assert found.found == ()
    assert found.detail.startswith("TikTok, lanternbay: only a bridge of your own reads it")
    assert web.asked == []


def test_a_service_whose_page_declares_its_feed(web):
    """A YouTube handle says nothing of the channel's id; its page does."""
    page = "https://www.youtube.com/@lanternbay"
    web.answer(page, "page", PAGE)
    web.sites[page] = Site(title="Lantern Bay", declared=links(web.feed("videos.xml")))
    assert offered(web.discover(page)) == ["videos.xml"]


def test_two_formats_of_one_feed(web):
    web.page("", Site(declared=links(web.feed("rss", "a"), web.feed("atom", "a"))))
    assert offered(web.discover()) == ["rss"]


def test_a_source_that_brought_nothing(web):
    """Nothing was read, so nothing is offered."""
    web.fetch.answer(f"{HOME}feed", NotModified(validators=Validators()))
    web.page("", Site(declared=links(f"{HOME}feed")))
    assert web.discover().missed == ((f"{HOME}feed", "304 not modified"),)
