"""Posts of an account into items, the same way for every social platform.

A post has no headline: its first sentences are read as one. So its text goes first, in the order in which a reader
sees it, and behind it what the platform shows with it: the post it quotes, the words in its pictures, the linked page.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.core.item import Embed, Item
from monitor.core.text import clean_line, clean_text, fold
from monitor.core.wording import say_accounts
from monitor.sources.entries import Entry
from monitor.sources.entries import to_items as entries_to_items

_TEXT_LIMIT = 20_000
_SHOWN_LIMIT = 4_000  # of each thing shown with a post
_MOST_PICTURES = 20
_WORDS_OF_A_STATEMENT = 3
_MARK_OF_QUOTE, _MARK_OF_PICTURE, _MARK_OF_CARD = "\u21aa", "\U0001f5bc", "\U0001f517"  # ↪ 🖼 🔗

# Possessive, so that no text can be taken apart in many ways.
_ADDRESS = re.compile(r"https?://([^\s/?#<>\"]++)[^\s<>\"]*+", re.IGNORECASE)
# What leads to an address at the end of a line says nothing without it.
_ADDRESSES_AT_END = re.compile(
    rf"(?: ?(?:[\u27a1\u2b07\U0001f447\U0001f449\U0001f517]\ufe0f?|[-\u2013\u2014:>\u00bb]{{1,3}})? ?{_ADDRESS.pattern})+ ?$",
    re.IGNORECASE | re.MULTILINE,
)
_NAMES = re.compile(r"[@#]\w[\w.@-]*")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_TAG = re.compile(r"(?<![\w&/])[#\uff03](\w*[^\W\d_]\w*)(?=(\s+[#\uff03]\w)?)")
_HUMPS = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z0-9])|(?<=[A-Z])(?=[A-Z][a-z])|_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """The post that a post quotes, or that it forwards with words of its own."""

    account: str  # handle without "@", as in `Post`
    text: str
    permalink: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One post by the account that is followed, as plain text. Reposts and replies to others are none of its posts.

    In `text` every link is written out as its full address, whatever the platform shows for it.
    """

    platform: str  # as in Embed: "bluesky", "instagram"
    account: str  # handle without "@"; on Mastodon with its server, "user@host"
    id: str  # stays when the account is renamed; the same by whatever way the post came
    permalink: str | None
    text: str
    published: datetime | None
    edited: datetime | None = None
    title: str = ""  # where the platform has titles: of a video
    quoted: Quoted | None = None
    pictures: tuple[str, ...] = ()  # their descriptions ("alt texts"), which often carry the statement
    card_title: str = ""  # of the page that is linked to
    card_text: str = ""
    author: str = ""  # the name the account shows
    lang: str = ""


def to_items(posts: Sequence[Post], *, named: bool, lang: str | None) -> tuple[tuple[Item, ...], int]:
    """The items, keys unique, and how many posts had nothing to show or were told twice.

    `named`: the user gave the source a name, by which alerts call it; else they call it "@handle on Bluesky". `lang` is
    what the user says of the source's language, which outweighs what posts say: few people set it.
    """
    entries = [to_entry(replace(post, lang=lang or post.lang), named=named) for post in posts]
    return entries_to_items(entries, base="")


def to_entry(post: Post, *, named: bool) -> Entry:
    """The post as an entry; `named` as in `to_items`."""
    said = clean_text(post.text, _TEXT_LIMIT)
    return Entry(
        guid=post.id,
        links=(post.permalink or "",),
        title=post.title,
        summary="\n".join(_lines(post, readable(said))),
        text="",
        published=post.published,
        updated=post.edited,
        author=post.author,
        publisher="" if named else say_accounts([(post.platform, post.account)]),
        lang=post.lang,
        embeds=tuple(_embeds(post, said)),
    )


def _lines(post: Post, said: str) -> Iterator[str]:
    """What a reader of the post reads, in that order. What only repeats the post itself is left out."""
    told = fold(f"{post.title}\n{said}")
    if said:
        yield said
    if post.quoted is not None and (quoted := _shown(post.quoted.text)):
        yield f"{_MARK_OF_QUOTE} {quoted}\n\u2014 @{post.quoted.account}"
    for picture in post.pictures[:_MOST_PICTURES]:
        if (words := _shown(picture)) and fold(words) not in told:
            yield f"{_MARK_OF_PICTURE} {words}"
    for words in (_shown(post.card_title), _shown(post.card_text)):
        if words and fold(words) not in told:
            yield f"{_MARK_OF_CARD} {words}"


def _shown(text: str) -> str:
    return readable(clean_text(text, _SHOWN_LIMIT))


def readable(text: str) -> str:
    """A cleaned text without its addresses, and hashtags as the words they are made of.

    The slug of an address is full of words and dates that nobody says. Within a line its host stands for it.
    """
    text = _ADDRESSES_AT_END.sub("", text)
    text = _ADDRESS.sub(lambda match: match[1].removeprefix("www."), text)
    # "#LanternBay #Casting" names two things; "we film #LanternBay now" is a sentence.
    text = _TAG.sub(lambda match: _HUMPS.sub(" ", match[1]).strip() + ("," if match[2] else ""), text)
    return clean_text(text, len(text) + 1)


def _embeds(post: Post, said: str) -> Iterator[Embed]:
    """The post itself, and the one it quotes where that speaks for it.

    Whoever quotes a maker's post and adds a statement makes that statement alone.
    """
    yield Embed(platform=post.platform, account=post.account.lower(), permalink=post.permalink)
    if post.quoted is not None and not is_statement(said):
        yield Embed(platform=post.platform, account=post.quoted.account.lower(), permalink=post.quoted.permalink)


def is_statement(text: str) -> bool:
    """Whether a post's own words say anything: "!!!", "NEW:", a link and a row of hashtags do not."""
    bare = clean_line(_NAMES.sub(" ", _ADDRESS.sub(" ", text)), _TEXT_LIMIT)
    return len(_LETTERS.findall(bare)) >= _WORDS_OF_A_STATEMENT
