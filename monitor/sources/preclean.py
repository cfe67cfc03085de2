"""Repairs a feed document's bytes where the parser would stumble over them, and changes nothing else.

Character references that XML forbids make it raise; a long unbroken author makes its e-mail pattern take quadratic
time. Both come from real publishers (emoji written as surrogate pairs, whole paragraphs in `author`).
"""

import re

from monitor.core.fetching import NotAFeed
from monitor.core.inflate import BodyBrokenError, BodyTooLargeError, Inflater

_MOST_INFLATED = 10_000_000
_AUTHOR_LIMIT = 512

_SURROGATE_PAIR = re.compile(rb"&#(?:[xX]0*([dD][89abAB][0-9a-fA-F]{2})|0*(5[56]\d{3}));"
                             rb"&#(?:[xX]0*([dD][c-fC-F][0-9a-fA-F]{2})|0*(5[67]\d{3}));")  # fmt: skip
_REFERENCE = re.compile(rb"&#(?:[xX]([0-9a-fA-F]{1,40})|([0-9]{1,40}));")
_AUTHOR = re.compile(
    rb"(<(?:[\w-]{1,20}:)?(?:author|contributor|creator|email|managingEditor|name|publisher|webMaster)\b[^<>]{0,500}>"
    rb"\s{0,20}(?:<!\[CDATA\[)?)([^<]{%d})[^<]*" % _AUTHOR_LIMIT,
    re.IGNORECASE,
)
_CUT_SEQUENCE = re.compile(rb"[\xc0-\xff][\x80-\xbf]{0,3}\Z")
# Escape and the shift characters are left: Japanese encodings use them.
_CONTROLS = bytes(code for code in range(0x20) if code not in b"\t\n\v\f\r\x0e\x0f\x1b")
_SPACES = bytes.maketrans(b"\v\f", b"  ")
_DECLARED_ENCODING = re.compile(r"""^(\s*<\?xml[^>]{0,200}?)\sencoding\s*=\s*(?:"[^"]*"|'[^']*')""")
_HIGH_SURROGATES = range(0xD800, 0xDC00)
_LOW_SURROGATES = range(0xDC00, 0xE000)
_NON_CHARACTERS = frozenset({0xFFFE, 0xFFFF})
_LAST_CHARACTER = 0x10FFFF
_REPLACEMENT = b"&#xFFFD;"


def inflated(body: bytes) -> bytes | NotAFeed:
    """The body, unpacked if it is gzip that nobody announced."""
    try:
        inflater = Inflater(None, max_bytes=_MOST_INFLATED)
        inflater.feed(body)
        return inflater.finish()
    except (BodyTooLargeError, BodyBrokenError):
        return NotAFeed(detail="compressed data that cannot be unpacked within the limit")


def preclean(body: bytes) -> bytes:
    """The document in a form the parser reads in linear time without raising."""
    body = _as_utf8(body).translate(_SPACES, _CONTROLS)
    body = _SURROGATE_PAIR.sub(_joined, body)
    body = _REFERENCE.sub(_allowed, body)
    return _AUTHOR.sub(_shortened, body)


def _as_utf8(body: bytes) -> bytes:
    """UTF-16 as UTF-8, which byte patterns can see into; every other encoding as it is."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif body[:4] == b"<\x00?\x00":
        encoding = "utf-16-le"
    elif body[:4] == b"\x00<\x00?":
        encoding = "utf-16-be"
    else:
        return body
    text = body.decode(encoding, errors="replace")
    return _DECLARED_ENCODING.sub(r'\1 encoding="utf-8"', text, count=1).encode("utf-8", errors="replace")


def _joined(pair: re.Match[bytes]) -> bytes:
    high = int(pair[1], 16) if pair[1] else int(pair[2])
    low = int(pair[3], 16) if pair[3] else int(pair[4])
    if high not in _HIGH_SURROGATES or low not in _LOW_SURROGATES:
        return pair[0]
    joined = ((high - _HIGH_SURROGATES.start) << 10) + (low - _LOW_SURROGATES.start)
    return b"&#%d;" % (0x10000 + joined)


def _allowed(reference: re.Match[bytes]) -> bytes:
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    if code < ord(" "):
        return reference[0] if code in b"\t\n\r" else b""
    surrogate = code in _HIGH_SURROGATES or code in _LOW_SURROGATES
    return _REPLACEMENT if surrogate or code in _NON_CHARACTERS or code > _LAST_CHARACTER else reference[0]


def _shortened(author: re.Match[bytes]) -> bytes:
    # Not through the middle of a UTF-8 sequence or of a reference.
    kept = _CUT_SEQUENCE.sub(b"", author[2])
    before, ampersand, after = kept.rpartition(b"&")
    if ampersand and b";" not in after:
        kept = before
    closing = b"]]>" if author[1].endswith(b"CDATA[") else b""
    return author[1] + kept + closing
