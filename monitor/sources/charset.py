"""What characters the bytes of a web page are."""

import codecs
import re

_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_HEADER_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def decoded(body: bytes, content_type: str | None) -> str:
    """The body as text: by its byte-order mark, the HTTP header, the page's own word, else UTF-8 or Latin-1."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body.decode(encoding, errors="replace")
    header, meta = _HEADER_CHARSET.search(content_type or ""), _META_CHARSET.search(body[:4_096])
    named = [match for match in (header and header[1], meta and meta[1].decode("ascii", errors="replace")) if match]
    for encoding in named:
        try:
            return body.decode(_as_browsers_do(encoding), errors="replace")
        except (LookupError, ValueError):
            continue  # an encoding nobody knows, or none for text
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        # Damage far inside is damage; damage from the start is another encoding.
        spoilt = body.decode("utf-8", errors="replace")
        return spoilt if spoilt.count("\ufffd") * 500 < error.end else body.decode("cp1252", errors="replace")


def _as_browsers_do(encoding: str) -> str:
    """Latin-1 and ASCII are read as Windows-1252 everywhere (WHATWG Encoding)."""
    name = encoding.lower()
    return "cp1252" if name in {"iso-8859-1", "latin1", "us-ascii", "ascii"} else name
