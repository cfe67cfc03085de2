"""What TMDB and Trakt share: the user's key opens them, and only reading an entry tells whether it has changed."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.core.fetching import FetchFailed, FetchFailure
from monitor.core.options import DatabaseOptions
from monitor.core.recordnews import Database
from monitor.core.records import Record
from monitor.core.source import Source
from monitor.core.watchlist import Watch, WatchType
from monitor.ports import Fetch
from monitor.sources.asking import Ask, Headers, Refusal
from monitor.sources.reading import Run

_ABSENT = frozenset({FetchFailure.NOT_FOUND, FetchFailure.GONE})
REFUSING = frozenset({401, 403})


@dataclass(frozen=True, slots=True, kw_only=True)
class Titles:
    """Entries of an answer, best first."""

    records: tuple[Record, ...] = ()


def unless_absent(refusal: Refusal) -> Refusal | None:
    """The refusal, or None when it says that there is no such entry."""
    return None if isinstance(refusal, FetchFailed) and refusal.reason in _ABSENT else refusal


class OneAtATime(ABC):
    """A database of shows and films whose entries are read one by one. Their numbers overlap, so ids say which: "tv/1399"."""

    version: str
    notice: str
    database: Database
    base: str
    spacing: timedelta
    paths: Mapping[WatchType, str]  # what stands before the number
    batch = 1

    def follows(self, watch: Watch) -> bool:
        return watch.type in self.paths

    def id_of(self, watch: Watch) -> str | None:
        given = dict(watch.ids).get(self.database.id)
        return f"{self.paths[watch.type]}/{given}" if given else None

    def asking(self, source: Source, options: DatabaseOptions, *, fetch: Fetch, run: Run) -> Ask:
        return Ask(
            source=source,
            fetch=fetch,
            run=run,
            base=options.base or self.base,
            own=options.base is not None,
            spacing=self.spacing,
            headers=self.key(options.token),
            explain=self.explain,
        )

    @staticmethod
    @abstractmethod
    def key(token: str) -> Headers:
        """The headers that carry the user's key."""

    @staticmethod
    @abstractmethod
    def explain(failed: FetchFailed) -> FetchFailed:
        """A refusal in words that tell the user what to do."""

    @abstractmethod
    async def read(self, wanted: str, ask: Ask) -> Record | Refusal | None:
        """One entry; None when it is there no more."""

    async def stamps(
        self,
        ids: Sequence[str],  # noqa: ARG002  # only reading them tells
        *,
        since: datetime | None,  # noqa: ARG002
        now: datetime,  # noqa: ARG002
        ask: Ask,  # noqa: ARG002
    ) -> Mapping[str, str] | Refusal | None:
        return None

    async def entries(self, ids: Sequence[str], ask: Ask) -> Mapping[str, Record | None] | Refusal:
        (wanted,) = ids
        found = await self.read(wanted, ask)
        return {wanted: found} if found is None or isinstance(found, Record) else found

    async def complete(self, record: Record, cast: Collection[str], ask: Ask) -> Record | Refusal:  # noqa: ARG002  # it is
        return record
