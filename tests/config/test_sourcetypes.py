"""What entries of `sources.yaml` become, type by type."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.config.reading import parse
from monitor.config.secrets import Secrets
from monitor.config.sources import SourcesFile
from monitor.config.validating import validate
from monitor.core.options import (
    BlueskyOptions,
    DatabaseOptions,
    ImapOptions,
    MastodonOptions,
    TelegramOptions,
    WebhookOptions,
    WikidataNumbers,
    YoutubeOptions,
)
from monitor.core.source import Source, Tier
from monitor.core.watchlist import Watch, WatchType


def read(line: str, *, watches: Sequence[Watch] = (), environ: Mapping[str, str] | None = None) -> Source:
    """The source of one line."""
    document = parse(Path("sources.yaml"), f"sources:\n  - {{id: a, {line}}}\n".encode())
    part = validate(document, SourcesFile, Secrets(folder=Path(), environ=environ or {"SECRET": "s3cret"}))
    (entry,) = part.content.sources
    return entry.source(every=timedelta(minutes=15), max_age=timedelta(days=7), watches=watches)


@pytest.mark.parametrize(
    ("written", "account"),
    [
        ("LanternBay.example", "lanternbay.example"),
        ('"@lanternbay.example"', "lanternbay.example"),
        ('"https://bsky.app/profile/LanternBay.example/"', "lanternbay.example"),
        ('"https://bsky.app/profile/did:plc:abc?x"', "did:plc:abc"),
        ('"did:web:lanternbay.example"', "did:web:lanternbay.example"),
    ],
)
def test_a_bluesky_account_in_any_form(written: str, account: str) -> None:
    source = read(f"type: bluesky, account: {written}")
    assert source.options == BlueskyOptions(account=account, base="https://public.api.bsky.app")
    assert source.url == f"https://bsky.app/profile/{account}"
    assert source.every == timedelta(minutes=5)


def test_bluesky_elsewhere_and_by_stream() -> None:
    source = read(
        'type: bluesky, account: a.example, base: "http://nas.local:1/", stream: true, jetstream: "ws://b:2/"'
    )
    assert source.options == BlueskyOptions(
        account="a.example", base="http://nas.local:1", trusted_host="nas.local", jetstream="ws://b:2"
    )
    assert source.every == timedelta(minutes=30)
    assert read("type: bluesky, account: a.example, stream: true, every: 10m").every == timedelta(minutes=10)


@pytest.mark.parametrize(
    "written",
    [
        "HarbourPost",
        '"@harbourpost"',
        '"https://t.me/HarbourPost"',
        "t.me/s/harbourpost?q=x",
        '"https://telegram.me/harbourpost/42"',
        "harbourpost.t.me",
    ],
)
def test_a_telegram_channel_in_any_form(written: str) -> None:
    source = read(f"type: telegram, channel: {written}")
    assert (source.url, source.options) == (
        "https://t.me/s/harbourpost",
        TelegramOptions(channel="harbourpost"),
    )


@pytest.mark.parametrize(
    "line",
    [
        "type: bing-news",
        "type: bluesky, account: harbour.example",
        "type: gdelt",
        "type: google-news, terms: accepted",
        'type: mastodon, account: "@harbour@social.example"',
        "type: reddit, subreddits: television",
        "type: telegram, channel: harbourpost",
        "type: tvmaze",
        "type: wikidata",
        'type: youtube, channel: "@harbour"',
    ],
)
def test_asked_of_another_server_it_is_the_same_source(line: str) -> None:
    there, elsewhere = read(line), read(f'{line}, base: "http://mirror.local:8080/"')
    assert there.url == elsewhere.url
    assert getattr(elsewhere.options, "base", None) == "http://mirror.local:8080"


CHANNEL = "UCabcdefghijklmnopqrst-_"


@pytest.mark.parametrize(
    ("written", "channel", "address"),
    [
        (CHANNEL, CHANNEL, f"channel/{CHANNEL}"),
        (f"https://m.youtube.com/channel/{CHANNEL}/videos", CHANNEL, f"channel/{CHANNEL}"),
        (f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}", CHANNEL, f"channel/{CHANNEL}"),
        ("@HarbourNine", "@harbournine", "@harbournine"),
        ("harbournine", "@harbournine", "@harbournine"),
        ("https://www.youtube.com/@HarbourNine/shorts", "@harbournine", "@harbournine"),
        ("youtube.com/c/Harbour", "c/Harbour", "c/Harbour"),
        ("https://www.youtube.com/user/Harbour", "user/Harbour", "user/Harbour"),
        ("https://youtu.be/abcdefghij-?si=x", "watch?v=abcdefghij-", "watch?v=abcdefghij-"),
        ("https://music.youtube.com/watch?v=abcdefghij-", "watch?v=abcdefghij-", "watch?v=abcdefghij-"),
        ("https://www.youtube.com/shorts/abcdefghij-", "watch?v=abcdefghij-", "watch?v=abcdefghij-"),
    ],
)
def test_a_youtube_channel_in_any_form(written: str, channel: str, address: str) -> None:
    source = read(f'type: youtube, channel: "{written}", live: false')
    assert source.url == f"https://www.youtube.com/{address}"
    assert source.options == YoutubeOptions(channel=channel, live=False)
    assert source.every == timedelta(minutes=20)


def test_a_webhook_waits_for_what_is_brought() -> None:
    source = read("type: webhook, token: b7tQm2Zx9LrV4cKp0sWj8A")
    assert (source.url, source.options) == ("webhook:a", WebhookOptions(token="b7tQm2Zx9LrV4cKp0sWj8A"))
    assert (source.pushed, source.watchdog, source.every) == (True, False, timedelta(days=1))
    assert "b7tQ" not in repr(source)
    signed = read("type: webhook, secret: 0123456789abcdef, header: X-Forum-Signature")
    assert signed.options == WebhookOptions(secret="0123456789abcdef", header="X-Forum-Signature")
    mapped = read("type: webhook, secret: 0123456789abcdef, mapping: {items: data.posts, title: headline}")
    assert isinstance(mapped.options, WebhookOptions)
    assert mapped.options.mapping == (("items", "data.posts"), ("title", "headline"))


FEED = 'type: feed, url: "https://press.example/feed"'
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("written", "least", "most"),
    [
        ("", 5, 60),
        ("every: 1h", 20, 240),
        ("every: 2m", 2, 8),
        ("every: 3h", 60, 360),
        ("every: 2d", 16 * 60, 48 * 60),
        ("adaptive: true", 5, 60),
        ("adaptive: {}", 5, 60),
        ("adaptive: {min: 1m}", 1, 60),
        ("adaptive: {min: 2h}", 120, 120),
        ("adaptive: {max: 2m}", 2, 2),
        ("adaptive: {min: 10m, max: 24h}", 10, 1440),
    ],
)
def test_how_far_the_interval_of_a_feed_moves(written: str, least: int, most: int) -> None:
    found = read(f"{FEED}, {written}" if written else FEED).adaptive
    assert found is not None
    assert (found.least / MINUTE, found.most / MINUTE) == (least, most)


def test_an_interval_that_stays_as_it_is() -> None:
    assert read(f"{FEED}, adaptive: false").adaptive is None
    assert read("type: telegram, channel: lanternbay").adaptive is None
    assert read("type: telegram, channel: lanternbay, adaptive: true").adaptive is not None


def test_what_is_said_about_silence() -> None:
    assert (read(FEED).watchdog, read(FEED).quiet_after) == (True, None)
    told = read(f"{FEED}, watchdog: false, quiet_after: 14d")
    assert (told.watchdog, told.quiet_after) == (False, timedelta(days=14))


FOLLOWED = tuple(
    Watch(id=kind.value, type=kind, title="A") for kind in (WatchType.SHOW, WatchType.FILM, WatchType.PERSON)
)


@pytest.mark.parametrize(
    ("line", "url", "hours"),
    [
        ("type: tvmaze", "https://api.tvmaze.com", 1),
        ("type: wikidata", "https://www.wikidata.org", 6),
        ('type: tmdb, token: "${SECRET}"', "https://api.themoviedb.org/3", 6),
        ('type: trakt, client_id: "${SECRET}"', "https://api.trakt.tv", 6),
    ],
)
def test_a_database_follows_the_shows_and_films(line: str, url: str, hours: int) -> None:
    source = read(line, watches=FOLLOWED)
    token = "s3cret" if "SECRET" in line else ""
    assert source.options == DatabaseOptions(watches=FOLLOWED[:2], token=token)
    assert (source.url, source.every, source.tier) == (url, timedelta(hours=hours), Tier.AGGREGATOR)
    assert not source.watchdog
    assert "s3cret" not in repr(source)


def test_a_database_elsewhere() -> None:
    source = read('type: tvmaze, base: "http://mirror.local:8080/", tier: community')
    assert source.tier is Tier.COMMUNITY
    assert isinstance(source.options, DatabaseOptions)
    assert source.options.base == "http://mirror.local:8080"


@pytest.mark.parametrize(
    ("written", "account"),
    [
        ('"@HarbourPost@social.example"', "harbourpost@social.example"),
        ("harbourpost@social.example", "harbourpost@social.example"),
        ('"https://social.example/@harbourpost"', "harbourpost@social.example"),
        ('"https://social.example/users/harbourpost/"', "harbourpost@social.example"),
        ('"https://here.example/@harbourpost@social.example"', "harbourpost@social.example"),
    ],
)
def test_a_mastodon_account_in_any_form(written: str, account: str) -> None:
    source = read(f"type: mastodon, account: {written}")
    assert (source.url, source.options) == ("https://social.example/@harbourpost", MastodonOptions(account=account))
    assert source.every == timedelta(minutes=10)


def test_mastodon_elsewhere() -> None:
    source = read('type: mastodon, account: "@a@b.example", base: "http://nas.local:1/"')
    assert source.options == MastodonOptions(account="a@b.example", base="http://nas.local:1")


def test_a_mailbox() -> None:
    source = read(
        'type: imap, host: IMAP.example.org, user: nia, password: "${SECRET}", authenticated_by: mx.example.org, '
        'lists: ["<Daily.Gazette.example>"], senders: ["@Gazette.example"]'
    )
    options = source.options
    assert isinstance(options, ImapOptions)
    assert (options.host, options.port, options.folder, options.security) == ("imap.example.org", 993, "INBOX", "tls")
    assert (options.lists, options.senders) == (("daily.gazette.example",), ("@gazette.example",))
    assert (source.every, source.pushed) == (timedelta(minutes=5), False)
    assert source.url.startswith("imap://imap.example.org/")
    assert "s3cret" not in repr(source)
    assert "nia" not in repr(source)
    other = read("type: imap, host: imap.example.org, user: tomos, access_token: t, trust: from, security: starttls")
    assert other.url != source.url
    assert isinstance(other.options, ImapOptions)
    assert (other.options.token, other.options.port, other.options.authenticated_by) == ("t", 143, None)


def test_numbers_of_wikidata_may_be_put_right() -> None:
    written = "type: wikidata, property_numbers: {cast: P9161}, class_numbers: {films: [Q911424]}"
    source = read(written)
    assert source.options == DatabaseOptions(watches=(), numbers=WikidataNumbers(cast="P9161", films=("Q911424",)))
