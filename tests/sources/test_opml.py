"""Lists of feeds: what readers of every age write, and what only somebody with bad intentions does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.sources.opml import FeedList, NotAList, Outline, read_opml, write_opml

HEAD = '<?xml version="1.0"?><opml version="1.0"><head><title>x</title></head><body>'


def listed(body: str) -> tuple[Outline, ...]:
    found = read_opml(f"{HEAD}{body}</body></opml>".encode())
    assert isinstance(found, FeedList)
    return found.outlines


def test_nested_outlines():
    """Folders become the outlines around a feed; what is neither a feed nor around one is counted."""
    found = read_opml(
        (
            f'{HEAD}<outline text="TV"><outline title="News"><outline text="The Herald" type="rss" '
            'xmlUrl="https://herald.example/feed" language="en-GB"/></outline><outline text="a note"/></outline>'
            '<outline text="Alone" xmlUrl="https://alone.example/feed"/><outline text="a link" type="link" '
            'url="https://link.example/"/><outline text="empty"><outline text="inside"/></outline></body></opml>'
        ).encode()
    )
    assert found == FeedList(
        outlines=(
            Outline(url="https://herald.example/feed", title="The Herald", folder="TV / News", lang="en-GB"),
            Outline(url="https://alone.example/feed", title="Alone"),
        ),
        empty=4,
    )


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('xmlUrl="https://a.example/feed"', "https://a.example/feed"),
        ('xmlurl=" https://a.example/feed?x=1&amp;y=2 "', "https://a.example/feed?x=1&y=2"),
        ('XMLURL="feed://a.example/feed"', "http://a.example/feed"),
        ('xmlUrl="feed:https://a.example/feed"', "https://a.example/feed"),
        ('xmlUrl="https://a.example/${SECRET}"', "https://a.example/$%7BSECRET%7D"),
    ],
)
def test_addresses(written: str, read: str):
    assert [outline.url for outline in listed(f'<outline text="A" {written}/>')] == [read]


@pytest.mark.parametrize("url", ["", "ftp://a.example/", "/feed", "javascript:alert(1)", "https://me:word@a.example/"])
def test_addresses_that_are_refused(url: str):
    found = read_opml(f'{HEAD}<outline text="A" xmlUrl="{url}"/><outline xmlUrl="{url}"/></body></opml>'.encode())
    assert found == FeedList(outlines=(), refused=("A", "an outline without a title"))


def test_titles_are_one_clean_line():
    (outline,) = listed('<outline text="&#x202e;The&#10;Paper &amp;amp; Co" xmlUrl="https://a.example/"/>')
    assert outline.title == "The Paper &amp; Co"


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
HOSTILE = {
    "a bomb of entities": (
        f'<!DOCTYPE opml [<!ENTITY l0 "ha">{LAUGHS}]><opml><outline text="&l9;"/></opml>',
        "declares XML entities",
    ),
    "a file of ours": (
        '<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><outline text="&x;"/></opml>',
        "declares XML entities",
    ),
    "entities from elsewhere": (
        '<!DOCTYPE opml [<!ENTITY % x SYSTEM "http://127.0.0.1/x.dtd"> %x;]><opml/>',
        "declares XML entities",
    ),
    "an entity nobody knows": ('<opml><outline text="&nbsp;"/></opml>', "undefined entity: line 1"),
    "cut off": ('<opml><body><outline text="A"', "not well-formed XML: unclosed token: line 1, column 12"),
    "a bare ampersand": ('<opml><outline xmlUrl="http://a.example/?a&b"/></opml>', "not well-formed"),
    "a web page": ("<html><body>Sign in</body></html>", "not OPML: it is <html>"),
    "a feed": ('<rss version="2.0"/>', "not OPML: it is <rss>"),
    "nothing": ("", "no element found"),
    "an encoding nobody has": ('<?xml version="1.0" encoding="klingon"?><opml/>', "unknown encoding"),
    "too deep": (f"<opml>{'<outline>' * 60}{'</outline>' * 60}</opml>", "nested deeper than 50"),
    "too many": (
        "<opml>" + 10_001 * '<outline xmlUrl="http://a.example/"/>' + "</opml>",
        "more than 10,000 feeds",
    ),
}


@pytest.mark.parametrize(("document", "told"), HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_list(document: str, told: str):
    found = read_opml(document.encode())
    assert isinstance(found, NotAList)
    assert told in found.detail


def test_a_document_type_alone_is_harmless():
    """Old exports carry one; what it points to is never asked for."""
    document = '<!DOCTYPE opml SYSTEM "http://127.0.0.1:9/opml.dtd"><opml><outline xmlUrl="http://a.example/"/></opml>'
    assert isinstance(read_opml(document.encode()), FeedList)


@given(st.binary(max_size=200))
def test_any_bytes(body: bytes):
    assert isinstance(read_opml(body), FeedList | NotAList)


WORDS = st.text(st.characters(exclude_categories=("C", "Z")), max_size=30)
OUTLINES = st.builds(
    Outline,
    url=st.builds("https://{}.example/feed?a={}&b=%20".format, st.integers(0, 99), st.integers()),
    title=WORDS,
    lang=st.sampled_from(["", "en", "pt-BR"]),
    own=st.sampled_from([(), (("id", "a"), ("tier", "trade"))]),
)


@given(st.lists(OUTLINES, max_size=5))
def test_what_is_written_is_read_again(outlines: list[Outline]):
    document = write_opml(outlines, title="All")
    assert read_opml(document.encode()) == FeedList(outlines=tuple(outlines))
