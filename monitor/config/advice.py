"""What is allowed and probably not meant: for `check` to say."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from monitor.config.files import unread
from monitor.config.settings import Settings
from monitor.config.shipped import rule_languages, shipped_rules
from monitor.core.routing import Route
from monitor.core.setup import Setup
from monitor.core.source import Source
from monitor.core.text import fold
from monitor.core.watchlist import Watch, WatchType


def advice(setup: Setup, folder: Path) -> tuple[str, ...]:
    """Plain sentences about a valid configuration, in the order of the files."""
    return tuple(
        sentence for part in (_watchlist(setup), _sources(setup), _alerts(setup), _strays(folder)) for sentence in part
    )


def unheard(sources: Sequence[Source], settings: Settings) -> Iterator[str]:
    """What the settings keep from coming to us, for `check` and `run` to say."""
    if (names := ", ".join(source.id for source in sources if source.websub)) and not settings.public_url:
        yield f"no hub can push {names} to us: set MONITOR_PUBLIC_URL to the address under which the page is reached"
    brought = (source.id for source in sources if source.pushed or (source.websub and settings.public_url))
    if (names := ", ".join(brought)) and settings.page is None:
        yield f"nothing can be brought to {names}: set MONITOR_PAGE, for example to 127.0.0.1:8410"


def _watchlist(setup: Setup) -> Iterator[str]:
    for watch in setup.watches:
        if not any(_lets_through(route, watch) for route in setup.policy.routes):
            yield f"watch {watch.id}: no route lets its kinds through, so it never alerts"
        if _is_everyday(watch) and not (watch.require or watch.cast):
            yield f'watch {watch.id}: {watch.title} is an everyday word; add names that stand near it as "require" or "cast"'


def _sources(setup: Setup) -> Iterator[str]:
    if not setup.sources:
        yield "every source is disabled, so nothing is polled"
    urls = Counter(source.url for source in setup.sources)
    for source in setup.sources:
        if urls[source.url] > 1:
            yield f"source {source.id}: another source has the same address"


def _alerts(setup: Setup) -> Iterator[str]:
    policy = setup.policy
    used = {receiver for route in policy.routes for receiver in route.receivers}
    used |= {receiver.fallback for receiver in policy.receivers if receiver.fallback}
    if len(policy.incidents) < len(policy.receivers):
        used |= set(policy.incidents)  # named there, so meant for that
    for receiver in policy.receivers:
        if receiver.id not in used:
            yield f"receiver {receiver.id}: no route leads to it"
    if not policy.incidents:
        yield "incidents: nobody is told when a source is in trouble"


def _strays(folder: Path) -> Iterator[str]:
    for file in unread(folder):
        yield f"{file}: not read; the files are watchlist, sources, alerts and rules"


def _lets_through(route: Route, watch: Watch) -> bool:
    return (not route.watches or watch.id in route.watches) and (not route.kinds or bool(route.kinds & watch.kinds))


def _is_everyday(watch: Watch) -> bool:
    """Whether the title consists of words that the recogniser does not take for a title without evidence."""
    titled = watch.type in {WatchType.SHOW, WatchType.FILM}
    return titled and all(word in _everyday_words() for word in fold(watch.title).split())


@cache
def _everyday_words() -> frozenset[str]:
    lexicons = (data.get("lexicon", {}) for data in map(shipped_rules, rule_languages()))
    return frozenset(fold(word) for lexicon in lexicons for word in lexicon.get("everyday", ()))
