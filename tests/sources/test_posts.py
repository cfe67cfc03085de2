"""From a post of any platform to an item that is recognised and reads well."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.fetching import Parsed
from monitor.core.item import Embed
from monitor.core.report import Document, Kind
from monitor.sources.posts import Post, Quoted, is_statement, readable, to_items
from tests.core.recognising import recogniser, show

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
LINK = "https://bsky.app/profile/did:plc:abc/post/3k1"
POST = Post(
    platform="bluesky",
    account="LanternBay.example",
    id="at://did:plc:abc/app.bsky.feed.post/3k1",
    permalink=LINK,
    text="Season two of Lantern Bay is filming.",
    published=NOW,
    author="Lantern Bay",
    lang="en",
)


def item_of(post, *, named=False, lang=None):
    (item,), _ = to_items([post], named=named, lang=lang)
    return item


def test_a_post_becomes_an_item_without_a_title_that_is_the_proof_itself():
    item = item_of(POST)
    assert (item.title, item.summary, item.text) == ("", "Season two of Lantern Bay is filming.", "")
    assert (item.guid, item.url, item.published, item.author, item.lang) == (POST.id, LINK, NOW, "Lantern Bay", "en")
    assert item.embeds == (Embed(platform="bluesky", account="lanternbay.example", permalink=LINK),)


def test_alerts_name_the_account_unless_the_user_named_the_source():
    assert item_of(POST).publisher == "@LanternBay.example on Bluesky"
    assert item_of(POST, named=True).publisher is None


def test_the_language_the_user_says_outweighs_the_posts():
    assert item_of(POST, lang="de").lang == "de"


def test_a_post_is_the_same_item_whatever_its_account_is_called():
    renamed = item_of(replace(POST, account="lantern.example", author="LB", lang=""))
    assert (renamed.key, renamed.fingerprint) == (item_of(POST).key, item_of(POST).fingerprint)


def test_what_is_shown_with_a_post_is_read_behind_it():
    post = replace(
        POST,
        text="An update from us:",
        quoted=Quoted(account="tidefilms.example", text="We wrapped #LanternBay", permalink="https://q.example/1"),
        pictures=("Our statement: the show will return.", "an update from us"),
        card_title="Lantern Bay to return",
        card_text="An update from us",
    )
    assert item_of(post).summary.split("\n") == [
        "An update from us:",
        "↪ We wrapped Lantern Bay",
        "— @tidefilms.example",
        "🖼 Our statement: the show will return.",
        "🔗 Lantern Bay to return",
    ]


@pytest.mark.parametrize(("text", "shown"), [("!!! ❤️ #LanternBay", True), ("They start tomorrow. Maybe.", False)])
def test_a_quoted_post_is_evidence_only_where_it_speaks_for_the_post(text, shown):
    quoted = Quoted(account="TideFilms.example", text="We are back.", permalink="https://q.example/1")
    _, *others = item_of(replace(POST, text=text, quoted=quoted)).embeds
    post = Embed(platform="bluesky", account="tidefilms.example", permalink="https://q.example/1")
    assert others == ([post] if shown else [])


def test_a_long_post_keeps_its_whole_text():
    item = item_of(replace(POST, text="A sentence of the caption. " * 60))
    assert len(item.summary) <= 600
    assert item.text.startswith(item.summary.rstrip("…"))
    assert len(item.text) > 1500


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Renewed! https://trade.example/2026/11/lantern-bay-cancelled", "Renewed!"),
        ("Renewed! 👉 https://trade.example/a 🔗 https://trade.example/b\nMore soon", "Renewed!\nMore soon"),
        ("See https://www.trade.example/a?b=c for more", "See trade.example for more"),
        ("https://trade.example/2026/11/lantern-bay", ""),
        ("We film #LanternBay now", "We film Lantern Bay now"),
        ("Day one! #LanternBayS2 #nowFilming #BBC #HBOMax", "Day one! Lantern Bay S2, now Filming, BBC, HBO Max"),
        ("#1 in the charts, C# and a&#39;b", "#1 in the charts, C# and a&#39;b"),
    ],
)
def test_addresses_and_hashtags_read_as_what_they_say(text, read):
    assert readable(text) == read


@pytest.mark.parametrize(
    "text", ["", "!!!", "NEW:", "🎬🎬", "@tidefilms.example 👀", "https://a.example/some-long-slug", "#A #LanternBay"]
)
def test_some_posts_say_nothing_of_themselves(text):
    assert not is_statement(text)


def test_a_post_with_nothing_but_its_address_is_an_item_still():
    assert item_of(replace(POST, text="https://trade.example/a")).summary == ""


@pytest.mark.parametrize(
    "post",
    [
        replace(POST, text="NEW: #LanternBay renewed for season 2! https://trade.example/2025/lantern-bay-cancelled"),
        replace(POST, text="!!!", quoted=Quoted(account="a", text="Lantern Bay is renewed for season 2.")),
        replace(POST, text="https://trade.example/x", card_title="“Lantern Bay” renewed for season 2 at Netflix"),
        replace(POST, text="❤️", pictures=("Lantern Bay has been renewed for a second season.",)),
    ],
)
def test_a_post_by_a_watchs_account_tells_its_news_officially(post):
    recognise = recogniser(show("Lantern Bay", accounts=(("bluesky", "lanternbay.example"),)))
    item = item_of(post)
    found = recognise(Document(summary=item.summary, text=item.text, embeds=item.embeds))
    assert [(one.kind, one.official, one.facts.seasons) for one in found.reports] == [(Kind.RENEWAL, True, (2,))]


def test_what_is_read_goes_through_the_killable_process_as_it_is():
    """A reader's result is a value that JSON can carry."""
    items, dropped = to_items([POST, POST], named=True, lang=None)
    assert (len(Parsed(items=items, dropped=dropped).items), dropped) == (1, 1)


@pytest.mark.parametrize(
    "text",
    [
        "https://a.example" * 200 + " x",
        " " * 20_000,
        "-" * 20_000,
        "#1" * 9_000,
        "@a@" * 6_000,
        "https://" * 2_000,
        "> " * 9_000,
    ],
)
def test_no_text_takes_long_to_read(text):
    """Each of these took for ever with a careless pattern."""
    post = replace(POST, text=text, pictures=(text,), card_title=text, quoted=Quoted(account="a", text=text))
    assert len(item_of(post).summary) <= 600


def test_of_too_many_posts_the_newest_are_read():
    old = [replace(POST, id=f"at://{number}", published=NOW - timedelta(days=number)) for number in range(1_200)]
    items, dropped = to_items(list(reversed(old)), named=False, lang=None)
    assert (len(items), dropped) == (1_000, 200)
    assert {item.guid for item in items} == {post.id for post in old[:1_000]}


def test_what_nobody_sees_is_left_out():
    assert item_of(replace(POST, text="No\u200bw\x00 \u202efilming")).summary == "Now filming"
