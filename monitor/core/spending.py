"""What a source that is paid for by the answer may cost, and what it has cost. Money is in US dollars, days are of UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The user's cap."""

    per_day: Decimal
    per_month: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What was spent on a day, and in its month up to and including it."""

    day: date
    today: Decimal = Decimal(0)
    month: Decimal = Decimal(0)

    def plus(self, cost: Decimal) -> "Spent":
        """With one more cost."""
        return replace(self, today=self.today + cost, month=self.month + cost)

    def memory(self) -> Mapping[str, str]:
        """As it is remembered between polls."""
        return {"day": self.day.isoformat(), "today": str(self.today), "month": str(self.month)}


def spent_by(memory: object, *, now: datetime) -> Spent:
    """What is remembered, as far as it still counts: a new day and a new month begin with nothing.

    What lies ahead was counted before the clock was set back, and is still spent.
    """
    today = now.astimezone(UTC).date()
    try:
        assert isinstance(memory, dict)
        known = Spent(
            day=date.fromisoformat(memory["day"]), today=Decimal(memory["today"]), month=Decimal(memory["month"])
        )
    except (AssertionError, KeyError, TypeError, ValueError, InvalidOperation):
        return Spent(day=today)
    if known.day >= today:
        return known
    same_month = (known.day.year, known.day.month) == (today.year, today.month)
    return Spent(day=today, month=known.month if same_month else Decimal(0))


def left(budget: Budget, spent: Spent) -> Decimal:
    """What may still be spent today."""
    today = budget.per_day - spent.today
    return today if budget.per_month is None else min(today, budget.per_month - spent.month)


def pause(budget: Budget, spent: Spent, need: Decimal, *, now: datetime) -> timedelta:
    """How long until the cap lets `need` be spent again: till the next day, or where the month is used up, the next month."""
    month_is_over = budget.per_month is not None and budget.per_month - spent.month < need
    begins = spent.day.replace(day=1) + timedelta(days=32) if month_is_over else spent.day + timedelta(days=1)
    begins = begins.replace(day=1) if month_is_over else begins
    wait = datetime(begins.year, begins.month, begins.day, tzinfo=UTC) - now
    return max(wait, timedelta(minutes=1))
