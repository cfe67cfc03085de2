"""A year of sources with a rhythm, hour by hour: how often the watchdog is wrong, how soon it is right, and what adaptive
intervals save. The figures are printed (pytest -s) and stand in docs/watchdog.md."""

import random
from bisect import bisect_right
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import mean, median

import pytest

from monitor.core.cadence import next_due, pace
from monitor.core.pulse import Pulse
from monitor.core.rhythm import WINDOW, learn
from monitor.core.source import Adaptive, Source, SourceState, Tier
from monitor.core.watchdog import Ourselves, look

START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
YEAR = 365
ROUNDS = timedelta(hours=4)  # the watchdog goes more often; it is right no sooner by this much at most
US = Ourselves(ahead={}, daemon=True)


def source(**fields):
    values = {"type": "feed", "url": "https://s.example/feed", "tier": Tier.PRESS, "max_age": 7 * DAY}
    return Source(id="s", every=15 * MINUTE, **{**values, **fields})


def arrivals(rng, per_day, *, dip, days, office):
    """Poisson arrivals with a weekend dip, by day and night or in office hours."""
    came = []
    for day in (START + DAY * number for number in range(days)):
        passed = 0.0
        while (passed := passed + rng.expovariate(per_day * (dip if day.weekday() >= 5 else 1))) < 1:
            came.append(day + (HOUR * (8 + 10 * passed) if office else DAY * passed))
    return came


def watch(came, *, until):
    """When the watchdog opens an incident, learning once a day as it goes."""
    opened, told, of = [], [], source()
    state = SourceState(source_id="s", url=of.url, next_due=START, baseline_at=START)
    now, learned_from = START, 0
    while now < until:
        now += ROUNDS
        seen = bisect_right(came, now)
        if now.hour == 0 and seen > learned_from:
            first = bisect_right(came, came[seen - 1] - WINDOW)
            state, learned_from = replace(state, rhythm=learn(came[first:seen], now=now)), seen
        last = came[seen - 1] if seen else None
        state = replace(state, next_due=now, pulse=Pulse(arrived_at=last))
        change = look([of], {"s": state}, opened, US, now=now)
        opened = [i for i in opened if i not in change.closed] + list(change.opened)
        told += [now for _ in change.opened]
    return told


# Items on a working day; sources simulated; the rest of a year's figures follow from few of the lively ones.
CROWD = [(1, 10), (2, 10), (5, 5), (20, 1), (50, 1)]


@pytest.mark.parametrize("office", [False, True], ids=["day and night", "office hours"])
def test_how_often_the_watchdog_is_wrong_and_how_soon_it_is_right(office):
    wrong_altogether = 0
    for per_day, sources in CROWD:
        wrong, delays = 0, []
        for seed in range(sources):
            came = arrivals(random.Random(seed), per_day, dip=0.2, days=YEAR, office=office)
            told = watch(came, until=came[-1] + 60 * DAY)
            wrong += sum(moment <= came[-1] for moment in told)
            delays += [(moment - came[-1]) / DAY for moment in told if moment > came[-1]][:1]
        assert len(delays) == sources  # each dead source was told in the end
        wrong_altogether += wrong
        print(  # noqa: T201 - the figures
            f"\n{per_day} a day, {'office hours' if office else 'day and night'}: {wrong} false in {sources} source-years, "
            f"told after {median(delays):.1f} days, {max(delays):.1f} at worst",
            end="",
        )
    assert wrong_altogether <= 6


def visit(came, *, adaptive, days):
    """Visits a day, and how late items were seen on average, of a source that is visited at these intervals."""
    of = source(adaptive=Adaptive(least=5 * MINUTE, most=HOUR) if adaptive else None)
    state = SourceState(source_id="s", url=of.url, next_due=START, baseline_at=START)
    now, visits, seen, late, learned_at = START, 0, 0, [], START
    end = START + days * DAY
    while now < end:
        visits += 1
        here = bisect_right(came, now)
        late += [(now - moment) / MINUTE for moment in came[seen:here]]
        if here > seen:
            state, seen = replace(state, pulse=Pulse(arrived_at=now)), here
        if now - learned_at >= DAY and seen:
            first = bisect_right(came, came[seen - 1] - WINDOW)
            state, learned_at = replace(state, rhythm=learn(came[first:seen], now=now)), now
        now = next_due(of, now=now, interval=pace(of, state, now=now).interval)
    return visits / days, late


def test_what_adaptive_intervals_save():
    """Fewer requests, and most items sooner: lively sources bring most of them."""
    days, rates = 70, [0.2, 0.5, 1, 2, 5, 10, 20, 50]
    totals = {}
    for adaptive in (False, True):
        found = [
            visit(arrivals(random.Random(n), rate, dip=0.2, days=days, office=True), adaptive=adaptive, days=days)
            for n, rate in enumerate(rates)
        ]
        requests, late = sum(visits for visits, _ in found), [minutes for _, some in found for minutes in some]
        totals[adaptive] = requests, mean(late)
        print(  # noqa: T201 - the figures
            f"\n{'adaptive' if adaptive else 'fixed'}: {requests:.0f} requests a day to {len(rates)} sources, "
            f"items seen after {mean(late):.1f} minutes on average, {median(late):.1f} in the middle",
            end="",
        )
    assert totals[True][0] < totals[False][0]
    assert totals[True][1] < totals[False][1] * 0.75
