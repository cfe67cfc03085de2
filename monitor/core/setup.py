"""Everything the user's four files say, as one value."""

from dataclasses import dataclass

from monitor.core.routing import AlertPolicy
from monitor.core.rules import RuleChange
from monitor.core.source import Source
from monitor.core.watchlist import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What to poll, what to look for, whom to tell, and how the shipped rules are changed."""

    sources: tuple[Source, ...]
    watches: tuple[Watch, ...]
    policy: AlertPolicy
    rules: tuple[RuleChange, ...] = ()
    disabled_rules: frozenset[str] = frozenset()
