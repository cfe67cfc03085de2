"""The recogniser as configured: the shipped rules, the user's changes to them, and the watchlist."""

from collections.abc import Iterable

from monitor.config.shipped import shipped_rules
from monitor.core.classify import Recogniser
from monitor.core.rules import RuleChange, compile_rules
from monitor.core.watchlist import Watch, Watchlist


def load_recogniser(
    watches: Iterable[Watch] | None, changes: Iterable[RuleChange], disabled: Iterable[str]
) -> Recogniser:
    """A recogniser for these watches; with None, titles are found in the text. Raises RuleError for a wrong change."""
    rulesets = {
        lang: compile_rules(data, tuple(changes), frozenset(disabled)) for lang, data in shipped_rules().items()
    }
    return Recogniser(rulesets, None if watches is None else Watchlist(watches))
