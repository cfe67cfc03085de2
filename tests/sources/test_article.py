"""Article pages: the article is kept, what stands around it is not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.fetching import Page, ParseFailed
from monitor.core.item import Embed
from monitor.sources.article import read_page
from tests.corpus import CORPUS, needs_corpus

URL = "https://www.moon.example/2026/tide?utm_source=x"
LEAD = "Cameras are rolling on the second season of Tide in Cardiff, the network said on Monday. "
BODY = "Four newcomers join the cast for the new episodes, which will be shot until the spring. " * 3


def page(head: str = "", body: str = "", *, url: str = URL, content_type: str | None = "text/html"):
    html = f"<!doctype html><html lang=en-GB><head><meta charset=utf-8>{head}</head><body>{body}</body></html>"
    return read_page(html.encode(), url=url, content_type=content_type)


ARTICLE = f"<p>{LEAD}</p><p>{BODY}</p>"

FURNITURE = [
    "<nav>Home Shows Renewed shows</nav>",
    "<aside>Also renewed: Other Show</aside>",
    "<div class='related-posts'>Other Show cancelled</div>",
    "<div id='cookie-consent'>We value your privacy</div>",
    "<div class='c-newsletter'>Sign up</div>",
    "<figure><img src=x><figcaption>Photo: Someone</figcaption></figure>",
    "<div role=complementary>Trending: cancelled shows</div>",
    "<div class='ad ad-top'>Buy</div>",
    "<footer>About us</footer>",
    "<form>Comment here</form>",
    "<script>var cancelled = 1</script>",
]


@pytest.mark.parametrize("furniture", FURNITURE)
def test_furniture_is_left_out(furniture):
    result = page(body=f"<article><h1>Tide films</h1>{furniture}<p>{LEAD}</p>{furniture}<p>{BODY}</p></article>")
    assert result.text == f"{LEAD}\n{BODY}".replace(" \n", "\n").strip()


def test_what_stands_beside_the_article_is_left_out():
    result = page(body=f"<header>Moon</header><article>{ARTICLE}</article><article><p>Other Show is back</p></article>")
    assert result.text.startswith("Cameras are rolling")
    assert "Other Show" not in result.text


def test_a_wrapper_named_after_its_sidebar_is_not_thrown_away():
    result = page(body=f"<div class='layout has-sidebar'><div id=content>{ARTICLE}</div></div>")
    assert result.text.startswith("Cameras are rolling")


def test_the_page_tells_about_itself():
    head = """
      <title>Tide | Moon</title><link rel=canonical href="/2026/tide"><meta property="og:title" content="Not this">
      <script type="application/ld+json">{broken</script>
      <script type="application/ld+json">{"@context":"x","@graph":[{"@type":"WebSite"},{"@type":["NewsArticle"],
      "headline":"Tide films &amp; more","description":"In Cardiff.","datePublished":"2026-11-02T10:00:00Z",
      "publisher":{"@type":"Organization","name":"The Moon"}}]}</script>"""
    result = page(head, f"<main>{ARTICLE}</main>")
    assert (result.url, result.title, result.summary) == (
        "https://www.moon.example/2026/tide",
        "Tide films & more",
        "In Cardiff.",
    )
    assert (result.publisher, result.published, result.lang) == ("The Moon", "2026-11-02T10:00:00Z", "en-GB")


def test_a_page_of_few_words_is_told_by_its_meta_elements():
    head = '<meta property="og:title" content="Tide &amp; Co"><meta name=description content="Filming."><meta property="og:site_name" content="Moon">'
    result = page(head, "<time datetime=2026-11-02>Monday</time>")
    assert (result.title, result.summary, result.publisher, result.published) == (
        "Tide & Co",
        "Filming.",
        "Moon",
        "2026-11-02",
    )


def test_the_text_may_stand_in_linked_data_only():
    head = f'<script type="application/ld+json">[{{"@type":"Article","articleBody":"{LEAD}{BODY}","publisher":["Moon"]}}]</script>'
    result = page(head, "<p>Enable JavaScript</p>")
    assert result.text.startswith("Cameras are rolling")
    assert result.publisher == "Moon"


@pytest.mark.parametrize(
    ("canonical", "url"),
    [
        ("https://moon.example/other", "https://moon.example/other"),
        ("https://amp.moon.example/other", "https://amp.moon.example/other"),
        ("https://elsewhere.example/tide", URL),
        ("https://www.moon.example/", URL),
        ("javascript:alert(1)", URL),
        ("", URL),
    ],
)
def test_a_canonical_address_is_believed_within_its_site(canonical, url):
    assert page(f'<link rel=canonical href="{canonical}">', ARTICLE).url == url


def test_posts_of_the_article_are_found_and_their_credit_lines_are_not_text():
    post = (
        '<blockquote class="instagram-media" data-instgrm-permalink="https://www.instagram.com/p/AbC123xyz_0/"><p>'
        "View this post on Instagram</p><p>A post shared by Tide (@TideTV)</p></blockquote>"
    )
    result = page(
        body=f"<article>{ARTICLE}{post}</article><iframe src='https://www.youtube.com/embed/AbCdEfGhIjK'></iframe>"
    )
    assert result.embeds == (
        Embed(platform="instagram", account="tidetv", permalink="https://www.instagram.com/p/AbC123xyz_0/"),
    )
    assert "Instagram" not in result.text


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("https://press.harbour.example/2026/tide-films", True),
        ("https://www.harbour.example/mediacentre/2026/tide-films", True),
        ("https://www.harbour.example/en/press-releases/tide-films", True),
        ("https://www.harbour.example/de/presse/tide-dreht", True),
        ("https://www.prnewswire.com/news/tide-films-301.html", True),
        ("https://about.netflix.com/en/news/tide-films", True),
        ("http://about.netflix.com", False),
        ("https://press.harbour.example/", False),
        ("https://www.harbour.example/mediacentre", False),
        ("https://press.harbour.example/en/newsroom/", False),
        ("https://www.harbour.example/shows/tide", False),
        ("https://www.expressnews.example/pressing/tide", False),
        ("https://press.moon.example/2026/about-us", False),  # its own site
        ("mailto:press@harbour.example", False),
        ("javascript:press/release/1", False),
    ],
)
def test_links_to_a_press_release_are_found(link, found):
    result = page(body=f"<article>{ARTICLE}<p>The network <a href='{link}'>said</a>.</p></article>")
    assert [embed.permalink for embed in result.embeds] == ([link] if found else [])


def test_a_press_release_among_the_furniture_is_none():
    link = "https://press.harbour.example/2026/other"
    aside = f"<div class='related-posts'><ul><li><a href='{link}'>Other</a></ul></div>"
    same = "<a href='https://press.harbour.example/2026/tide?utm_source=x'>said</a>" * 2
    result = page(body=f"<article>{ARTICLE}{aside}{same}</article>")
    assert [(embed.platform, embed.account) for embed in result.embeds] == [("press", None)]


def test_plain_text_is_title_and_text():
    body = "\ufeff\nTide films\n\nThey are back.\n\nView this post on Instagram\n\nA post shared by Tide & Co (@tidetv)\n\nMore.\n"
    result = read_page(body.encode(), url=URL, content_type="text/plain; charset=utf-8")
    assert (result.title, result.text) == ("Tide films", "They are back.\nMore.")
    assert result.embeds == (Embed(platform="instagram", account="tidetv", permalink=None),)


def test_a_bot_check_is_no_article():
    result = page("<title>Just a moment...</title>", "<h1>Checking your browser</h1>")
    assert result == ParseFailed(detail="a bot check instead of the article: “Just a moment...”")
    assert isinstance(page("<title>Access Denied: the film that was</title>", ARTICLE), Page)


CHARSETS = [
    ("<p>Søren</p>".encode("latin-1"), "text/html; charset=ISO-8859-1"),
    ("<meta charset=windows-1252><p>Søren</p>".encode("cp1252"), "text/html"),
    ("<p>Søren</p>".encode("utf-16"), None),
    ("<p>Søren</p>".encode("utf-8-sig"), "text/html; charset=latin1"),
    ("<p>Søren</p>".encode(), "text/html; charset=nonsense"),
    ("<p>Søren</p>".encode(), "text/html; charset=hex"),
    ("<p>Søren</p>".encode("cp1252"), None),
]


@pytest.mark.parametrize(("body", "content_type"), CHARSETS)
def test_charset(body, content_type):
    assert read_page(body, url=URL, content_type=content_type).text == "Søren"


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([None, "text/html; charset=utf-7", "text/plain", "x; charset=idna"]))
def test_any_bytes_are_read(body, content_type):
    read_page(b"<html><script type='application/ld+json'>" + body, url=URL, content_type=content_type)
    read_page(body, url=URL, content_type=content_type)


@needs_corpus
def test_the_seed_article_names_its_post():
    result = read_page((CORPUS / "seed-article.txt").read_bytes(), url=URL, content_type="text/plain")
    assert [(post.platform, post.account) for post in result.embeds] == [("instagram", "netflixuk")]
    assert "shared by" not in result.text
