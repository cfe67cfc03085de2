"""Core values to store, small ones by hand and any by Hypothesis."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from monitor.core.alert import AlertPurpose, NewAlert
from monitor.core.announcement import Announcement, Standing
from monitor.core.item import Embed, Item
from monitor.core.report import Certainty, Claim, Evidence, Facts, Kind, Person, Report, ScamSign, Subject
from monitor.core.source import Move, PollHints, Source, SourceState, Tier, Validators

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SOURCE = Source(
    id="gazette", type="feed", url="https://gazette.example/feed", tier=Tier.TRADE, every=HOUR, max_age=7 * DAY
)


def item(key, **fields):
    values = {
        "fingerprint": f"print of {key}",
        "guid": f"guid of {key}",
        "url": f"https://gazette.example/{key}",
        "title": f"Title {key}",
        "summary": "",
        "text": "",
        "published": None,
    }
    return Item(key=key, **{**values, **fields})


def announcement(**fields):
    values = {
        "id": 0,
        "subject": Subject(key="show:lantern-street", title="Lantern Street"),
        "kind": Kind.RENEWAL,
        "facts": Facts(seasons=(3,)),
        "standing": Standing.REPORTED,
        "watches": ("lantern-street",),
        "revision": 1,
        "first_seen": NOW,
        "last_report_at": NOW,
    }
    return Announcement(**{**values, **fields})


def report(**fields):
    values = {
        "subject": Subject(key="show:lantern-street", title="Lantern Street"),
        "kind": Kind.RENEWAL,
        "certainty": Certainty.CONFIRMED,
        "facts": Facts(seasons=(3,)),
        "watches": ("lantern-street",),
        "evidence": (Evidence(rule="en/renewal/renewed-for", part="title", start=0, end=7, quote="renewed"),),
    }
    return Report(**{**values, **fields})


def alert(announcement_id, **fields):
    values = {"receiver": "me", "purpose": AlertPurpose.NEWS, "due_at": NOW, "reason": "route 1", "revision": 1}
    return NewAlert(announcement_id=announcement_id, **{**values, **fields})


def state(source_id="gazette", **fields):
    return SourceState(source_id=source_id, url="https://gazette.example/feed", **{"next_due": NOW, **fields})


moments = st.datetimes(timezones=st.just(UTC))
maybe_moment = st.none() | moments
maybe_text = st.none() | st.text()
words = st.lists(st.text(), max_size=3).map(tuple)
embeds = st.lists(st.builds(Embed, platform=st.text(), account=maybe_text, permalink=maybe_text), max_size=2).map(tuple)
any_facts = st.builds(
    Facts,
    seasons=st.lists(st.integers(0, 99), max_size=3).map(tuple),
    people=st.lists(st.builds(Person, name=st.text(), role=maybe_text), max_size=3).map(tuple),
    dates=words,
    network=maybe_text.map(lambda text: text or None),
    deadline=maybe_text.map(lambda text: text or None),
    scam_signs=st.lists(st.sampled_from(ScamSign), unique=True).map(tuple),
    place=maybe_text.map(lambda text: text or None),
    title=maybe_text.map(lambda text: text or None),
)
any_claims = st.lists(
    st.builds(
        Claim,
        rule=st.text(),
        kind=st.sampled_from(Kind),
        title=st.text(),
        watch=maybe_text,
        certainty=st.sampled_from(Certainty),
        facts=any_facts,
    ),
    max_size=2,
).map(tuple)
any_item = st.builds(
    Item,
    **dict.fromkeys(("key", "fingerprint", "title", "summary", "text"), st.text()),
    **dict.fromkeys(("guid", "url", "author", "publisher", "lang"), maybe_text),
    **dict.fromkeys(("published", "updated"), maybe_moment),
    embeds=embeds,
    claims=st.none() | any_claims,
)
any_state = st.builds(
    SourceState,
    **dict.fromkeys(("source_id", "url", "parser"), st.text()),
    next_due=moments,
    **dict.fromkeys(("moved_to", "body_hash"), maybe_text),
    move=st.none() | st.builds(Move, target=st.text(), days=st.lists(st.dates(), max_size=3).map(tuple)),
    validators=st.builds(Validators, etag=maybe_text, last_modified=maybe_text),
    hints=st.builds(
        PollHints,
        interval=st.none() | st.timedeltas(timedelta(0), 365 * DAY),
        skip_hours=st.frozensets(st.integers(0, 23)),
        skip_days=st.frozensets(st.integers(0, 6)),
        expired=st.booleans(),
    ),
    **dict.fromkeys(
        ("baseline_at", "retry_after", "failing_since", "last_poll_at", "last_success_at", "gone_at"), maybe_moment
    ),
    failures=st.integers(0, 10_000),
    disabled=st.booleans(),
)
any_announcement = st.builds(
    Announcement,
    id=st.just(0),
    subject=st.builds(Subject, key=st.text(), title=st.text()),
    kind=st.sampled_from(Kind),
    facts=any_facts,
    standing=st.sampled_from(Standing),
    watches=words,
    revision=st.integers(1, 99),
    first_seen=moments,
    last_report_at=moments,
    possibly=st.none() | st.integers(1, 99),
)
any_report = st.builds(
    Report,
    subject=st.builds(Subject, key=st.text(), title=st.text()),
    kind=st.sampled_from(Kind),
    certainty=st.sampled_from(Certainty),
    facts=any_facts,
    watches=words,
    evidence=st.lists(
        st.builds(
            Evidence,
            rule=st.text(),
            part=st.sampled_from(["title", "summary", "text"]),
            start=st.integers(0, 9999),
            end=st.integers(0, 9999),
            quote=st.text(),
        ),
        max_size=2,
    ).map(tuple),
    official=st.booleans(),
    embeds=embeds,
)
