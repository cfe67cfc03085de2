"""The dresses of a message: they look right, cut to length, and let nothing from outside through as markup."""

import re
from dataclasses import replace

import pytest
from selectolax.lexbor import LexborHTMLParser

from monitor.core.announcement import Standing
from monitor.core.message import Entry, Message
from monitor.render import (
    clip,
    defuse,
    render_html,
    render_markdown,
    render_plain,
    render_text,
    safe_link,
    subject_line,
    tidy,
)

ENTRY = Entry(
    title="Heartstopper: filming has started (season 2)",
    standing="Official: posted by @netflixuk on Instagram",
    facts=(("Season", "2"), ("Cast", "Leila Khan as Sahar Zahid"), ("", "Bo Aster as Finn")),
    said="Cameras roll on the second season",
    source="The Harbour Gazette",
    link="https://www.gazette.example/tv/story_(2)?by=@desk",
    why="you watch Heartstopper; “has begun production” (rule en/filming_start/production)",
    reports=(("Variety", "https://variety.example/a_b"), ("Word of mouth", None)),
    more_reports=3,
    update="now official",
    reference="announcement-12",
    level=Standing.OFFICIAL,
)
NEWS = Message(subject=ENTRY.title, entries=(ENTRY,))
HOSTILE = "\r\nBcc: all@example.org<script>alert(1)</script> @everyone <@123> <!channel> *b* _i_ [x](javascript:a) `c`\x1b[2J\u202e\ud800"
ATTACK = Message(
    subject=HOSTILE,
    note=(HOSTILE,),
    entries=(
        Entry(
            title=HOSTILE,
            standing=HOSTILE,
            facts=((HOSTILE, HOSTILE),),
            said=HOSTILE,
            source=HOSTILE,
            link="javascript:alert(1)",
            why=HOSTILE,
            reports=((HOSTILE, "data:text/html,x"),),
            update=HOSTILE,
            reference=HOSTILE,
        ),
    ),
)


@pytest.mark.parametrize(
    "shown", [ENTRY.title, ENTRY.said, ENTRY.source, "Leila Khan as Sahar Zahid", "Bo Aster as Finn"]
)
@pytest.mark.parametrize(
    "dress", [render_html, render_text, lambda message: render_plain(message, limit=2000, titled=False)]
)
def test_every_dress_tells_the_news(dress, shown):
    assert shown in dress(NEWS)


def test_text_reads_like_a_letter():
    assert (
        render_text(NEWS)
        == """\
Heartstopper: filming has started (season 2)
--------------------------------------------

Official: posted by @netflixuk on Instagram

New: now official

  Season    2
  Cast      Leila Khan as Sahar Zahid
            Bo Aster as Finn

  “Cameras roll on the second season”
  — The Harbour Gazette
  https://www.gazette.example/tv/story_(2)?by=@desk

Also reported by
  Variety: https://variety.example/a_b
  Word of mouth
  and 3 more

Why you hear of this: you watch Heartstopper; “has begun production” (rule
en/filming_start/production).
announcement-12
"""
    )


def test_markdown_has_bold_links_and_nothing_else():
    text = render_markdown(NEWS, limit=2000, titled=False)
    assert text.count("  \n") == 7, "a hard line break after each line but the last"
    assert (
        text.replace("  \n", "\n")
        == """\
**Heartstopper: filming has started (season 2)**

New: now official
Official: posted by @\u200bnetflixuk on Instagram
Season: 2
Cast: Leila Khan as Sahar Zahid; Bo Aster as Finn
“Cameras roll on the second season” — The Harbour Gazette
[gazette.example](https://www.gazette.example/tv/story_%282%29?by=%40desk)
Also reported by Variety, Word of mouth and 3 more
Why: you watch Heartstopper; “has begun production” (rule en/filming\\_start/production) (announcement-12)"""
    )


def test_html_is_whole_and_loads_nothing():
    page = LexborHTMLParser(render_html(NEWS))
    assert page.css_first("title").text() == NEWS.subject
    assert page.css_first("h1").text() == NEWS.subject
    assert not page.css("img, link, script, iframe, form, input")
    assert "url(" not in page.html
    assert [link.attributes["href"] for link in page.css("a")] == [ENTRY.link, "https://variety.example/a_b"]
    assert "gazette.example" in page.css_first("a").text()
    assert "now official" in page.text()
    assert page.css_first("html").attributes["lang"] == "en"
    assert [row.text() for row in page.css("th[scope=row]")] == ["Season", "Cast", ""]


def test_html_of_a_bundle_has_its_own_heading():
    page = LexborHTMLParser(
        render_html(Message(subject="Digest: 2 announcements", entries=(ENTRY, ENTRY), note=("Hello",)))
    )
    assert page.css_first("h1").text() == "Digest: 2 announcements"
    assert [heading.text() for heading in page.css("h2")] == [ENTRY.title] * 2
    assert "Hello" in page.text()


def test_proofs_lead_to_the_makers_own_words():
    words, url = "First said by @netflixuk on Instagram", "https://www.instagram.com/reel/AbC/"
    message = Message(subject="x", entries=(replace(ENTRY, proofs=((words, url), ("Press <b>", "javascript:x"))),))
    page = LexborHTMLParser(render_html(message))
    assert [link.text() for link in page.css("a") if link.attributes["href"] == url] == [words]
    assert "Press <b>" in page.text()
    assert f"{words}\n  {url}\n\nPress <b>\n\n" in render_text(message)
    assert f": {url}\nPress <" in render_plain(message, limit=2000, titled=True)
    assert "[instagram.com](https://www.instagram.com/reel/AbC/)" in render_markdown(message, limit=2000, titled=True)


def test_groups_of_a_bundle_have_headings():
    entries = (replace(ENTRY, heading="Heart <b>"), ENTRY)
    message = Message(subject="Digest: 2 announcements", entries=entries)
    page = LexborHTMLParser(render_html(message))
    assert [heading.text() for heading in page.css("h1, h2, h3")] == [
        "Digest: 2 announcements",
        "Heart <b>",
        ENTRY.title,
        ENTRY.title,
    ]
    assert render_text(message).split("\n\n")[1] == "HEART <B>"
    assert "Heart" not in render_plain(Message(subject="Digest", entries=entries[:1]), limit=2000, titled=True).split(
        "\n"
    )


def test_html_of_a_huge_bundle_lists_the_rest_and_stays_small():
    """Mail programs cut off what is longer than 102 kB."""
    html = render_html(Message(subject="Digest", entries=(ENTRY,) * 60))
    page = LexborHTMLParser(html)
    assert len(html.encode()) < 102_000
    assert page.css("h2")[-1].text() == "And 48 more"
    assert html.count(f">{ENTRY.title}") == 60


def test_html_without_entries_shows_the_note():
    page = LexborHTMLParser(render_html(Message(subject="Nothing can be reached", note=("We keep trying.",))))
    assert page.css_first("h1").text() == "Nothing can be reached"
    assert "We keep trying." in page.css_first("td.pad").text()


def test_a_post_without_a_headline_a_link_or_facts_is_still_news():
    bare = replace(ENTRY, said="", link=None, facts=(), reports=(), update=None, reference="")
    message = Message(subject="x", entries=(bare,))
    for text in (render_html(message), render_text(message)):
        assert "A post without a headline" in text
        assert "“A post" not in text
    assert "None" not in render_plain(message, limit=2000, titled=True)
    assert "“”" not in render_plain(message, limit=2000, titled=True)


def test_a_post_that_begins_with_a_quotation_has_single_marks_within():
    message = Message(subject="x", entries=(replace(ENTRY, said="“It was a joy”, says Ida Holm"),))
    shown = "“‘It was a joy’, says Ida Holm”"
    assert shown in LexborHTMLParser(render_html(message)).text()
    assert shown in render_text(message)
    assert f"{shown} — {ENTRY.source}" in render_plain(message, limit=2000, titled=True)


def test_hostile_text_is_no_markup_in_html():
    page = LexborHTMLParser(render_html(ATTACK))
    assert not page.css("script, a")
    assert "<script>alert(1)</script>" in page.css_first("h1").text()
    assert "@everyone" not in page.html


@pytest.mark.parametrize(
    "text",
    [
        render_text(ATTACK),
        render_plain(ATTACK, limit=9000, titled=False),
        render_markdown(ATTACK, limit=9000, titled=False),
        render_html(ATTACK),
        subject_line(ATTACK, 250),
    ],
    ids=["text", "plain", "markdown", "html", "subject"],
)
def test_hostile_text_calls_nobody_and_drives_nothing(text):
    assert not re.search(r"@everyone|<@1|<!channel|href=.javascript", text)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\ud800]", text)


def test_hostile_text_is_escaped_in_markdown():
    text = render_markdown(ATTACK, limit=9000, titled=False)
    for marked in (r"\*b\*", r"\_i\_", r"\[x\](javascript:a)", r"\`c\`", r"\<script\>"):
        assert marked in text


@pytest.mark.parametrize(
    ("text", "escaped"),
    [("# Title", r"\# Title"), ("1. First", r"1\. First"), ("- dash", r"\- dash"), ("> said", r"\> said")],
)
def test_lines_do_not_begin_with_markup(text, escaped):
    assert render_markdown(Message(subject="x", note=(text,)), limit=100, titled=True) == escaped


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.example.org/a", "example.org"),
        ("http://xn--bcher-kva.example/a?b#c", "xn--bcher-kva.example"),
        ("HTTPS://EXAMPLE.ORG/", "example.org"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//example.org/a", None),
        ("https://bank.example@evil.example/", None),
        ("https://example.org/a b", None),
        ('https://example.org/"onclick=', None),
        ("https://example.org/\u202egpj", None),
        ("https://[::1/", None),
        ("https:///path", None),
        ("https://example.org/" + "a" * 2000, None),
        (None, None),
    ],
)
def test_only_plain_web_addresses_become_links(url, host):
    link = safe_link(url)
    assert (link.host if link else None) == host


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("@everyone", "@\u200beveryone"),
        ("ask <@123> and <@&9> in <#4> <!here>", "ask <\u200b@\u200b123> and <\u200b@&9> in <\u200b#4> <\u200b!here>"),
        ("@**all**", "@\u200b**all**"),
        ("me @ home, 1 < 2", "me @ home, 1 < 2"),
    ],
)
def test_mentions_are_parted(text, harmless):
    assert defuse(text) == harmless


def test_tidy_keeps_what_belongs_to_scripts_and_emoji():
    assert tidy(" a\r\n\tb \u200d👩‍🚀 می‌خواهم \u2028c") == "a b \u200d👩‍🚀 می‌خواهم c"


@pytest.mark.parametrize(("limit", "clipped"), [(5, "hello"), (4, "hel…"), (1, "…"), (0, "")])
def test_clip_counts_its_ellipsis(limit, clipped):
    assert clip("hello", limit) == clipped


@pytest.mark.parametrize("render", [render_plain, render_markdown])
@pytest.mark.parametrize("limit", range(20, 700, 20))
@pytest.mark.parametrize("titled", [True, False])
@pytest.mark.parametrize("message", [NEWS, ATTACK, Message(subject="Digest", entries=(ENTRY,) * 5, note=("x" * 50,))])
def test_chat_text_never_exceeds_its_limit(render, limit, titled, message):
    assert len(render(message, limit=limit, titled=titled)) <= limit


@pytest.mark.parametrize("limit", [80, 160, 300, 450])
def test_the_link_outlives_the_rest(limit):
    assert "https://www.gazette.example/tv/story_(2)?by=%40desk" in render_plain(NEWS, limit=limit, titled=False)


def test_what_is_least_needed_goes_first():
    long = render_plain(NEWS, limit=2000, titled=True)
    dropped = [
        marker
        for limit in (len(long) - 1, 260, 180)
        for marker in ("Why:", "Also", "Season")
        if marker not in render_plain(NEWS, limit=limit, titled=True)
    ]
    assert dropped[0] == "Why:"
    assert "announcement-12" in long


def test_a_long_digest_says_how_many_it_left_out():
    message = Message(subject="Digest", entries=(ENTRY,) * 30)
    assert "… and 2" in render_plain(message, limit=1000, titled=True)
