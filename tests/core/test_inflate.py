import contextlib
import gzip
import tracemalloc
import zlib
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.inflate import BodyBrokenError, BodyTooLargeError, Inflater

# The same bytes in every process: parallel test runs compare the names of the cases.
squeeze = partial(gzip.compress, mtime=0)

TEXT = b"<rss><channel><title>Casting news</title></channel></rss>" * 40
CAP = 100_000


def inflate(body, encoding=None, *, step=7, cap=CAP):
    inflater = Inflater(encoding, max_bytes=cap)
    for start in range(0, len(body), step):
        inflater.feed(body[start : start + step])
    return inflater.finish()


def raw_deflate(data):
    compressor = zlib.compressobj(wbits=-15)
    return compressor.compress(data) + compressor.flush()


@pytest.mark.parametrize("step", [1, 2, 7, CAP])
@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (TEXT, None),
        (TEXT, "identity"),
        (squeeze(TEXT), "gzip"),
        (squeeze(TEXT), " X-GZIP "),
        (squeeze(TEXT[:50]) + squeeze(TEXT[50:]), "gzip"),
        (squeeze(TEXT) + b"\0" * 30, "gzip"),
        (zlib.compress(TEXT), "deflate"),
        (zlib.compress(TEXT) + b"\x1f padding", "deflate"),
        (raw_deflate(TEXT), "deflate"),
        # Headers that lie: gzip without a word, a word without gzip, gzip called something else, gzip twice.
        (squeeze(TEXT), None),
        (TEXT, "gzip"),
        (squeeze(TEXT), "deflate"),
        (squeeze(TEXT), "br"),
        (squeeze(squeeze(TEXT)), "gzip"),
    ],
)
def test_inflates(body, encoding, step):
    assert inflate(body, encoding, step=step) == TEXT


def test_short_bodies_come_through():
    assert inflate(b"") == b""
    assert inflate(b"x", "gzip") == b"x"


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (squeeze(TEXT)[:-9], "gzip"),
        (squeeze(TEXT) + squeeze(TEXT)[:12], "gzip"),
        (squeeze(TEXT)[:20] + b"damage" + squeeze(TEXT)[26:], "gzip"),
        (squeeze(TEXT)[:-8] + b"badcheck", "gzip"),
        (zlib.compress(TEXT)[:-5], "deflate"),
        (TEXT, "deflate"),
        (b"\x0b\x02\x80brotli", "br"),
        (TEXT, "zstd"),
        (squeeze(squeeze(TEXT)[:-9]), "gzip"),
    ],
)
def test_broken_bodies(body, encoding):
    with pytest.raises(BodyBrokenError):
        inflate(body, encoding)


@pytest.mark.parametrize("encoding", ["gzip", None])
def test_a_bomb_is_stopped_where_it_passes_the_cap(encoding):
    """A thousandfold bomb costs no more memory than the cap, whole chunks at a time or not."""
    bomb = squeeze(b"\0" * 100_000_000)
    tracemalloc.start()
    with pytest.raises(BodyTooLargeError):
        inflate(bomb, encoding, step=len(bomb), cap=1_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


def test_a_bomb_inside_a_bomb_is_stopped():
    inner = squeeze(b"\0" * 10_000_000)
    with pytest.raises(BodyTooLargeError):
        inflate(squeeze(inner), "gzip")


def test_members_that_inflate_to_nothing_are_bounded_by_the_wire():
    with pytest.raises(BodyTooLargeError):
        inflate(squeeze(b"") * 10_000, "gzip", step=1000)


def test_exactly_the_cap_is_allowed():
    assert len(inflate(b"x" * CAP, step=1000)) == CAP
    assert len(inflate(squeeze(b"x" * CAP), "gzip")) == CAP
    with pytest.raises(BodyTooLargeError):
        inflate(squeeze(b"x" * (CAP + 1)), "gzip")


@given(st.binary(), st.sampled_from(["gzip", "deflate", "br", None]), st.integers(1, 50))
def test_any_bytes_come_to_a_body_or_a_named_error(body, encoding, step):
    with contextlib.suppress(BodyBrokenError, BodyTooLargeError):
        assert len(inflate(body, encoding, step=step)) <= CAP


@given(st.lists(st.binary(max_size=300)), st.integers(1, 50))
def test_what_was_compressed_comes_back(members, step):
    body = b"".join(squeeze(member) for member in members)
    plain = b"".join(members)
    if not plain.startswith(b"\x1f\x8b"):
        assert inflate(body, "gzip", step=step) == plain
