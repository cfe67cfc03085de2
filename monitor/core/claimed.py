"""Claims of a database as reports: the watch is known by its id or title, and nothing is read into words."""

from collections.abc import Iterable, Iterator

from monitor.core.report import Claim, Document, Evidence, Recognition, Report, Subject
from monitor.core.subjects import watch_subject
from monitor.core.text import fold
from monitor.core.watchlist import Watch, Watchlist, WatchType

_TITLES = frozenset({WatchType.SHOW, WatchType.FILM})


def recognise_claims(document: Document, claims: Iterable[Claim], watchlist: Watchlist | None) -> Recognition:
    """What an item of a database reports: a report for each claim, with the item's sentence as the evidence."""
    told = tuple(claims)
    reports = tuple(_report(document, claim, watchlist) for claim in told)
    return Recognition(
        kinds=tuple(dict.fromkeys(report.kind for report in reports)),
        certainty=told[0].certainty if told else None,
        titles=tuple(dict.fromkeys(report.subject.title for report in reports)),
        seasons=tuple(sorted({season for report in reports for season in report.facts.seasons})),
        people=tuple(dict.fromkeys(person for report in reports for person in report.facts.people)),
        dates=tuple(dict.fromkeys(date for report in reports for date in report.facts.dates)),
        embeds=document.embeds,
        reports=reports,
        notes=() if told else ("the database changed something that is no news of a kind we know",),
    )


def _report(document: Document, claim: Claim, watchlist: Watchlist | None) -> Report:
    watches = tuple(_watches(document, claim, watchlist)) if watchlist else ()
    title = next((watch for watch in watches if watch.type in _TITLES), None)
    subject = watch_subject(title) if title else Subject(key=f"title:{fold(claim.title)}", title=claim.title)
    sentence = document.title
    return Report(
        subject=subject,
        kind=claim.kind,
        certainty=claim.certainty,
        facts=claim.facts,
        watches=tuple(watch.id for watch in watches if claim.kind in watch.kinds),
        evidence=(Evidence(rule=claim.rule, part="title", start=0, end=len(sentence), quote=sentence),),
        embeds=document.embeds,
    )


def _watches(document: Document, claim: Claim, watchlist: Watchlist) -> Iterator[Watch]:
    """The watch of the title, those of the people it names, and the topics whose words the sentence holds."""
    titles = [watch for watch in watchlist.watches if watch.type in _TITLES]
    by_id = [watch for watch in titles if watch.id == claim.watch]
    yield from (by_id or [watch for watch in titles if fold(claim.title) in _names(watch)])[:1]
    yield from (watch for watch in watchlist.watches if watch.type is WatchType.PERSON and _named(watch, claim))
    yield from watchlist.topics(fold(document.title))


def _named(watch: Watch, claim: Claim) -> bool:
    return any(fold(person.name) in _names(watch) for person in claim.facts.people)


def _names(watch: Watch) -> frozenset[str]:
    return frozenset(map(fold, (watch.title, *watch.aliases)))
