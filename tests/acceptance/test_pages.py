"""Pages without a feed, watched elements, JSON and sitemaps are read as feeds are: silent at first, then told once."""

import json

from tests.acceptance.running import monitor
from tests.web_server import Answer, WebServer

# The line for `network-press` is the one that the manual shows.
SOURCES = """\
sources:
  - {{id: network-press, type: page, url: "{site}/press", item: "article.release", title: "h2", link: "a", every: 30m}}
  - {{id: harbour-fund, type: page, url: "{site}/fund", watch: "#news"}}
  - {{id: harbour-api, type: json, url: "{site}/api", items: posts}}
  - {{id: harbour-map, type: sitemap, url: "{site}/sitemap.xml", match: "/news/*"}}
"""
WATCHLIST = "shows: [{title: Lantern Bay}, {title: The Glass Ferry}, {title: Saltmarsh}, {title: Copper Hollow}]\n"
ALERTS = 'receivers: [{id: me, url: "console://"}]\n'
XMLNS = "http://www.sitemaps.org/schemas/sitemap/0.9"


def article(title: str) -> Answer:
    text = f"<h1>{title}</h1><p>{title}, Harbour TV said on Monday. The eight new episodes are made in Wales.</p>"
    return Answer(body=f"<!doctype html><title>{title}</title><article>{text}</article>".encode())


def publish(web: WebServer, *, news: bool) -> None:
    old, new = "<article class=release><h2>Our summer</h2><a href=/a1>more</a></article>", ""
    lines, posts, addresses = (
        ["Applications open in March"],
        [{"id": 1, "title": "Our summer", "url": "/b1"}],
        ["/news/our-summer", "/x"],
    )
    if news:
        new = "<article class=release><h2>Lantern Bay renewed for season 3</h2><a href=/a2>more</a></article>"
        lines.append("Saltmarsh has been renewed for a second season.")
        posts.append({"id": 2, "title": "Copper Hollow cancelled after two seasons", "url": "/b2"})
        addresses += ["/news/the-glass-ferry-and-its-future", "/news/987654"]
    web.answer("/press", Answer(body=f"<!doctype html><title>Press</title>{new}{old}".encode()))
    web.answer(
        "/fund", Answer(body=f"<!doctype html><ul id=news>{''.join(f'<li>{line}' for line in lines)}</ul>".encode())
    )
    web.answer("/api", Answer(body=json.dumps({"posts": posts}).encode()))
    listed = "".join(f"<url><loc>{web.url(path)}</loc></url>" for path in addresses)
    web.answer("/sitemap.xml", Answer(body=f'<urlset xmlns="{XMLNS}">{listed}</urlset>'.encode()))


def test_every_way_is_silent_first_and_tells_once(tmp_path):
    """An address in the sitemap that names a watched show is told by its page; one that names none is never visited."""
    with WebServer() as web:
        (tmp_path / "config").mkdir()
        for name, text in (("sources", SOURCES.format(site=web.url(""))), ("watchlist", WATCHLIST), ("alerts", ALERTS)):
            (tmp_path / "config" / f"{name}.yaml").write_text(text)
        web.answer("/robots.txt", Answer(body=b"User-agent: *\nDisallow: /private\n"))
        web.answer("/news/the-glass-ferry-and-its-future", article("The Glass Ferry has been renewed for season 4"))
        publish(web, news=False)
        first = monitor("once", cwd=tmp_path)
        assert first.returncode == 0, first.stderr
        publish(web, news=True)
        told = monitor("once", "--all", cwd=tmp_path).stdout
        for headline in (
            "Lantern Bay has been renewed for season 3",
            "Saltmarsh has been renewed",
            "Copper Hollow has been cancelled",
            "The Glass Ferry has been renewed for season 4",
        ):
            assert headline not in first.stdout
            assert headline in told
        asked = [seen.path for seen in web.seen]
        assert "/news/987654" not in asked
        assert asked.count("/robots.txt") == 2  # once a run of the program
        again = monitor("once", "--all", cwd=tmp_path).stdout
        assert "Lantern Bay" not in again
