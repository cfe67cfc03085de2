"""A rule file, checked entry by entry and compiled, with the user's changes to it."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, get_args

from monitor.core.cues import CueKind, Reach
from monitor.core.lexicon import LexiconError, read_lexicon
from monitor.core.phrases import Phrase
from monitor.core.phrasing import PhraseError, parse
from monitor.core.report import Certainty, Kind, ScamSign
from monitor.core.rules import (
    MOST_WEIGHT,
    CallMark,
    ClauseEnd,
    Context,
    CueMark,
    Guard,
    InCall,
    NoCue,
    Place,
    Rule,
    RuleChange,
    RuleError,
    Ruleset,
    Side,
    Unless,
)
from monitor.core.text import fold


def compile_rules(data: Mapping[str, Any], changes: Iterable[RuleChange] = (), disabled: Iterable[str] = ()) -> Ruleset:
    """The rules of one language file, with the user's changes. Raises RuleError naming the rule and what is wrong."""
    lang = _text(data, "language", "language")
    words = _word_table(data)
    try:
        lexicon = read_lexicon(_section(data, "lexicon"), vocabulary=_vocabulary(words))
    except LexiconError as error:
        raise RuleError("lexicon", str(error)) from error
    entries = _rule_entries(data, lang)
    for change in changes:
        if change.lang == lang:
            entries[_changed_id(change, entries)] = _entry(change)
    for name in disabled:
        if name.startswith(f"{lang}/"):
            check_disabled(data, name)
            entries.pop(name, None)
    phrases: list[tuple[Rule | Context, Phrase]] = []
    for rule_id, entry in entries.items():
        phrases.extend(_rule(rule_id, entry, words))
    for entry in _entries(data, "guards"):
        phrases.extend(_guard(lang, entry, words))
    phrases.extend(_cues(_section(data, "cues"), words))
    calls = [mark for entry in _entries(data, "calls") for mark in _call_marks(entry, words)]
    return Ruleset(lang, lexicon, phrases, calls)


def check_change(data: Mapping[str, Any], change: RuleChange) -> None:
    """Raises RuleError where a change cannot be used with the rules of its language, which `data` are."""
    rule_id = _changed_id(change, _rule_entries(data, change.lang))
    for _ in _rule(rule_id, _entry(change), _word_table(data)):
        pass


def check_disabled(data: Mapping[str, Any], name: str) -> None:
    """Raises RuleError where a rule to be disabled is none of the rules that `data` are."""
    entries = _rule_entries(data, _text(data, "language", "language"))
    if name not in entries:
        raise RuleError(name, "there is no rule of this id to disable" + _near(name, entries))


def _rule_entries(data: Mapping[str, Any], lang: str) -> dict[str, Mapping[str, Any]]:
    entries: dict[str, Mapping[str, Any]] = {}
    for entry in _entries(data, "rules"):
        rule_id = f"{lang}/{entry.get('kind')}/{entry.get('id')}"
        if rule_id in entries:
            raise RuleError(rule_id, "two rules of one kind have the same id", ("id",))
        entries[rule_id] = entry
    return entries


def _entry(change: RuleChange) -> Mapping[str, Any]:
    """A change as a rule file would say it."""
    return {
        "kind": change.kind.value,
        "phrases": list(change.phrases),
        "unless": list(change.unless),
        "where": list(change.where),
        "weight": change.weight,
        "certainty": change.certainty and change.certainty.value,
        "people": change.people,
        "instead_of": [kind.value for kind in change.instead_of],
    }


def _changed_id(change: RuleChange, entries: Mapping[str, Any]) -> str:
    """The shipped rule a change replaces, by its whole or its last name; else an id of the user's own."""
    whole = f"{change.lang}/{change.kind}/{change.id}"
    return change.id if change.id in entries else whole


def _rule(
    rule_id: str, entry: Mapping[str, Any], words: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[Rule | Context, Phrase]]:
    _known_keys(
        rule_id, entry, {"id", "kind", "phrases", "unless", "where", "weight", "certainty", "people", "instead_of"}
    )
    kind = _choice(rule_id, entry, "kind", [kind.value for kind in Kind])
    certainty = _choice(rule_id, entry, "certainty", [certainty.value for certainty in Certainty])
    side = _choice(rule_id, entry, "people", get_args(Side))
    if kind is None:
        raise RuleError(rule_id, "kind is missing")
    rule = Rule(
        id=rule_id,
        kind=Kind(kind),
        where=_places(rule_id, entry),
        weight=_weight(rule_id, entry),
        certainty=Certainty(certainty) if certainty else None,
        people="both" if side is None else side,  # type: ignore[arg-type]  # checked against the Literal just above
        instead_of=_kinds(rule_id, entry, "instead_of"),
    )
    for phrase in _phrases(rule_id, entry, "phrases", words, needed=True):
        yield rule, phrase
    for phrase in _phrases(rule_id, entry, "unless", words):
        yield Unless(rule=rule_id), phrase


def _guard(
    lang: str, entry: Mapping[str, Any], words: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[Rule | Context, Phrase]]:
    guard_id = f"{lang}/guard/{entry.get('id')}"
    _known_keys(guard_id, entry, {"id", "phrases", "weight", "spare", "titles"})
    titles = entry.get("titles", False)
    if not isinstance(titles, bool):
        raise RuleError(guard_id, f"titles must be true or false, not {titles!r}", ("titles",))
    guard = Guard(id=guard_id, weight=_weight(guard_id, entry), spare=_kinds(guard_id, entry, "spare"), titles=titles)
    for phrase in _phrases(guard_id, entry, "phrases", words, needed=True):
        yield guard, phrase


def _cues(data: Mapping[str, Any], words: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[Rule | Context, Phrase]]:
    for phrase in _phrases("cues/ends", data, "ends", words):
        yield ClauseEnd(), phrase
    for phrase in _phrases("cues/never", data, "never", words):
        yield NoCue(), phrase
    for entry in _entries(data, "triggers"):
        name = f"cues/{entry.get('cue')}"
        _known_keys(name, entry, {"cue", "before", "after", "where"})
        kind = _choice(name, entry, "cue", [kind.value for kind in CueKind])
        if kind is None:
            raise RuleError("cues", "cue is missing")
        for reach in get_args(Reach):
            mark = CueMark(kind=CueKind(kind), reach=reach, where=_places(name, entry))
            for phrase in _phrases(name, entry, reach, words):
                yield mark, phrase


def _call_marks(entry: Mapping[str, Any], words: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[InCall, Phrase]]:
    _known_keys("calls", entry, {"tells", "phrases", "unless"})
    tells = _one_of("calls", "tells", entry.get("tells"), ["deadline", *ScamSign])
    for phrase in _phrases(f"calls/{tells}", entry, "phrases", words, needed=True):
        yield CallMark(tells="deadline" if tells == "deadline" else ScamSign(tells)), phrase
    for phrase in _phrases(f"calls/{tells}", entry, "unless", words):
        yield Unless(rule=tells), phrase


def _phrases(
    name: str,
    entry: Mapping[str, Any],
    key: str,
    words: Mapping[str, tuple[str, ...]],
    *,
    needed: bool = False,
) -> Iterator[Phrase]:
    for index, text in enumerate(_listed(name, entry, key, needed=needed)):
        try:
            yield from parse(text, words)
        except PhraseError as error:
            raise RuleError(name, str(error), (key, index)) from error


def _word_table(data: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    section = _section(data, "words")
    return {name: tuple(dict.fromkeys(_listed("words", section, name, needed=True))) for name in section}


def _vocabulary(words: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """The single words of the table: news words, which are no part of anybody's name."""
    return frozenset(fold(form) for forms in words.values() for form in forms if " " not in form)


def _places(name: str, entry: Mapping[str, Any]) -> frozenset[Place]:
    told = entry.get("where", list(get_args(Place)))
    places = [told] if isinstance(told, str) else told
    if not isinstance(places, list) or not places:
        raise RuleError(name, "where takes headline, lead, body or a list of them", ("where",))
    for place in places:
        _one_of(name, "where", place, get_args(Place))
    return frozenset(places)


def _kinds(name: str, entry: Mapping[str, Any], key: str) -> frozenset[Kind]:
    return frozenset(
        Kind(_one_of(name, key, kind, [kind.value for kind in Kind])) for kind in _listed(name, entry, key)
    )


def _weight(name: str, entry: Mapping[str, Any]) -> float:
    weight = entry.get("weight", 1.0)
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight <= MOST_WEIGHT:
        raise RuleError(name, f"weight must be a number above 0 and up to {MOST_WEIGHT}, not {weight!r}", ("weight",))
    return float(weight)


def _choice(name: str, entry: Mapping[str, Any], key: str, allowed: Iterable[str]) -> str | None:
    value = entry.get(key)
    return None if value is None else _one_of(name, key, value, allowed)


def _one_of(name: str, key: str, value: Any, allowed: Iterable[str]) -> str:
    choices = list(map(str, allowed))
    if value not in choices:
        told = f"{key} cannot be {value!r}; it is one of {', '.join(choices)}"
        raise RuleError(name, told + _near(str(value), choices), (key,))
    return str(value)


def _listed(name: str, entry: Mapping[str, Any], key: str, *, needed: bool = False) -> tuple[str, ...]:
    value = entry.get(key, [])
    if not isinstance(value, list) or not all(isinstance(text, str) and text.strip() for text in value):
        raise RuleError(name, f"{key} must be a list of texts", (key,))
    if needed and not value:
        raise RuleError(name, f"{key} is missing or empty", (key,))
    return tuple(value)


def _known_keys(name: str, entry: Mapping[str, Any], known: set[str]) -> None:
    for key in entry:
        if key not in known:
            raise RuleError(name, f"unknown key {key!r}" + _near(str(key), known), (str(key),))


def _near(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word, list(known), n=1)
    return f", did you mean {near[0]!r}?" if near else ""


def _section(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    section = data.get(key, {})
    if not isinstance(section, Mapping):
        raise RuleError(key, "must be a mapping")
    return section


def _entries(data: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    entries = data.get(key, [])
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        raise RuleError(key, "must be a list of entries")
    return entries


def _text(data: Mapping[str, Any], key: str, name: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value:
        raise RuleError(name, f"{key} is missing")
    return value
