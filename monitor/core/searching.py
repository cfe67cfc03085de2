"""What to search for: the watchlist in the words of a search engine, and whose turn it is."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.core.report import Kind
from monitor.core.text import clean_line, fold
from monitor.core.watchlist import Watch, WatchType

_NAME_LIMIT = 100
_QUOTATION_MARKS = {ord(mark): " " for mark in '"“”„«»'}
# Languages by the names that GDELT has for them.
LANGUAGES = {
    "ar": "arabic", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "fi": "finnish", "fr": "french", "hi": "hindi", "hu": "hungarian", "it": "italian", "ja": "japanese",
    "ko": "korean", "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sv": "swedish", "tr": "turkish", "uk": "ukrainian", "zh": "chinese",
}  # fmt: skip
# One of these stands in nearly every article about a show or a film, and tells it from the illness of the same name.
_SCREEN_WORDS: Mapping[str, tuple[str, ...]] = {
    "de": ("Serie", "Staffel", "Film", "Besetzung", "Trailer", "Dreharbeiten"),
    "en": ("series", "season", "film", "cast", "trailer", "filming"),
    "es": ("serie", "temporada", "película", "reparto", "tráiler", "rodaje"),
    "fr": ("série", "saison", "film", "casting", "bande-annonce", "tournage"),
    "it": ("serie", "stagione", "film", "cast", "trailer", "riprese"),
    "nl": ("serie", "seizoen", "film", "cast", "trailer", "opnames"),
    "pt": ("série", "temporada", "filme", "elenco", "trailer", "filmagens"),
}
# For topics, which name no title. Kinds that are not here are told by the screen words.
_KIND_WORDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.CASTING_CALL: ("casting call", "open casting", "extras wanted"),
    Kind.CANCELLATION: ("cancelled", "canceled", "axed"),
    Kind.RENEWAL: ("renewed", "another season"),
    Kind.FILMING_START: ("filming", "in production"),
    Kind.CASTING: ("cast", "casting"),
    Kind.TRAILER: ("trailer", "teaser"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What one watch is searched by: one of its names, and one of each group of `context`; or a query as it is.

    `key` names it as long as it is searched by the same words.
    """

    key: str
    names: tuple[str, ...] = ()
    context: tuple[tuple[str, ...], ...] = ()
    query: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """When something was searched for last, and when the last answer came, in milliseconds since 1970; 0 is never."""

    tried: int = 0
    answered: int = 0


def as_written(query: str) -> Wanted:
    """The user's own query."""
    return Wanted(key=_key((query,)), query=query)


def wanted(watches: Sequence[Watch], *, lang: str, screen_words: bool) -> tuple[Wanted, ...]:
    """What the watchlist is searched by, in its order. Topics without any or all words name nothing to search for.

    `lang` is the language of the articles; with `screen_words`, a name of one word is searched together with one of
    those, unless the watch says itself what must stand near it.
    """
    words = _SCREEN_WORDS.get(lang, ()) if screen_words else ()
    made = [_of_topic(watch, lang) if watch.type is WatchType.TOPIC else _of_name(watch, words) for watch in watches]
    return tuple({one.key: one for one in made if one is not None}.values())


def _of_name(watch: Watch, screen_words: tuple[str, ...]) -> Wanted | None:
    names, near = _phrases((watch.title, *watch.aliases)), _phrases(watch.require)
    if not near and any(len(name.split()) == 1 for name in names):
        near = screen_words
    return _wanted(names, (near,) if near else ())


def _of_topic(watch: Watch, lang: str) -> Wanted | None:
    groups = [group for group in (_phrases(watch.any), *(_phrases((word,)) for word in watch.all)) if group]
    if not groups:
        return None
    words: tuple[str, ...] = ()
    if len(watch.kinds) < len(Kind):  # of all kinds: the words are the user's whole wish
        known = [_KIND_WORDS[kind] for kind in Kind if kind in watch.kinds and kind in _KIND_WORDS]
        words = tuple(word for group in known for word in group) if lang == "en" else ()
        words = words or _SCREEN_WORDS.get(lang, ())
    return _wanted(groups[0], (*groups[1:], *((words,) if words else ())))


def _wanted(names: tuple[str, ...], context: tuple[tuple[str, ...], ...]) -> Wanted | None:
    return Wanted(key=_key(names, *context), names=names, context=context) if names else None


def _phrases(names: Sequence[str]) -> tuple[str, ...]:
    """The names without quotation marks, each once."""
    kept: dict[str, str] = {}
    for name in names:
        clean = clean_line(name.translate(_QUOTATION_MARKS), _NAME_LIMIT)
        if folded := fold(clean):
            kept.setdefault(folded, clean)
    return tuple(kept.values())


def _key(*groups: tuple[str, ...]) -> str:
    text = "\x00".join("\x01".join(group) for group in groups)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def portions(names: Sequence[str], *, fits: Callable[[tuple[str, ...]], bool]) -> Iterator[tuple[str, ...]]:
    """The names in their order, in portions as large as fit; a name that fits nowhere stands alone."""
    portion: tuple[str, ...] = ()
    for name in names:
        if portion and not fits((*portion, name)):
            yield portion
            portion = ()
        portion = (*portion, name)
    if portion:
        yield portion


def in_turn(found: Sequence[Wanted], turns: Mapping[str, Turn]) -> tuple[list[Wanted], list[Wanted]]:
    """What was answered before, and what never was; in each, what was longest not tried comes first."""
    never = Turn()
    order = sorted(found, key=lambda one: turns.get(one.key, never).tried)
    answered = [one for one in order if turns.get(one.key, never).answered]
    return answered, [one for one in order if not turns.get(one.key, never).answered]
