"""Inflating what a server sent, without ever holding more than was agreed.

A kilobyte of gzip can stand for a megabyte, so the output is bounded at every step and not after it.
"""

import zlib

_GZIP_MAGIC = b"\x1f\x8b"
_NAMED_GZIP = frozenset({"", "identity", "gzip", "x-gzip"})


class BodyTooLargeError(Exception):
    """More bytes than agreed, on the wire or inflated."""


class BodyBrokenError(Exception):
    """Compression that is cut short, damaged or unknown; the message says which."""


class Inflater:
    """Takes a body piece by piece: `feed` every piece, then `finish` for the whole. Both raise the errors above.

    Gzip is told by its first bytes, whatever the header says: servers send gzip without naming it, and name it without
    sending it. `encoding` is the Content-Encoding header; `max_bytes` bounds both the wire and the result.
    """

    def __init__(self, encoding: str | None, *, max_bytes: int) -> None:
        self._encoding = (encoding or "").strip().lower()
        self._max_bytes = max_bytes
        self._wire = 0
        self._start = b""  # the first bytes, until there are enough to tell what they are
        self._stream: _Plain | _Deflated | None = None

    def feed(self, piece: bytes) -> None:
        self._wire += len(piece)
        if self._wire > self._max_bytes:
            raise BodyTooLargeError
        if self._stream is None:
            self._start += piece
            if len(self._start) < len(_GZIP_MAGIC):
                return
            piece, self._start = self._start, b""
            self._stream = self._recognise(piece)
        self._stream.feed(piece)

    def finish(self) -> bytes:
        if self._stream is None:
            return self._start
        body = self._stream.finish()
        if body.startswith(_GZIP_MAGIC):  # a `.xml.gz` file served with Content-Encoding: gzip
            inner = _Deflated(gzip=True, raw=False, max_bytes=self._max_bytes)
            inner.feed(body)
            return inner.finish()
        return body

    def _recognise(self, start: bytes) -> "_Plain | _Deflated":
        if start.startswith(_GZIP_MAGIC):
            return _Deflated(gzip=True, raw=False, max_bytes=self._max_bytes)
        if self._encoding == "deflate":
            # Meant to be zlib (RFC 9110, section 8.4.1.2); some send the raw stream. The header of zlib is a multiple of 31.
            zlib_header = start[0] & 0x0F == zlib.DEFLATED and int.from_bytes(start[:2]) % 31 == 0
            return _Deflated(gzip=False, raw=not zlib_header, max_bytes=self._max_bytes)
        if self._encoding in _NAMED_GZIP:
            return _Plain()
        raise BodyBrokenError("compressed in a way we did not ask for")


class _Plain:
    def __init__(self) -> None:
        self._out = bytearray()

    def feed(self, piece: bytes) -> None:
        self._out += piece

    def finish(self) -> bytes:
        return bytes(self._out)


class _Deflated:
    """One compressed stream; gzip may consist of several members one after another (RFC 1952, section 2.2)."""

    def __init__(self, *, gzip: bool, raw: bool, max_bytes: int) -> None:
        self._gzip = gzip
        self._window = -zlib.MAX_WBITS if raw else zlib.MAX_WBITS | 32  # 32: gzip or zlib, told by the header
        self._max_bytes = max_bytes
        self._out = bytearray()
        self._member = zlib.decompressobj(self._window)

    def feed(self, piece: bytes) -> None:
        while piece:
            if self._member.eof:
                # What follows the end is another member or padding; padding is nobody's business.
                if not (self._gzip and piece.startswith(_GZIP_MAGIC[:1])):
                    return
                self._member = zlib.decompressobj(self._window)
            try:
                self._out += self._member.decompress(piece, self._max_bytes + 1 - len(self._out))
            except zlib.error:
                raise BodyBrokenError("compression is damaged") from None
            if len(self._out) > self._max_bytes:
                raise BodyTooLargeError
            piece = self._member.unused_data if self._member.eof else self._member.unconsumed_tail

    def finish(self) -> bytes:
        if not self._member.eof:
            raise BodyBrokenError("compressed body is cut short")
        return bytes(self._out)
