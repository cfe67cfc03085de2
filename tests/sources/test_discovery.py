"""What pages, headers and robots.txt say of feeds."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.discovery import Link, Site, Traits
from monitor.sandbox import Sandbox
from monitor.sources.discovery import read_site, read_sitemaps, read_traits

URL = "https://paper.example/tv/"


def site(head: str = "", body: str = "", header: str = "") -> Site:
    page = f"<!doctype html><html><head><title> The\nPaper </title>{head}</head><body>{body}</body></html>"
    return read_site(page.encode(), url=URL, content_type=None, link_header=header)


@pytest.mark.parametrize(
    ("markup", "links"),
    [
        ('<link rel="alternate" type="application/rss+xml" href="/feed" title="All">', [Link(url="https://paper.example/feed", title="All")]),
        ("<LINK REL='Alternate NoFollow' TYPE='application/atom+xml; charset=utf-8' HREF='feed.atom'>", [Link(url="https://paper.example/tv/feed.atom")]),
        ("<base href='/base/'><link rel=alternate type=application/feed+json href=feed.json>", [Link(url="https://paper.example/base/feed.json")]),
        ('<link rel="alternate" type="application/rss+xml" href="/a"><link rel="alternate" type="application/rss+xml" href="/a">', [Link(url="https://paper.example/a")]),
        ('<link rel="alternate" type="text/html" hreflang="de" href="/de">', []),
        ('<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">', []),
        ('<link rel="alternate" type="application/json+oembed" href="/oembed?url=x">', []),
        ('<link rel="stylesheet" type="application/rss+xml" href="/feed">', []),
        ('<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">', []),
        ('<link rel="alternate" type="application/rss+xml" href="https://me:word@paper.example/">', []),
        ('<link rel="alternate" type="application/rss+xml">', []),
    ],
)  # fmt: skip
def test_declared_feeds(markup, links):
    assert site(head=markup) == Site(title="The Paper", declared=tuple(links))


@pytest.mark.parametrize(
    ("anchor", "found"),
    [
        ('<a href="/rss">x</a>', "https://paper.example/rss"),
        ('<a href="/news/rss.xml">x</a>', "https://paper.example/news/rss.xml"),
        ('<a href="https://feeds.example/paper.rss">x</a>', "https://feeds.example/paper.rss"),
        ('<a href="?feed=rss2#top">x</a>', "https://paper.example/tv/?feed=rss2"),
        ('<a href="/subscribe" title="RSS"><img src="x"></a>', "https://paper.example/subscribe"),
        ('<a href="/news/feeding-the-lantern">Feeding the lantern</a>', None),
        (f'<a href="/news">{"The atom, and how it came to the stage: " * 3}</a>', None),
        ('<a href="/about">About</a>', None),
        ('<a href="ftp://paper.example/rss">x</a>', None),
    ],
)
def test_links_that_look_like_feeds(anchor, found):
    assert [link.url for link in site(body=anchor).linked] == ([found] if found else [])


def test_a_declared_feed_is_not_linked_once_more():
    page = site(head='<link rel=alternate type=application/rss+xml href="/rss">', body='<a href="/rss">RSS</a>')
    assert (len(page.declared), page.linked) == (1, ())


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ('</feed>; rel="alternate"; type="application/rss+xml"; title="All"', [Link(url="https://paper.example/feed", title="All")]),
        ('<https://paper.example/wp-json/>; rel="https://api.w.org/", </a.atom>; rel=alternate; type=application/atom+xml', [Link(url="https://paper.example/a.atom")]),
        ('</de>; rel="alternate"; hreflang="de"', []),
        ("nonsense; <<>>, ;;", []),
    ],
)  # fmt: skip
def test_link_headers(header, found):
    assert list(site(header=header).declared) == found


@pytest.mark.parametrize(
    ("feed", "traits"),
    [
        (b"<rss><channel><language>en-gb</language></channel></rss>", Traits()),
        (b'<feed xml:lang="de"><link rel="self" href="/f"/></feed>', Traits()),
        (b'<rss><channel><atom:link href="https://hub.example/" rel="hub"/></channel></rss>', Traits(hub="https://hub.example/")),
        (b'<feed><link rel="hub" href="ftp://hub.example/"/><link rel="hub" href="/hub"/></feed>', Traits(hub="https://paper.example/hub")),
        (b'<rss><item><enclosure url="a.mp3" type="audio/mpeg" length="1"/></item></rss>', Traits(audio=True)),
        (b'{"version": "https://jsonfeed.org/version/1.1", "hubs": [1, {"type": "WebSub", "url": "/hub"}]}', Traits(hub="https://paper.example/hub")),
        (b'{"hubs": 1}', Traits()),
        (b"[1]", Traits()),
    ],
)  # fmt: skip
def test_traits(feed, traits):
    assert read_traits(feed, url=URL, link_header="") == traits


def test_a_header_names_the_hub():
    header = '<https://hub.example/>; rel="hub", <https://paper.example/feed>; rel="self"'
    assert read_traits(b"<rss/>", url=URL, link_header=header).hub == "https://hub.example/"


def test_sitemaps():
    robots = b"User-agent: *\r\nSITEMAP: https://paper.example/sitemap.xml\r\n  sitemap:/news-sitemap.xml\nSitemap: mailto:news\n"
    assert read_sitemaps(robots, url="https://paper.example/robots.txt").linked == (
        Link(url="https://paper.example/news-sitemap.xml"),
    )


@given(st.binary(max_size=300), st.text(max_size=100))
def test_any_bytes(body, header):
    read_site(body, url=URL, content_type=None, link_header=header)
    read_traits(body, url=URL, link_header=header)
    read_sitemaps(body, url=URL)


def test_they_can_be_read_where_reading_may_be_killed():
    """What they return can be carried out of the process."""

    async def read() -> list[object]:
        async with Sandbox() as sandbox:
            page = b"<link rel=alternate type=application/rss+xml href=/a>"
            return [
                await sandbox.run(read_site, page, url=URL, content_type=None, link_header=""),
                await sandbox.run(read_traits, b"<rss/>", url=URL, link_header=""),
                await sandbox.run(read_sitemaps, b"Sitemap: /news.xml", url=URL),
            ]

    link = Link(url="https://paper.example/a")
    assert asyncio.run(read()) == [
        Site(declared=(link,)),
        Traits(),
        Site(linked=(Link(url="https://paper.example/news.xml"),)),
    ]
