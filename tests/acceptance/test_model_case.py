"""The model case: an article that says one new thing, confirmed by a post it shows, among much that is recalled."""

import html
from datetime import timedelta
from pathlib import Path

from monitor.core.alert import AlertState
from tests.corpus import CORPUS, needs_corpus
from tests.house import MONDAY, House, item, rss
from tests.web_server import Answer, WebServer

HOUR = timedelta(hours=1)

OUR_WATCHLIST = """\
shows:
  - title: Lantern Bay
    cast: [Ida Holm, Marek Voss, Oskar Lindqvist]
    accounts: {instagram: [harbourtv, lanternbaytv]}
"""
OUR_ARTICLE = """\
Lantern Bay cast reveal series two is now filming: 'Home again'

The cast of Lantern Bay has let it be known that series two has gone into production, and the harbour town is delighted!

Since it came to Harbour TV in March the drama has been everybody's favourite. It came as no surprise that, a few weeks \
after its launch, series two and three were ordered at once.

In a clip posted to the Harbour TV and Lantern Bay Instagram accounts, the company can be seen meeting on the pier.

View this post on Instagram

A post shared by Harbour TV (@harbourtv)

Ida Holm, Marek Voss and Oskar Lindqvist are all seen with scripts in hand.

Also seen are newcomers Signe Dahl as Vera Moss, a pupil at the island school; Tom Okafor as Daniel Reed, Jonas's older \
brother; Bea Larkin as Ruth Quill, the new doctor; and Nils Arvid as Mr. Harrow, a teacher.

Signe Dahl was given the role of Vera, her first, after a nationwide casting call. Bea Larkin was an extra in the first series.

Holm shared the clip to her story, adding "Home again".

Speaking before the news that the show had been renewed for two more series, Marek Voss said he would love to go on.
"""


def page(article: str, permalink: str) -> bytes:
    """An article as its publisher puts it on a page: headline, paragraphs, and the post as the platform embeds it."""
    headline, *paragraphs = [part.strip() for part in article.split("\n") if part.strip()]
    body = []
    for paragraph in paragraphs:
        if paragraph.startswith("View this post"):
            continue
        if paragraph.startswith("A post shared by"):
            body.append(
                f'<blockquote class="instagram-media" data-instgrm-permalink="{permalink}?utm_source=ig_embed">'
                f'<a href="{permalink}">View this post on Instagram</a><p>{html.escape(paragraph)}</p></blockquote>'
            )
        else:
            body.append(f"<p>{html.escape(paragraph, quote=False)}</p>")
    title = html.escape(headline, quote=False)
    return f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{''.join(body)}</article></body></html>".encode()


def tell(tmp_path: Path, article: str, *, watchlist: str) -> House:
    """The article comes as a new item of a magazine's feed, with a short lead and a link to its page."""
    paragraphs = [part.strip() for part in article.split("\n") if part.strip()]
    lead = next(part for part in paragraphs[1:] if part.startswith("The cast"))
    with WebServer() as web:
        link = web.answer("/article", Answer(body=page(article, "https://www.instagram.com/reel/Cabcdefghij/")))
        web.answer("/feed", Answer(body=rss()))
        house = House(tmp_path, sources=[("magazine", web.url("/feed"))], watchlist=watchlist)
        house.round()
        entry = item(
            html.escape(paragraphs[0]), guid="1", at=MONDAY + HOUR, link=link, summary=html.escape(lead, quote=False)
        )
        web.answer("/feed", Answer(body=rss(entry)))
        house.round(later=HOUR)
    assert house.bugs == []
    return house


def told_by(house: House) -> str:
    """What the screen shows, without the invisible character that keeps a name after "@" from notifying anybody."""
    return " ".join(house.printed.replace("\u2060", "").split())


def facts(house: House) -> list[tuple[str, str, tuple[int, ...], list[tuple[str, str | None]]]]:
    return [
        (str(a.kind), str(a.standing), a.facts.seasons, [(person.name, person.role) for person in a.facts.people])
        for a in house.announcements()
    ]


def test_our_own_article(tmp_path):
    """One alert: filming has started on the second season, official, with four newcomers and their roles. No more."""
    house = tell(tmp_path, OUR_ARTICLE, watchlist=OUR_WATCHLIST)
    newcomers = [
        ("Signe Dahl", "Vera Moss"),
        ("Tom Okafor", "Daniel Reed"),
        ("Bea Larkin", "Ruth Quill"),
        ("Nils Arvid", "Mr. Harrow"),
    ]
    assert facts(house) == [("filming_start", "official", (2,), newcomers)]
    assert house.alerts() == [("screen", "news", "Lantern Bay: filming_start")]
    told = told_by(house)
    assert "@harbourtv" in told
    assert all(f"{name} as {role}" in told for name, role in newcomers)


@needs_corpus
def test_the_article_it_is_about(tmp_path):
    """The same of the article this program was first asked for."""
    assert CORPUS is not None
    watchlist = (Path(__file__).resolve().parents[2] / "config" / "watchlist.yaml").read_text(encoding="utf-8")
    article = (CORPUS / "seed-article.txt").read_text(encoding="utf-8")
    house = tell(tmp_path, article, watchlist=watchlist)
    newcomers = [
        ("Leila Khan", "Sahar Zahid"),
        ("Jack Barton", "David Nelson"),
        ("Bradley Riches", "James McEwan"),
        ("Nima Taleghani", "Mr. Farouk"),
    ]
    assert facts(house) == [("filming_start", "official", (2,), newcomers)]
    assert house.alerts() == [("screen", "news", "Heartstopper: filming_start")]
    assert house.ask(lambda view: view.outbox()) == {AlertState.SENT: 1}
    told = told_by(house)
    assert "@netflixuk" in told
    assert all(f"{name} as {role}" in told for name, role in newcomers)
