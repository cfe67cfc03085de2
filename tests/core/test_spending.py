"""What a paid source may cost: counted by the day and the month of UTC."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.spending import Budget, Spent, left, pause, spent_by

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
HALF = Decimal("0.50")
DIME = Decimal("0.10")


def test_what_was_spent_is_remembered_through_the_day():
    spent = spent_by(None, now=NOW).plus(DIME).plus(DIME)
    assert spent == Spent(day=TODAY, today=2 * DIME, month=2 * DIME)
    assert spent_by(dict(spent.memory()), now=NOW + timedelta(hours=5)) == spent


@pytest.mark.parametrize(
    ("now", "today", "month"),
    [
        (NOW + timedelta(hours=7), "0", "0.30"),
        (NOW.astimezone(timezone(timedelta(hours=9))), "0.10", "0.30"),  # a day of UTC, whatever the clock's zone
        (datetime(2026, 12, 1, tzinfo=UTC), "0", "0"),
        (datetime(2027, 11, 23, tzinfo=UTC), "0", "0"),
        (datetime(2026, 11, 20, tzinfo=UTC), "0.10", "0.30"),  # the clock was set back
    ],
)
def test_a_new_day_and_a_new_month_begin_with_nothing(now, today, month):
    spent = spent_by({"day": "2026-11-22", "today": "0.10", "month": "0.30"}, now=now)
    assert (spent.today, spent.month) == (Decimal(today), Decimal(month))


@pytest.mark.parametrize("memory", [None, {}, [], {"day": "soon", "today": "0", "month": "0"}, {"day": "2026-11-22"}, {"day": 1, "today": "0", "month": "0"}, {"day": "2026-11-22", "today": "much", "month": "0"}])  # fmt: skip
def test_a_memory_that_makes_no_sense_is_none(memory):
    assert spent_by(memory, now=NOW) == Spent(day=TODAY)


def test_the_tighter_cap_counts():
    spent = Spent(day=TODAY, today=DIME, month=Decimal("2.80"))
    assert left(Budget(per_day=HALF), spent) == Decimal("0.40")
    assert left(Budget(per_day=HALF, per_month=Decimal(3)), spent) == Decimal("0.20")


@pytest.mark.parametrize(
    ("per_month", "day", "expected"),
    [
        (None, TODAY, datetime(2026, 11, 23, tzinfo=UTC)),
        ("3.00", TODAY, datetime(2026, 11, 23, tzinfo=UTC)),
        ("1.00", TODAY, datetime(2026, 12, 1, tzinfo=UTC)),
        ("1.00", date(2026, 12, 31), datetime(2027, 1, 1, tzinfo=UTC)),
        ("1.00", date(2026, 1, 31), NOW + timedelta(minutes=1)),
    ],
)
def test_it_goes_on_when_the_day_or_the_month_is_over(per_month, day, expected):
    budget = Budget(per_day=HALF, per_month=Decimal(per_month) if per_month else None)
    assert NOW + pause(budget, Spent(day=day, today=HALF, month=Decimal(1)), DIME, now=NOW) == expected


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 60)), max_size=40))
def test_no_day_and_no_month_costs_more_than_its_cap(steps):
    """However the visits fall, when each spends only what is left."""
    budget = Budget(per_day=HALF, per_month=Decimal(2))
    now, memory, days, months = NOW, None, {}, {}
    for hours, cents in steps:
        now += timedelta(hours=hours)
        spent = spent_by(memory, now=now)
        cost = Decimal(cents) / 100
        if cost <= left(budget, spent):
            spent = spent.plus(cost)
            days[now.date()] = days.get(now.date(), 0) + cost
            months[now.month] = months.get(now.month, 0) + cost
        memory = dict(spent.memory())
    assert all(sum_ <= budget.per_day for sum_ in days.values())
    assert all(sum_ <= budget.per_month for sum_ in months.values())
