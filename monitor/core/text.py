"""Text as we compare it and as we show it."""

import re
import unicodedata
from collections.abc import Sequence

# Letters that stay whole under NFKD although readers take them for accented ones, and typography typed as ASCII.
_SPELT = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h",
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "ʼ": "'", "′": "'", "´": "'", "`": "'",
    "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "″": '"', "‹": "'", "›": "'",
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "⁃": "-",
}  # fmt: skip
_DIACRITICS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
# Bidirectional and zero-width controls, soft hyphens, tags, half characters: nobody sees them, so nobody may use them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_VANISHING = re.compile(f"{_DIACRITICS.pattern}|{_UNSEEN.pattern}")
_SPACES = re.compile(r"\s+")
_INNER_MARKS = str.maketrans('“”„"', "‘’‚'")
_LINE_BREAKS = re.compile(r"[\n\r\v\f\x85\u2028\u2029]+")


class _Folding(dict[int, str]):
    """What each character becomes when folded; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if char.isspace():
            folded = " "
        elif _UNSEEN.match(char):
            folded = ""
        else:
            known = _SPELT.get(char)
            plain = unicodedata.normalize("NFKD", char if known is None else known).casefold()
            plain = "".join(_SPELT.get(part, part) for part in unicodedata.normalize("NFKD", plain))
            folded = _DIACRITICS.sub("", plain)
        self[code] = folded
        return folded


_FOLDING = _Folding()


def fold(text: str) -> str:
    """The text for comparing: no case, no accents, plain quotes and dashes, single spaces."""
    folded = text.lower() if text.isascii() and text.isprintable() and "`" not in text else text.translate(_FOLDING)
    return " ".join(folded.split())


def fold_with_offsets(text: str) -> tuple[str, Sequence[int]]:
    """The folded text, and for each place in it (its end included) the place in the original it came from.

    The original of `folded[a:b]` is `text[offsets[a]:offsets[b]]`.
    """
    plain = text.translate(_FOLDING)
    if len(plain) == len(text) and not _VANISHING.search(text) and "  " not in plain and plain == plain.strip():
        return plain, range(len(text) + 1)  # most texts: every character became one
    folded: list[str] = []
    offsets: list[int] = []
    end = 0
    for index, char in enumerate(text):
        parts = _FOLDING[ord(char)]
        for part in parts:
            if part.isspace():
                if folded and folded[-1] != " ":
                    folded.append(" ")
                    offsets.append(index)
            else:
                folded.append(part)
                offsets.append(index)
        if not parts.isspace():
            end = index + 1
    if folded and folded[-1] == " ":
        del folded[-1], offsets[-1]
    return "".join(folded), (*offsets, end)


def clean_line(text: str, limit: int) -> str:
    """The text as one line of at most `limit` characters, without control characters of any sort."""
    return _cut(_SPACES.sub(" ", _UNSEEN.sub("", text)).strip(), limit)


def clean_text(text: str, limit: int) -> str:
    r"""The text as paragraphs parted by "\n", at most `limit` characters, without control characters of any sort."""
    lines = (_SPACES.sub(" ", line).strip() for line in _LINE_BREAKS.split(_UNSEEN.sub("", text)))
    return _cut("\n".join(line for line in lines if line), limit)


def quote(text: str) -> str:
    """The text in quotation marks, those within it made single; but for pieces that were cut out between two marks."""
    paired = sum(ord(character) in _INNER_MARKS for character in text) % 2 == 0
    return f"“{text.translate(_INNER_MARKS) if paired else text}”"


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    if not text[limit - 1].isspace():
        whole_words = kept.rsplit(None, 1)[0]
        # A word longer than half the room is cut where it stands: a link, or a script without spaces.
        kept = whole_words if len(whole_words) > limit // 2 else kept
    return kept.rstrip() + "…"
