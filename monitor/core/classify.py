"""Reading one text: which production news it reports, about whom, how sure, with which facts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from monitor.core.claimed import recognise_claims
from monitor.core.facts import gather, merge_people
from monitor.core.findings import Finding, Findings, find, kinds_of
from monitor.core.language import guess
from monitor.core.meant import Meant, meant
from monitor.core.reading import Reading, read
from monitor.core.report import OF_PERSONS, Certainty, Document, Evidence, Facts, Kind, Recognition, Report, Subject
from monitor.core.rules import Ruleset
from monitor.core.subjects import Title, subjects_of, titles_in, watch_subject
from monitor.core.text import fold
from monitor.core.watchlist import Watch, Watchlist, WatchType, is_official

DEFAULT_LANGUAGE = "en"
_NOBODY = Subject(key="title:", title="")


class Recogniser:
    """Reads documents by the rules of their language. Pure: it keeps nothing between two readings."""

    def __init__(self, rulesets: Mapping[str, Ruleset], watchlist: Watchlist | None) -> None:
        self._rulesets = rulesets
        self._watchlist = watchlist

    def __call__(self, document: Document, /) -> Recognition:
        if document.claims is not None:
            return recognise_claims(document, document.claims, self._watchlist)
        ruleset, notes = self._ruleset(document)
        reading = read(document, ruleset.lexicon, self._watchlist)
        mentions, refused = meant(reading, ruleset.lexicon)
        found = find(reading, ruleset, known_title=any(one.passage.place != "body" for one in mentions))
        topics = tuple(self._watchlist.topics(reading.folded)) if self._watchlist and found.findings else ()
        return _recognition(
            document,
            reading,
            ruleset,
            found,
            watching=self._watchlist is not None,
            mentions=mentions,
            topics=topics,
            notes=(*notes, *refused, *found.notes),
        )

    def _ruleset(self, document: Document) -> tuple[Ruleset, tuple[str, ...]]:
        """The rules of the language the source tells, else of the one the words show, with a note on what was done."""
        opening = f"{document.title}\n{document.summary or document.text}".strip()
        told = document.lang or guess(opening)
        if told is None:
            note = f"no language is told and the words show none; read as {DEFAULT_LANGUAGE}"
            return self._rulesets[DEFAULT_LANGUAGE], (note,) if opening else ()
        code = told.replace("_", "-").partition("-")[0].lower()
        ruleset = self._rulesets.get(code)
        if ruleset is None:
            return self._rulesets[DEFAULT_LANGUAGE], (
                f"there are no rules for language {code!r}; read as {DEFAULT_LANGUAGE}",
            )
        guessed = not document.lang and code != DEFAULT_LANGUAGE
        return ruleset, (f"no language is told; read as {code}, as its words show",) if guessed else ()


def _recognition(
    document: Document,
    reading: Reading,
    ruleset: Ruleset,
    found: Findings,
    *,
    watching: bool,
    mentions: tuple[Meant, ...],
    topics: tuple[Watch, ...],
    notes: tuple[str, ...],
) -> Recognition:
    watched = tuple(dict.fromkeys(one.mention.watch.title for one in mentions if not _is_person(one.mention.watch)))
    if not found.findings:  # as in most texts
        return Recognition(titles=watched if watching else (), embeds=document.embeds, notes=notes)
    news = tuple(finding for finding in found.findings if finding.news)
    kinds = kinds_of(news)
    background = tuple(kind for kind in kinds_of(found.findings) if kind not in kinds)
    known = titles_in(reading, mentions, ruleset.lexicon) if kinds else ()
    reports = tuple(
        _reports(document, reading, ruleset, found.findings, kinds=kinds, known=known, mentions=mentions, topics=topics)
    )
    return Recognition(
        kinds=kinds,
        background=background,
        certainty=_overall(reports),
        titles=watched if watching else tuple(dict.fromkeys(title for r in reports if (title := _title_of(r)))),
        seasons=tuple(sorted({number for report in reports for number in report.facts.seasons})),
        people=merge_people(person for report in reports for person in report.facts.people),
        dates=tuple(dict.fromkeys(day for report in reports for day in report.facts.dates)),
        embeds=document.embeds,
        reports=reports,
        notes=notes,
    )


def _title_of(report: Report) -> str:
    return report.facts.title or ("" if report.subject.key.startswith(("person:", "topic:")) else report.subject.title)


def _overall(reports: Iterable[Report]) -> Certainty | None:
    """The surest thing said: confirmed if any report is, then rumour, then denied."""
    said = {report.certainty for report in reports}
    return next((c for c in (Certainty.CONFIRMED, Certainty.RUMOUR, Certainty.DENIED) if c in said), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """All findings of one kind about one title (None: no title found)."""

    kind: Kind
    title: Title | None
    findings: tuple[Finding, ...]


def _groups(
    findings: Iterable[Finding], kinds: Iterable[Kind], known: tuple[Title, ...], ruleset: Ruleset
) -> Iterator[_Group]:
    """Findings by kind and title. A title only the lead or body ties to a kind counts where the headline ties none."""
    told = tuple(findings)
    for kind in kinds:
        of_kind = [finding for finding in told if finding.rule.kind is kind]
        news = [finding for finding in of_kind if finding.news]
        headline = any(finding.passage.place == "headline" for finding in news)
        titles: dict[str, Title] = {}
        by_title: dict[str, list[Finding]] = {}
        for finding in news:  # in order of the text
            if titles and headline and finding.passage.place != "headline":
                break
            for title in subjects_of(finding, known, ruleset.lexicon):
                titles.setdefault(title.subject.key, title)
                by_title.setdefault(title.subject.key, []).append(finding)
        if not titles:
            yield _Group(kind=kind, title=None, findings=tuple(of_kind))
        for key, title in titles.items():
            further = of_kind if len(titles) == 1 else by_title[key]
            yield _Group(kind=kind, title=title, findings=tuple(dict.fromkeys((*by_title[key], *further))))


def _reports(
    document: Document,
    reading: Reading,
    ruleset: Ruleset,
    findings: tuple[Finding, ...],
    *,
    kinds: tuple[Kind, ...],
    known: tuple[Title, ...],
    mentions: tuple[Meant, ...],
    topics: tuple[Watch, ...],
) -> Iterator[Report]:
    groups = tuple(_groups(findings, kinds, known, ruleset))
    people = tuple({m.mention.watch.id: m.mention.watch for m in mentions if _is_person(m.mention.watch)}.values())
    opening = {m.mention.watch.id for m in mentions if m.passage.place == "headline"}
    for group in groups:
        facts = gather(group.findings, reading, ruleset, alone=len(groups) == 1, title=group.title, titles=known)
        if group.title and not group.title.watch and group.title.shown == facts.place:
            group = replace(group, title=None)  # noqa: PLW2901 - "casting call in Swansea": where, not for what
        concerned = tuple(watch for watch in people if _concerns(watch, group, facts, opening))
        subject, watches = _subject(group, concerned, topics)
        title = group.title.shown if group.title and not subject.key.startswith(("show:", "film:", "title:")) else None
        yield Report(
            subject=subject,
            kind=group.kind,
            certainty=_certainty(group.findings),
            facts=replace(facts, title=title),
            watches=tuple(watch.id for watch in watches if group.kind in watch.kinds),
            evidence=tuple(dict.fromkeys(map(_evidence, group.findings))),
            official=any(is_official(watch, document.embeds) for watch in watches),
            embeds=document.embeds,
        )


def _concerns(watch: Watch, group: _Group, facts: Facts, opening: set[str]) -> bool:
    """Whether the news is about a watched person: cast, leaving or hired, or the headline is about them."""
    names = {fold(name) for name in (watch.title, *watch.aliases)}
    if any(fold(person.name) in names for person in facts.people):
        return True
    return watch.id in opening and (group.kind in OF_PERSONS or group.title is None)


def _subject(group: _Group, people: tuple[Watch, ...], topics: tuple[Watch, ...]) -> tuple[Subject, tuple[Watch, ...]]:
    """The subject and every watch concerned: the watched title, else the person, else the topic, else the found title."""
    watch = group.title.watch if group.title else None
    if watch:
        return watch_subject(watch), (watch, *people, *topics)
    if people:
        return watch_subject(people[0]), (*people, *topics)
    admitted = tuple(topic for topic in topics if group.kind in topic.kinds)
    if admitted:
        return watch_subject(admitted[0]), admitted
    return group.title.subject if group.title else _NOBODY, ()


def _certainty(findings: Iterable[Finding]) -> Certainty:
    """What headline and lead say, the first word counting; the body is never surer than they."""
    told = [finding.certainty for finding in findings if finding.news]
    return told[0]


def _evidence(finding: Finding) -> Evidence:
    sentence = finding.passage.sentence
    start, end = sentence.characters(finding.hit.first, finding.hit.last)
    return Evidence(rule=finding.rule.id, part=sentence.part, start=start, end=end, quote=sentence.text[start:end])


def _is_person(watch: Watch) -> bool:
    return watch.type is WatchType.PERSON
