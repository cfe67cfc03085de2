"""What is allowed and probably not meant: for `check` to say."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from monitor.config.files import unread
from monitor.core.routing import Route
from monitor.core.setup import Setup
from monitor.core.watchlist import Watch, WatchType

_SHORT = 4  # letters; shorter titles are nearly always words of some language

# Words that are titles of series or films and stand in any news text. A longer list would not help: this is only a nudge.
_EVERYDAY = frozenset(
    {
        *(
            "angel",
            "arrival",
            "awake",
            "bones",
            "brothers",
            "castle",
            "chance",
            "community",
            "control",
            "drive",
            "extras",
        ),
        *("fallout", "family", "flash", "foundation", "friday", "friends", "frozen", "gravity", "heroes", "homeland"),
        *("house", "humans", "industry", "inside", "insecure", "invasion", "legends", "legion", "light", "magic"),
        *("mercy", "mother", "paradise", "parenthood", "parks", "planet", "power", "presence", "promise", "rebel"),
        *("severance", "shameless", "signs", "single", "sinners", "sirens", "skins", "smile", "station", "success"),
        *(
            "suits",
            "survivor",
            "taboo",
            "teacher",
            "travelers",
            "treason",
            "trial",
            "trust",
            "utopia",
            "wicked",
            "wonder",
        ),
    }
)


def advice(setup: Setup, folder: Path) -> tuple[str, ...]:
    """Plain sentences about a valid configuration, in the order of the files."""
    return tuple(
        sentence for part in (_watchlist(setup), _sources(setup), _alerts(setup), _strays(folder)) for sentence in part
    )


def _watchlist(setup: Setup) -> Iterator[str]:
    for watch in setup.watches:
        if not any(_lets_through(route, watch) for route in setup.policy.routes):
            yield f"watch {watch.id}: no route lets its kinds through, so it never alerts"
        if _is_everyday(watch) and not watch.require:
            yield f'watch {watch.id}: {watch.title} is an everyday word; add "require" with names that must stand near it'


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
    word = watch.title.casefold()
    titled = watch.type in {WatchType.SHOW, WatchType.FILM}
    return titled and word.isalpha() and (len(word) <= _SHORT or word in _EVERYDAY)
