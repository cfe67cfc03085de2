"""What a database knows and no other source has told: a hole in what is read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.core.announcement import Announcement, Standing
from monitor.core.incidents import Incident, IncidentChange, IncidentKind
from monitor.core.report import Kind

# So long others have to tell it: outlets differ by a day or two, and a database is seldom the first.
PATIENCE = timedelta(days=3)
# A hole older than this is not news of the sources any more.
REMEMBERED = timedelta(days=14)
# What outlets write about. Who stands in a list of the cast, and a date that only a database has, they often leave out.
WRITTEN_UP = frozenset({Kind.RENEWAL, Kind.CANCELLATION, Kind.ENDING, Kind.RELEASE_DATE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One report of an announcement, as far as it matters who told it."""

    publisher: str
    database: str | None  # as `Report.database` says


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """An announcement that only databases have told."""

    announcement_id: int
    subject: str
    kind: Kind
    databases: tuple[str, ...]  # as publishers
    since: datetime

    @property
    def text(self) -> str:
        """The hole in one line: "renewal of Saltmarsh stands at TVmaze since 2026-11-19, and no other source has told it"."""
        kind = self.kind.replace("_", " ")
        where = " and ".join(self.databases)
        return (
            f"{kind} of {self.subject} stands at {where} since {self.since:%Y-%m-%d}, and no other source has told it"
        )


def holes(
    announcements: Iterable[Announcement], tellings: Mapping[int, Sequence[Telling]], *, now: datetime
) -> tuple[Hole, ...]:
    """The holes there are now, oldest first: told by databases alone, three days ago or longer, and not yet forgotten.

    `tellings` are the reports of each announcement, oldest first.
    """
    found = []
    for one in announcements:
        told = tellings.get(one.id, ())
        age = now - one.first_seen
        if (
            one.kind in WRITTEN_UP
            and one.standing is not Standing.DENIED
            and PATIENCE <= age <= REMEMBERED
            and told
            and all(telling.database for telling in told)
        ):
            databases = tuple(dict.fromkeys(telling.publisher for telling in told))
            found.append(
                Hole(
                    announcement_id=one.id,
                    subject=one.subject.title,
                    kind=one.kind,
                    databases=databases,
                    since=one.first_seen,
                )
            )
    return tuple(sorted(found, key=lambda hole: (hole.since, hole.announcement_id)))


def file_holes(found: Iterable[Hole], open_incidents: Iterable[Incident], *, now: datetime) -> IncidentChange:
    """An incident for each hole; it ends when another source tells the news, and is forgotten in silence with its age."""
    holes_now = {f"announcement-{hole.announcement_id}": hole for hole in found}
    told = {incident.subject: incident for incident in open_incidents if incident.kind is IncidentKind.MISSED}
    gone = [incident for subject, incident in told.items() if subject not in holes_now]
    # It was three days old when it was told.
    forgotten = [incident for incident in gone if now - incident.opened_at >= REMEMBERED - PATIENCE]
    return IncidentChange(
        opened=tuple(
            Incident(id=0, kind=IncidentKind.MISSED, subject=subject, detail=hole.text, opened_at=now)
            for subject, hole in holes_now.items()
            if subject not in told
        ),
        closed=tuple(incident for incident in gone if incident not in forgotten),
        dropped=tuple(forgotten),
    )
