"""The recogniser as configured: the shipped rules, the user's changes to them, and the watchlist."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from monitor.config.shipped import compile_shipped, rule_languages
from monitor.core.classify import DEFAULT_LANGUAGE, Recogniser
from monitor.core.rules import RuleChange, Ruleset
from monitor.core.watchlist import Watch, Watchlist


class RulesOnUse(Mapping[str, Ruleset]):
    """The rules of every language, compiled when the first text in it is read: most users never see most of them."""

    def __init__(self, changes: Iterable[RuleChange], disabled: Iterable[str]) -> None:
        self._changes = tuple(changes)
        self._disabled = frozenset(disabled)
        self._compiled: dict[str, Ruleset] = {}  # grows by use; compiling is pure, so twice at once does no harm

    def __getitem__(self, lang: str) -> Ruleset:
        if lang not in rule_languages():
            raise KeyError(lang)
        if lang not in self._compiled:
            self._compiled[lang] = _compiled(lang, self._changes, self._disabled)
        return self._compiled[lang]

    def __iter__(self) -> Iterator[str]:
        return iter(rule_languages())

    def __len__(self) -> int:
        return len(rule_languages())


def _compiled(lang: str, changes: Iterable[RuleChange], disabled: Iterable[str]) -> Ruleset:
    own = [change for change in changes if change.lang == lang]
    without = [name for name in disabled if name.startswith(f"{lang}/")]
    return compile_shipped(lang, own, without) if own or without else _as_shipped(lang)


@cache
def _as_shipped(lang: str) -> Ruleset:
    """The rules nobody has changed: compiled once, however often the configuration is read again."""
    return compile_shipped(lang, (), ())


def load_recogniser(
    watches: Iterable[Watch] | None, changes: Iterable[RuleChange], disabled: Iterable[str]
) -> Recogniser:
    """A recogniser for these watches; with None, titles are found in the text. Raises RuleError for a wrong change.

    Mistakes in changes to other languages than the default show when the first text in them is read; loading the
    configuration has tried all of them by then.
    """
    rules = RulesOnUse(changes, disabled)
    _ = rules[DEFAULT_LANGUAGE]  # what every installation needs, needed before the first poll
    return Recogniser(rules, None if watches is None else Watchlist(watches))
