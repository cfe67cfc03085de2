"""Scoring how texts are put together: alerts per real announcement, wrong merges, B-cubed of story groups."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from monitor.core.announcement import Announcement
from monitor.core.evaluation import Labelled
from monitor.core.report import Document, Kind, Recognition, Report
from monitor.core.settling import Settled, Wording, settle
from monitor.core.source import Tier
from monitor.core.stories import NEAR, STORY_LASTS, Vocabulary, likenesses
from monitor.core.text import fold
from monitor.core.watchlist import Watch, WatchType

Recognise = Callable[[Document], Recognition]
_NO_DAY = datetime(2000, 1, 1, tzinfo=UTC)  # of texts of which none is dated: all are of one day


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """What became of one text of a labelled group."""

    id: str
    headline: str
    group: str
    started: tuple[int, ...] = ()  # announcements it was the first to tell
    joined: tuple[int, ...] = ()  # announcements it repeated
    updates: tuple[str, ...] = ()  # what it added to those
    kinds: frozenset[Kind] = frozenset()  # as labelled

    @property
    def read(self) -> bool:
        return bool(self.started or self.joined)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bcubed:
    """For a text taken at random: how much of what it was put with belongs to it, and how much of what belongs to it is there."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """How labelled announcements were told. A text that recognition does not read makes no alert: it is counted apart."""

    texts: int
    unread: int
    groups: int
    told: int  # groups of which at least one text was read
    announcements: int  # of these groups: one for each kind that the labels of a group name
    alerts: int
    messages: int  # texts that started an announcement: what one text tells leaves as one message
    updates: int  # texts that added something worth an update
    merged: int  # reports that joined an announcement
    wrongly: int  # of these, into one that texts of another group alone had told
    bcubed: Bcubed  # of the texts that were read
    repeated: tuple[Filed, ...]  # started something although their group had been told
    mistaken: tuple[tuple[Filed, Filed], ...]  # a text, and the first of what it was wrongly put with

    @property
    def per_announcement(self) -> float:
        return self.alerts / self.announcements if self.announcements else 0.0

    @property
    def wrong_share(self) -> float:
        return self.wrongly / self.merged if self.merged else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """One text of a stream that is to be grouped by story."""

    title: str
    at: datetime
    story: str  # as labelled
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryScore:
    """How a stream of headlines was put into stories."""

    texts: int
    stories: int  # as labelled
    found: int
    bcubed: Bcubed
    mistaken: tuple[tuple[Headline, Headline], ...]  # a headline, and the first of another story that it was put with


def watches_of(labels: Iterable[Labelled], groups: Mapping[str, str]) -> tuple[Watch, ...]:
    """A watchlist of what the groups are about: their titles, or their people where no text names a title.

    A group is one announcement, so its titles are names of one thing, as a user who follows it would write them down.
    """
    names: dict[str, list[Labelled]] = {}
    for label in labels:
        if label.id in groups:
            names.setdefault(groups[label.id], []).append(label)
    wanted: dict[tuple[WatchType, str], dict[str, str]] = {}
    for together in names.values():
        for watch_type, alike in _names(together):
            _add(wanted, watch_type, {fold(name): name for name in alike})
    return tuple(
        Watch(id=fold(first).replace(" ", "-"), type=watch_type, title=shown[first], aliases=tuple(shown.values())[1:])
        for (watch_type, first), shown in wanted.items()
    )


def _names(together: Sequence[Labelled]) -> Iterator[tuple[WatchType, Sequence[str]]]:
    titles = tuple(dict.fromkeys(title for label in together for title in label.titles))
    if titles:
        yield WatchType.SHOW, titles
    else:
        yield from ((WatchType.PERSON, (name,)) for name in dict.fromkeys(n for one in together for n in one.people))


def _add(wanted: dict[tuple[WatchType, str], dict[str, str]], watch_type: WatchType, alike: dict[str, str]) -> None:
    """Names that share one with a watch that is there become names of it."""
    for (known_type, _), shown in wanted.items():
        if known_type is watch_type and shown.keys() & alike.keys():
            shown.update({name: text for name, text in alike.items() if name not in shown})
            return
    wanted[watch_type, next(iter(alike))] = alike


class _Room:
    """Announcements in memory, filed as the store would file them. Mutable."""

    def __init__(self) -> None:
        self.tellers: dict[int, list[Filed]] = {}  # the texts that told each announcement
        self._known: dict[tuple[str, str], dict[int, Announcement]] = {}

    def file(self, text: Filed, report: Report, wording: Wording, now: datetime) -> tuple[int, Settled]:
        """The announcement's number, and how the report was settled."""
        alike = self._known.setdefault((report.subject.key, report.kind), {})
        settled = settle(report, tier=Tier.PRESS, candidates=alike.values(), wording=wording, now=now)
        number = settled.announcement.id or len(self.tellers) + 1
        alike[number] = replace(settled.announcement, id=number)
        self.tellers.setdefault(number, []).append(text)
        return number, settled


def score_groups(labels: Iterable[Labelled], groups: Mapping[str, str], recognise: Recognise) -> Grouping:
    """How the texts of labelled groups are told when they come in order of time, with `recognise` watching their titles."""
    room, vocabulary = _Room(), Vocabulary()
    filed: list[Filed] = []
    merges: list[tuple[Filed, Filed]] = []
    for label, now in _in_order([label for label in labels if label.id in groups], groups):
        text = Filed(id=label.id, headline=label.document.title, group=groups[label.id], kinds=label.kinds)
        wording = Wording(headline=text.headline, vocabulary=vocabulary)
        vocabulary.learn(text.headline)
        for report in recognise(label.document).reports:
            if report.watches:
                number, settled = room.file(text, report, wording, now)
                if settled.is_new:
                    text = replace(text, started=(*text.started, number))
                else:
                    text = replace(text, joined=(*text.joined, number), updates=(*text.updates, settled.change))
                    merges.append((text, _kin(text, room.tellers[number])))
        filed.append(text)
    kinds = {(text.group, kind) for text in filed if text.read for kind in text.kinds}
    return _score(filed, merges, len(kinds))


def _kin(text: Filed, tellers: Sequence[Filed]) -> Filed:
    """One of the same group among those who told an announcement before, else the first of them."""
    return next((one for one in tellers[:-1] if one.group == text.group), tellers[0])


def _in_order(labels: Sequence[Labelled], groups: Mapping[str, str]) -> list[tuple[Labelled, datetime]]:
    """The texts with their times, oldest first; an undated one counts as of the first of its group, else of all."""
    dated = [label.document.published for label in labels if label.document.published]
    first: dict[str, datetime] = {}
    for label in labels:
        published = label.document.published
        if published:
            first[groups[label.id]] = min(published, first.get(groups[label.id], published))
    start = min(dated, default=_NO_DAY)
    moments = [(label, label.document.published or first.get(groups[label.id], start)) for label in labels]
    return sorted(moments, key=lambda pair: pair[1])


def _score(filed: Sequence[Filed], merges: Sequence[tuple[Filed, Filed]], announcements: int) -> Grouping:
    read = [text for text in filed if text.read]
    told: set[str] = set()
    repeated: list[Filed] = []
    for text in read:
        if text.started and text.group in told:
            repeated.append(text)
        told.add(text.group)
    mistaken = tuple((text, other) for text, other in merges if text.group != other.group)
    return Grouping(
        texts=len(filed),
        unread=len(filed) - len(read),
        groups=len({text.group for text in filed}),
        told=len(told),
        announcements=announcements,
        alerts=sum(len(text.started) for text in read),
        messages=sum(bool(text.started) for text in read),
        updates=sum(any(text.updates) for text in read),
        merged=len(merges),
        wrongly=len(mistaken),
        bcubed=bcubed([((*text.started, *text.joined)[0], text.group) for text in read]),
        repeated=tuple(repeated),
        mistaken=mistaken,
    )


def score_stories(headlines: Iterable[Headline]) -> StoryScore:
    """How well a stream of headlines, in order of time, is put into stories, as topics tell the stories of a watch apart."""
    vocabulary = Vocabulary()
    told: dict[int, dict[str, None]] = {}  # the headlines of each story
    last_at: dict[int, datetime] = {}
    placed: list[tuple[Headline, int]] = []
    for headline in sorted(headlines, key=lambda one: one.at):
        lasting = {number: told[number] for number, at in last_at.items() if headline.at - at <= STORY_LASTS}
        found = likenesses(headline.title, lasting, vocabulary, besides=frozenset())
        likeness, number = max(((alike, -one) for one, alike in found.items()), default=(0.0, 0))
        number = -number if likeness >= NEAR else len(told) + 1
        told.setdefault(number, {}).setdefault(headline.title)
        last_at[number] = headline.at
        vocabulary.learn(headline.title)
        placed.append((headline, number))
    first = {number: headline for headline, number in reversed(placed)}
    return StoryScore(
        texts=len(placed),
        stories=len({headline.story for headline, _ in placed}),
        found=len(first),
        bcubed=bcubed([(number, headline.story) for headline, number in placed]),
        mistaken=tuple((one, first[number]) for one, number in placed if one.story != first[number].story),
    )


def bcubed(pairs: Sequence[tuple[Hashable, Hashable]]) -> Bcubed:
    """B-cubed of what was put together (first) against what belongs together (second), one pair a text."""
    found, wanted, both = Counter(one for one, _ in pairs), Counter(two for _, two in pairs), Counter(pairs)
    texts = len(pairs) or 1
    return Bcubed(
        precision=sum(both[pair] / found[pair[0]] for pair in pairs) / texts,
        recall=sum(both[pair] / wanted[pair[1]] for pair in pairs) / texts,
    )
