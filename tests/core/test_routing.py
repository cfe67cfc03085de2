"""Which alerts a settled report causes: for whom, when, and why not."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.alert import AlertPurpose, AlertState, Priority
from monitor.core.announcement import Announcement, Standing
from monitor.core.report import Facts, Kind, ScamSign, Subject
from monitor.core.routing import (
    AlertPolicy,
    Digest,
    Mute,
    MuteScope,
    QuietHours,
    Receiver,
    Route,
    Voice,
    Weekday,
    alerts_for,
    is_source_muted,
    judge_routes,
    mute_for,
    priority_of,
)
from monitor.core.settling import Settled
from monitor.core.source import Tier

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NIGHT = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def settled(kind=Kind.RENEWAL, *, id=0, change="", widened=False, standing=Standing.REPORTED, watches=("orchard",)):  # noqa: A002  # as the field is called
    announcement = Announcement(
        id=id,
        subject=Subject(key="show:orchard", title="The Quiet Orchard"),
        kind=kind,
        facts=Facts(),
        standing=standing,
        watches=watches,
        revision=1,
        first_seen=NOW,
        last_report_at=NOW,
    )
    return Settled(announcement=announcement, change=change, widened=widened)


def route(*receivers, **filters):
    return Route(receivers=receivers or ("me",), **filters)


def alerts(
    news, *routes, now=NOW, tier=Tier.PRESS, lang="en", earlier=None, told=(), not_before=None, mutes=(), **policy
):
    voice = Voice(tier=tier, lang=lang)
    return alerts_for(
        news,
        AlertPolicy(
            timezone="Europe/London",
            receivers=tuple(Receiver(id=name, url="console://") for name in ("me", "desk", "crew")),
            routes=routes,
            incidents=("me",),
            **policy,
        ),
        item_id=3,
        voice=voice,
        earlier=(voice,) if earlier is None else earlier,
        told=told,
        not_before=not_before or {},
        mutes=mutes,
        now=now,
    )


def sent(made):
    return [f"{alert.purpose} {alert.receiver}" for alert in made]


TWICE = {"id": 7, "change": "now official"}
RENEWALS = frozenset({Kind.RENEWAL})
TRADE = frozenset({Tier.TRADE})
GERMAN = frozenset({"de"})
PRESS = Voice(tier=Tier.PRESS, lang="en")


@pytest.mark.parametrize(
    ("news", "filters", "more", "expected"),
    [
        ({}, {}, {}, ["news me"]),
        ({}, {"kinds": RENEWALS}, {}, ["news me"]),
        ({"kind": Kind.TRAILER}, {"kinds": RENEWALS}, {}, []),
        ({}, {"watches": frozenset({"orchard", "other"})}, {}, ["news me"]),
        ({}, {"watches": frozenset({"other"})}, {}, []),
        ({"watches": ()}, {}, {}, []),
        ({}, {"tiers": TRADE}, {"tier": Tier.TRADE}, ["news me"]),
        ({}, {"tiers": TRADE}, {}, []),
        ({}, {"languages": GERMAN}, {"lang": "de"}, ["news me"]),
        ({}, {"languages": GERMAN}, {}, []),
        # Standing
        ({"standing": Standing.RUMOURED}, {}, {}, ["news me"]),
        ({"standing": Standing.RUMOURED}, {"standing": Standing.REPORTED}, {}, []),
        ({"standing": Standing.REPORTED}, {"standing": Standing.REPORTED}, {}, ["news me"]),
        ({"standing": Standing.REPORTED}, {"standing": Standing.OFFICIAL}, {}, []),
        ({"standing": Standing.OFFICIAL}, {"standing": Standing.OFFICIAL}, {}, ["news me"]),
        # Updates
        (TWICE, {}, {"told": {"me"}}, ["update me"]),
        (TWICE, {}, {"told": {"desk"}}, ["news me"]),
        ({"id": 7}, {}, {"told": {"me"}}, []),
        ({"id": 7}, {}, {}, []),
        ({"id": 7, "widened": True}, {}, {"told": {"me"}}, []),
        ({"id": 7, "widened": True}, {}, {"told": {"desk"}}, ["news me"]),
        # Denials
        ({"standing": Standing.DENIED}, {}, {}, ["news me"]),
        ({"standing": Standing.DENIED}, {"standing": Standing.REPORTED}, {}, []),
        ({"standing": Standing.DENIED}, {"tiers": TRADE}, {}, []),
        (TWICE | {"standing": Standing.DENIED}, {"standing": Standing.OFFICIAL}, {"told": {"me"}}, ["update me"]),
        (TWICE | {"standing": Standing.DENIED}, {"tiers": TRADE}, {"told": {"me"}}, ["update me"]),
        (TWICE | {"standing": Standing.DENIED}, {"kinds": frozenset({Kind.CREW})}, {"told": {"me"}}, []),
    ],
)
def test_what_a_route_lets_through(news, filters, more, expected):
    assert sent(alerts(settled(**news), route(**filters), **more)) == expected


def test_an_update_waits_for_its_time_and_then_for_the_end_of_the_quiet_hours():
    later = NOW + timedelta(minutes=40)
    (waiting,) = alerts(settled(**TWICE), route(), told={"me"}, not_before={"me": later})
    assert waiting.due_at == later
    (at_once,) = alerts(settled(**TWICE), route(), told={"me"}, not_before={"desk": later})
    assert at_once.due_at == NOW
    # Quiet from just before the update may leave; at the time of the report it is not quiet yet.
    quiet = QuietHours(start=time(12, 30), end=time(20))
    (held,) = alerts(settled(**TWICE), route(), told={"me"}, not_before={"me": later}, quiet=quiet)
    assert held.due_at == NOW.replace(hour=20)


def test_every_route_that_matches_applies_and_each_receiver_hears_once():
    made = alerts(
        settled(),
        route("me", "desk", kinds=frozenset({Kind.CREW})),
        route("me", "desk"),
        route("desk", "crew"),
    )
    assert [(one.receiver, one.reason) for one in made] == [
        ("me", "route 2 of alerts.yaml"),
        ("desk", "route 2 of alerts.yaml"),
        ("crew", "route 3 of alerts.yaml"),
    ]
    assert {(one.announcement_id, one.revision, one.bundle, one.due_at) for one in made} == {(0, 1, "item-3", NOW)}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_what_may_leave_at_once_does_not_wait_for_a_digest(order):
    routes = [route(digest=Digest(at=time(8))), route()]
    (alert,) = alerts(settled(), *(routes[number] for number in order))
    assert alert.due_at == NOW
    assert alert.reason == f"route {order.index(1) + 1} of alerts.yaml"


def test_what_may_leave_tomorrow_does_not_wait_for_the_end_of_the_week():
    daily, weekly = (route(digest=Digest(at=time(8), on=on)) for on in (None, Weekday.MONDAY))
    for routes in ((weekly, daily), (daily, weekly)):
        (alert,) = alerts(settled(), *routes)
        assert alert.due_at == datetime(2026, 11, 21, 8, tzinfo=UTC)


def test_a_weekly_digest_collects_until_its_day():
    (alert,) = alerts(settled(), route(digest=Digest(at=time(8), on=Weekday.MONDAY)))
    assert (alert.due_at, alert.bundle) == (datetime(2026, 11, 23, 8, tzinfo=UTC), "digest-weekly-me-20261123T0800")


CALL = Kind.CASTING_CALL


@pytest.mark.parametrize(
    ("kind", "standing", "facts", "priority"),
    [
        (Kind.RENEWAL, Standing.REPORTED, {}, "normal"),
        (Kind.RENEWAL, Standing.OFFICIAL, {}, "normal"),
        (Kind.RENEWAL, Standing.DENIED, {}, "normal"),
        (Kind.RENEWAL, Standing.RUMOURED, {}, "low"),
        (CALL, Standing.REPORTED, {"deadline": "2026-11-20"}, "high"),
        (CALL, Standing.RUMOURED, {"deadline": "2026-11-27"}, "high"),
        (CALL, Standing.REPORTED, {"deadline": "2026-11-28"}, "normal"),
        (CALL, Standing.REPORTED, {"deadline": "2026-11-19"}, "normal"),
        (CALL, Standing.REPORTED, {"deadline": "2026-11"}, "normal"),
        (CALL, Standing.REPORTED, {}, "normal"),
        (CALL, Standing.REPORTED, {"deadline": "2026-11-25", "scam_signs": (ScamSign.FEE,)}, "normal"),
        (Kind.CASTING, Standing.REPORTED, {"deadline": "2026-11-25"}, "normal"),
    ],
)
def test_how_much_news_may_disturb(kind, standing, facts, priority):
    one = replace(settled(kind, standing=standing).announcement, facts=Facts(**facts))
    assert priority_of(one, NOW) == priority


def test_a_route_may_say_how_much_it_disturbs():
    low, own = alerts(settled(), route(priority=Priority.LOW), route("desk"))
    assert (low.priority, own.priority) == (Priority.LOW, Priority.NORMAL)


def test_the_last_day_is_that_of_the_zone():
    """Half past midnight in London's summer is still the day before in UTC."""
    call = settled(CALL)
    news = replace(call, announcement=replace(call.announcement, facts=Facts(deadline="2026-07-01")))
    for now, priority in (
        (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "high"),
        (datetime(2026, 7, 1, 23, 30, tzinfo=UTC), "normal"),
    ):
        (alert,) = alerts(news, route(), now=now)
        assert alert.priority == priority


def test_a_digest_collects_until_its_hour():
    (alert,) = alerts(settled(), route(digest=Digest(at=time(8))))
    assert alert.due_at == datetime(2026, 11, 21, 8, tzinfo=UTC)
    assert alert.bundle == "digest-me-20261121T0800"
    (other,) = alerts(settled(Kind.CREW), route(digest=Digest(at=time(8))), now=NIGHT)
    assert other.bundle == alert.bundle


def test_quiet_hours_hold_what_is_not_urgent():
    quiet = QuietHours(start=time(23), end=time(7), urgent=frozenset({Kind.CASTING_CALL}))
    routes = (route(), route("desk", digest=Digest(at=time(3))))
    held, digest = alerts(settled(), *routes, now=NIGHT, quiet=quiet)
    assert (held.due_at, held.bundle) == (datetime(2026, 11, 21, 7, tzinfo=UTC), "quiet-me-20261121T0700")
    assert digest.due_at == datetime(2026, 11, 21, 3, tzinfo=UTC)
    (urgent,) = alerts(settled(Kind.CASTING_CALL), route(), now=NIGHT, quiet=quiet)
    assert (urgent.due_at, urgent.bundle) == (NIGHT, "item-3")
    (by_day,) = alerts(settled(), route(), now=NOW, quiet=quiet)
    assert by_day.due_at == NOW


@pytest.mark.parametrize(
    ("filters", "voices", "told", "verdict"),
    [
        ({}, (PRESS,), (), "yes"),
        ({"watches": frozenset({"b", "a"})}, (PRESS,), (), "no, it is for a and b only"),
        ({"kinds": frozenset({Kind.TRAILER})}, (PRESS,), (), "no, it is for trailer only"),
        ({"standing": Standing.OFFICIAL}, (PRESS,), (), "no, it waits until the news is official"),
        (
            {"tiers": frozenset({Tier.TRADE}), "languages": frozenset({"de", "fr"})},
            (PRESS,),
            (),
            "no, it listens to sources of tier trade in de and fr only",
        ),
        ({"tiers": frozenset({Tier.TRADE})}, (PRESS, Voice(tier=Tier.TRADE, lang="en")), (), "yes"),
        ({"digest": Digest(at=time(8))}, (PRESS,), (), "yes, in the digest of 08:00"),
        ({"digest": Digest(at=time(8), on=Weekday.FRIDAY)}, (PRESS,), (), "yes, in the digest of Friday, 08:00"),
    ],
)
def test_a_route_says_why_it_tells_or_not(filters, voices, told, verdict):
    policy = AlertPolicy(timezone="UTC", receivers=(), routes=(route("me", "desk", **filters),), incidents=())
    said = judge_routes(policy, settled().announcement, voices=voices, told=told)
    assert said == (f"route 1 to me and desk: {verdict}",)


def test_a_denial_is_told_to_those_who_know_the_news_whoever_says_so():
    news = settled(standing=Standing.DENIED).announcement
    routes = (route("me", tiers=frozenset({Tier.OFFICIAL})), route("desk", tiers=frozenset({Tier.OFFICIAL})))
    policy = AlertPolicy(timezone="UTC", receivers=(), routes=routes, incidents=())
    assert judge_routes(policy, news, voices=(PRESS,), told={"me"}) == (
        "route 1 to me: yes",
        "route 2 to desk: no, it listens to sources of tier official only",
    )


def test_news_that_no_watch_asks_for_goes_nowhere():
    policy = AlertPolicy(timezone="UTC", receivers=(), routes=(route(),), incidents=())
    news = settled(watches=()).announcement
    assert judge_routes(policy, news, voices=(PRESS,), told=()) == ("route 1 to me: no, no watch asks for it",)


def mute(scope, target, until=None, since=None):
    return Mute(scope=scope, target=target, until=until, since=since)


KIND, WATCH, SOURCE = MuteScope.KIND, MuteScope.WATCH, MuteScope.SOURCE


@pytest.mark.parametrize(
    ("watches", "mutes", "found"),
    [
        (("a",), [], None),
        (("a",), [mute(KIND, "renewal")], 0),
        (("a",), [mute(KIND, "trailer")], None),
        (("a",), [mute(WATCH, "a")], 0),
        (("a",), [mute(WATCH, "b")], None),
        (("a", "b"), [mute(WATCH, "a")], None),
        (("a", "b"), [mute(WATCH, "b"), mute(WATCH, "a")], 1),
        (("a", "b"), [mute(WATCH, "a"), mute(KIND, "renewal")], 1),
        ((), [mute(WATCH, "a")], None),
        (("a",), [mute(SOURCE, "a")], None),
        (("a",), [mute(KIND, "renewal", NOW + DAY)], 0),
        (("a",), [mute(KIND, "renewal", NOW)], None),
        (("a",), [mute(KIND, "renewal", NOW - DAY)], None),
        (("a",), [mute(KIND, "renewal", since=NOW + DAY)], 0),  # made before the clock was set back
    ],
)
def test_what_a_mute_keeps_quiet(watches, mutes, found):
    """A kind, or news of which every watch is muted; other watches still want to hear it."""
    expected = None if found is None else mutes[found]
    assert mute_for(settled(watches=watches).announcement, mutes, NOW) == expected


@pytest.mark.parametrize(
    ("until", "reason"),
    [
        (None, "muted: watch orchard"),
        (NOW + DAY, "muted: watch orchard until 2026-11-21 12:00 UTC"),
    ],
)
@pytest.mark.parametrize("where", ["policy", "command"])
def test_a_muted_alert_is_kept_with_its_reason(until, reason, where):
    one = mute(WATCH, "orchard", until)
    made = alerts_for(
        settled(),
        AlertPolicy(
            timezone="UTC",
            receivers=(),
            routes=(route("me", "desk"),),
            incidents=(),
            mutes=(one,) if where == "policy" else (),
        ),
        item_id=3,
        voice=PRESS,
        earlier=(),
        told=(),
        not_before={},
        mutes=(one,) if where == "command" else (),
        now=NOW,
    )
    assert [(alert.receiver, alert.state, alert.reason) for alert in made] == [
        ("me", AlertState.DISCARDED, reason),
        ("desk", AlertState.DISCARDED, reason),
    ]


@pytest.mark.parametrize(
    ("source", "now", "muted"),
    [("gossip", NOW, True), ("gossip", NOW + DAY, False), ("trade", NOW, False), ("orchard", NOW, False)],
)
def test_a_muted_source(source, now, muted):
    mutes = [mute(SOURCE, "gossip", NOW + DAY), mute(WATCH, "orchard")]
    assert is_source_muted(source, mutes, now) is muted


DESK = "desk"


@pytest.mark.parametrize(
    ("filters", "voice", "earlier", "told", "expected"),
    [
        # The press had it first and nothing has changed; the trade says it now, and the trade's readers are told once.
        ({"tiers": TRADE}, "trade en", ["press en"], (), ["news desk"]),
        ({"tiers": TRADE}, "trade en", ["press en"], ("desk",), []),
        ({"tiers": TRADE}, "trade de", ["press en", "trade en"], (), []),
        ({"tiers": TRADE | {Tier.OFFICIAL}}, "official en", ["trade en"], (), []),
        # The English press had it first, the German press says it now.
        ({"languages": GERMAN}, "press de", ["press en", "trade en"], (), ["news desk"]),
        ({"languages": GERMAN}, "press de", ["press en"], ("desk",), []),
        ({"languages": GERMAN}, "trade de", ["press de"], (), []),
        ({"languages": GERMAN}, "press fr", ["press en"], (), []),
        ({"tiers": TRADE, "languages": GERMAN}, "trade de", ["press de", "trade en"], (), ["news desk"]),
        ({"tiers": TRADE, "languages": GERMAN}, "press de", ["trade en"], (), []),
        # A route that waits for nobody has heard it.
        ({}, "trade de", ["press en"], (), []),
        ({"tiers": TRADE}, "trade en", ["trade en"], (), []),
    ],
)
def test_a_route_that_waits_for_a_voice_hears_its_first_word(filters, voice, earlier, told, expected):
    """A tier, a language, or both at once: told when such a source says it, although it is no news to others."""
    tier, lang = voice.split()
    heard = [Voice(tier=Tier(who), lang=tongue) for who, tongue in map(str.split, earlier)]
    made = alerts(
        settled(id=7),
        route(DESK, **filters),
        route("me"),
        tier=Tier(tier),
        lang=lang,
        earlier=heard,
        told=("me", *told),
    )
    assert sent(made) == expected


receivers = st.lists(st.sampled_from(["me", "desk", "crew"]), min_size=1, unique=True)
routes = st.builds(
    lambda names, **filters: Route(receivers=tuple(names), **filters),
    receivers,
    kinds=st.frozensets(st.sampled_from([Kind.RENEWAL, Kind.CREW])),
    watches=st.frozensets(st.sampled_from(["orchard", "other"])),
    tiers=st.frozensets(st.sampled_from([Tier.PRESS, Tier.TRADE])),
    standing=st.sampled_from([Standing.RUMOURED, Standing.REPORTED, Standing.OFFICIAL]),
    digest=st.none() | st.builds(Digest, at=st.times(), on=st.none() | st.sampled_from(Weekday)),
    languages=st.frozensets(st.sampled_from(["en", "de"])),
)
news = st.builds(
    settled,
    st.sampled_from([Kind.RENEWAL, Kind.CREW]),
    id=st.sampled_from([0, 7]),
    change=st.sampled_from(["", "denied"]),
    widened=st.booleans(),
    standing=st.sampled_from(Standing),
)
quiets = st.none() | st.builds(QuietHours, start=st.times(), end=st.times(), urgent=st.just(frozenset({Kind.CREW})))


@given(news, st.lists(routes, max_size=4), receivers, quiets, st.booleans(), st.sampled_from([NOW, NIGHT]))
def test_whatever_the_routes_say(one, ways, told, quiet, muted, now):
    """At most one alert a receiver, an update exactly for who was told, nothing without news, no digest for the hurried."""
    mutes = [mute(KIND, one.announcement.kind)] if muted else []
    made = alerts(one, *ways, told=told, quiet=quiet, mutes=mutes, now=now)
    names = [alert.receiver for alert in made]
    assert len(names) == len(set(names))
    if not one.worth_telling:
        assert made == ()
    at_once = {
        alert.receiver
        for way in ways
        if way.digest is None
        for alert in alerts(one, way, told=told, quiet=quiet, mutes=mutes, now=now)
    }
    for alert in made:
        is_known = alert.receiver in told
        assert alert.purpose is (AlertPurpose.UPDATE if is_known else AlertPurpose.NEWS)
        assert not is_known or one.change
        assert alert.state is (AlertState.DISCARDED if muted else AlertState.PENDING)
        assert alert.due_at >= now
        assert alert.bundle.startswith("digest-") == (alert.receiver not in at_once)
        assert alert.due_at == now or quiet is not None or alert.receiver not in at_once
        assert (alert.bundle == "item-3") == (alert.due_at == now)
