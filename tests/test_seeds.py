"""What we ship as data must be what it says it is: packs that can be copied, a demo that is true to itself."""

import io
import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import feedparser
import pytest
from ruamel.yaml import YAML

from monitor.config.loading import load, load_watchlist
from monitor.config.shipped import seeds_folder
from monitor.core.alert import AlertPurpose
from monitor.core.announcement import Standing
from monitor.core.incidents import IncidentKind
from monitor.core.report import Kind
from monitor.core.source import Tier
from monitor.core.watchlist import WatchType
from monitor.newsroom import Passage, Version, read_document, read_timeline, render, since_start

SEEDS = seeds_folder()
ROOM = SEEDS / "newsroom"
PACKS = sorted((SEEDS / "catalogue").glob("*.yaml"))
START = datetime(2026, 9, 7, tzinfo=UTC)
URL = "http://127.0.0.1:8123"
LAST = timedelta(days=14)


@cache
def loaded(path: Path) -> Any:
    return YAML(typ="safe").load(path)


@cache
def document(file: str) -> tuple[Passage, ...]:
    return read_document((ROOM / file).read_text(encoding="utf-8"))


TIMELINE = loaded(ROOM / "timeline.yaml")
ALERTS = loaded(ROOM / "expected.yaml")["alerts"]
SOURCES = {source["id"]: source for source in TIMELINE["sources"]}
VERSIONS = read_timeline(TIMELINE).versions
FEEDS = sorted(path.name for path in (ROOM / "feeds").iterdir())
FORMATS = {"telly-post.rss": "rss091u", ".rss": "rss20", ".atom": "atom10", ".rdf": "rss10"}


def entries(file: str, moment: timedelta) -> list[dict[str, Any]]:
    """What a document of the newsroom holds at a moment, as a reader would see it."""
    text = render(document(file), starts=START, now=START + moment, url=URL)
    if file.endswith(".json"):
        feed = json.loads(text)
        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        return [{**item, "link": item["url"], "published": item["date_published"]} for item in feed["items"]]
    feed = feedparser.parse(io.BytesIO(text.encode()))
    assert not feed.bozo, feed.bozo_exception
    name = Path(file).name
    assert feed.version == FORMATS.get(name, FORMATS.get(Path(file).suffix))
    return list(feed.entries)


def version_at(source_id: str, moment: timedelta) -> Version:
    return [version for version in VERSIONS[SOURCES[source_id]["path"]] if version.since <= moment][-1]


def reading(source_id: str, moment: timedelta) -> str:
    """The words a source shows at a moment, or why it shows none."""
    version = version_at(source_id, moment)
    if version.status != 200 or version.file is None:
        return f"status {version.status}"
    return render(document(version.file), starts=START, now=START + moment, url=URL)


def first_shown(source_id: str, moment: timedelta) -> str:
    """The lines that a source shows at a poll and showed at none before."""
    known = {line for earlier in rounds() if earlier < moment for line in reading(source_id, earlier).splitlines()}
    return "\n".join(line for line in reading(source_id, moment).splitlines() if line not in known)


def moment_of(alert: dict[str, Any]) -> timedelta:
    return since_start(f"day {alert['day']} {alert['time']}")


def rounds() -> Iterator[timedelta]:
    for day in range(1, TIMELINE["days"] + 1):
        for time in TIMELINE["rounds"]:
            yield since_start(f"day {day} {time}")


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.stem)
def test_entries_of_a_pack_can_be_copied_into_sources(pack: Path, tmp_path: Path) -> None:
    data = loaded(pack)
    assert list(data) == ["title", "about", "sources"]
    assert "unverified until `monitor check --online` has seen them" in pack.read_text(encoding="utf-8")
    for entry in data["sources"]:
        assert entry["verified"] is False
        if entry["type"] == "feed":
            assert list(entry) == ["id", "type", "url", "tier", "name", "country", "lang", "verified"]
            assert entry["url"].startswith("https://")
        assert entry["tier"] in {tier.value for tier in Tier}

    lines = pack.read_text(encoding="utf-8").splitlines()
    copied = lines[lines.index("sources:") :]
    (tmp_path / "sources.yaml").write_text("\n".join(copied), encoding="utf-8")
    (tmp_path / "watchlist.yaml").write_text("shows: [{title: Heartstopper}]")
    (tmp_path / "alerts.yaml").write_text("receivers: [{id: screen, url: 'console://'}]")
    assert [source.id for source in load(tmp_path, environ={}).sources] == [entry["id"] for entry in data["sources"]]


def test_packs_can_be_combined() -> None:
    """No id and no address stands in two packs."""
    all_entries = [entry for pack in PACKS for entry in loaded(pack)["sources"]]
    assert 80 <= len(all_entries) <= 140
    assert len({entry["id"] for entry in all_entries}) == len(all_entries)
    addresses = [entry.get("url") or (entry["type"], entry.get("channel")) for entry in all_entries]
    assert len(set(addresses)) == len(all_entries)


def test_the_watchlist_of_the_model_case_loads() -> None:
    show, *people = load_watchlist(SEEDS / "watchlists" / "heartstopper.yaml")
    assert (show.title, show.type) == ("Heartstopper", WatchType.SHOW)
    assert set(show.accounts) == {("instagram", "netflixuk"), ("instagram", "heartstoppertv")}
    assert [person.title for person in people] == ["Leila Khan", "Jack Barton", "Bradley Riches", "Nima Taleghani"]
    assert {person.title for person in people} <= set(show.cast)


def test_the_configuration_of_the_demo_polls_the_timeline() -> None:
    setup = load(ROOM / "config", environ={"NEWSROOM": URL})
    polled = [(source.id, source.name, source.tier.value, source.url) for source in setup.sources]
    assert polled == [(s["id"], s["name"], s["tier"], URL + s["path"]) for s in TIMELINE["sources"]]
    assert [receiver.url for receiver in setup.policy.receivers] == ["console://"]


def test_every_document_is_shown_and_every_shown_document_exists() -> None:
    there = {str(path.relative_to(ROOM)) for folder in ("feeds", "pages") for path in (ROOM / folder).iterdir()}
    assert read_timeline(TIMELINE).files == there


@pytest.mark.parametrize("name", FEEDS)
def test_feeds_are_what_they_claim_at_every_poll(name: str) -> None:
    """Well-formed, of their format, with unique links, and never ahead of the clock."""
    seen: set[str] = set()
    for moment in rounds():
        items = entries(f"feeds/{name}", moment)
        links = [item["link"] for item in items]
        assert len(set(links)) == len(links)
        assert all(link.startswith(f"{URL}/") for link in links)
        assert seen <= set(links)  # nothing leaves a feed within the fortnight
        seen.update(links)
        for item in items:
            assert item.get("title") or item.get("summary")
            if parsed := item.get("published_parsed"):
                assert datetime(*parsed[:6], tzinfo=UTC) <= START + moment


def test_the_newsroom_is_as_large_as_we_say() -> None:
    by_link = {item["link"] for name in FEEDS for item in entries(f"feeds/{name}", LAST)}
    shown = sum(len(entries(f"feeds/{name}", LAST)) for name in FEEDS if name != "boxset-weekly.rss")
    assert 120 <= len(by_link) <= shown <= 150  # the digest leads to articles of others


def test_the_traps_are_in_place() -> None:
    """The awkward things that the demo promises to show."""
    assert entries("feeds/open-calls.rss", timedelta()) == []
    assert entries("feeds/open-calls.rss", LAST) != []
    assert not any(item.get("title") for item in entries("feeds/salt-road-fans.rss", LAST))
    assert "&amp;lt;i&amp;gt;" in reading("telly-post", LAST)

    changed = since_start("day 10 03:00")
    before = entries("feeds/boxset-weekly.rss", changed)
    after = entries("feeds/boxset-weekly-moved.rss", changed)
    assert [item["link"] for item in before] == [item["link"] for item in after]
    assert {item["id"] for item in before}.isdisjoint(item["id"] for item in after)

    first_seen = since_start("day 8 13:00")
    known = {item["link"] for item in entries("feeds/northern-reel.rdf", first_seen - timedelta(hours=1))}
    fresh = [item for item in entries("feeds/northern-reel.rdf", first_seen) if item["link"] not in known]
    assert len(fresh) == 3
    for item in fresh:
        age = START + first_seen - datetime(*item["updated_parsed"][:6], tzinfo=UTC)
        assert age > timedelta(days=7)

    page = (ROOM / "pages" / "heartstopper-series-two.html").read_text(encoding="utf-8")
    assert 'class="instagram-media"' in page
    assert "(@netflixuk)" in page


def test_headlines_are_edited_under_the_same_link() -> None:
    for name, link, edited in (
        ("second-screen.atom", "soon-cancelled", "day 6 15:30"),
        ("telly-post.rss", "chester-second-series", "day 10 08:00"),
        ("glow-magazine.rss", "heartstopper-series-two", "day 3 19:00"),
    ):
        titles = [
            next(item["title"] for item in entries(f"feeds/{name}", moment) if item["link"].endswith(f"/{link}"))
            for moment in (since_start(edited) - timedelta(minutes=1), since_start(edited))
        ]
        assert titles[0] != titles[1]


def test_expected_alerts_are_in_order_and_in_our_words() -> None:
    moments = [moment_of(alert) for alert in ALERTS]
    assert moments == sorted(moments)
    assert set(moments) <= set(rounds())
    assert moments[0] > timedelta()  # the first poll is silent
    told = [alert for alert in ALERTS if alert["purpose"] in {"news", "update"}]
    assert len(told) == 18
    watches = {watch.title: watch for watch in load(ROOM / "config", environ={"NEWSROOM": URL}).watches}
    for alert in ALERTS:
        assert AlertPurpose(alert["purpose"])
        assert alert["reason"].endswith(".")
        assert alert["source"] in SOURCES
    for alert in told:
        assert Standing(alert["standing"])
        assert Kind(alert["kind"]) in watches[alert["title"]].kinds


@pytest.mark.parametrize(
    "alert",
    [alert for alert in ALERTS if alert["purpose"] in {"news", "update"}],
    ids=lambda alert: f"day {alert['day']} {alert['title']} {alert['kind']}",
)
def test_the_source_of_an_alert_says_it_since_the_poll_before(alert: dict[str, Any]) -> None:
    now = moment_of(alert)
    fresh = first_shown(alert["source"], now)
    word = {"casting-calls-wales": "Swansea", "Renée Okonjo": "Okonjo"}.get(alert["title"], alert["title"])
    assert word in fresh
    for other in SOURCES.keys() - {alert["source"]}:
        # Sources are polled in any order: nobody else may be first with it.
        assert word not in first_shown(other, now)
    if alert["standing"] == "official" and SOURCES[alert["source"]]["tier"] != "official":
        assert alert["title"] == "Heartstopper"  # the post in its page makes it official
    for person in alert.get("people", ()):
        if alert["title"] != "Heartstopper":  # there the page names them
            assert person["name"] in fresh


def test_updates_follow_news_and_add_something() -> None:
    standings: dict[tuple[str, str, tuple[int, ...]], str] = {}
    for alert in ALERTS:
        if alert["purpose"] not in {"news", "update"}:
            continue
        announcement = (alert["title"], alert["kind"], tuple(alert.get("seasons", ())))
        assert (announcement in standings) is (alert["purpose"] == "update")
        if alert["purpose"] == "update":
            assert alert["standing"] != standings[announcement] or alert.get("people")
        standings[announcement] = alert["standing"]


@pytest.mark.parametrize(
    "alert",
    [alert for alert in ALERTS if alert["purpose"] in {"incident", "recovery"}],
    ids=lambda alert: f"{alert['title']} {alert['purpose']}",
)
def test_incidents_follow_from_the_timeline(alert: dict[str, Any]) -> None:
    """A third bad poll in a row opens an incident, the next good one closes it, changed ids are seen at once."""
    now = moment_of(alert)
    assert alert["title"] == alert["source"]
    assert IncidentKind(alert["kind"])
    polls = [reading(alert["title"], moment) for moment in rounds() if moment <= now]
    bad = ["status" in poll[:6] or "<html" in poll for poll in polls]
    streak = len(list(itertools.takewhile(bool, reversed(bad))))
    if alert["kind"] == "ids_changed":
        version = version_at(alert["title"], now)
        assert now - version.since < timedelta(hours=6)
    elif alert["purpose"] == "incident":
        assert streak == 3
        assert ("<html" in polls[-1]) is (alert["kind"] == "not_a_feed")
    else:
        assert streak == 0
        assert bad[-2]


def test_no_other_source_fails_often_enough_for_an_incident() -> None:
    troubled = {alert["title"] for alert in ALERTS if alert["purpose"] == "incident"}
    for source_id in SOURCES.keys() - troubled:
        bad = [version_at(source_id, moment).status not in {200, 301} for moment in rounds()]
        longest = max((len(list(run)) for failed, run in itertools.groupby(bad) if failed), default=0)
        assert longest < 3
