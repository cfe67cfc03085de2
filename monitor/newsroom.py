"""An invented newsroom on loopback: what `monitor demo` polls instead of the internet.

A timeline says what each address answers from which moment on; `seeds/newsroom/` holds the one we ship. The file formats,
the documents' small template language included, are described in `docs/demo.md`. YAML is read elsewhere: this module is
given the timeline as plain data.
"""

import asyncio
import hashlib
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, Self

CONTENT_TYPES = {
    ".atom": "application/atom+xml; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/feed+json",
    ".rdf": "application/rdf+xml; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
}

_HEAD_LIMIT_BYTES = 16 * 1024
_HEAD_TIMEOUT = timedelta(seconds=10)

_MOMENT = re.compile(r"day (-?\d+) ([01]\d|2[0-3]):([0-5]\d)")
_DAY = r"day -?\d+ \d\d:\d\d"
_OPENING = re.compile(rf"\{{\{{ (?:(?=from|until)(?:from ({_DAY}))? ?(?:until ({_DAY}))?) \}}\}}")
_FIELD = re.compile(rf"\{{\{{ (?:(?P<newsroom>newsroom)|(?P<moment>{_DAY}) (?P<form>rfc822|iso|words)|.*?) \}}\}}")
_ENTITY_TAG = re.compile(r'(?:W/)?("[^"]*")')


class NewsroomError(ValueError):
    """The timeline or one of its documents is written wrongly; the message names the place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What an address answers from `since` on, counted from the start of the fortnight."""

    since: timedelta
    status: int  # 0 = the connection is closed without an answer
    file: str | None  # None = an empty body
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Every address of the newsroom and what it answers when."""

    versions: Mapping[str, tuple[Version, ...]]  # by path, earliest first
    articles: str | None  # the page for every other address in the folder of an outlet
    outlets: frozenset[str]  # first part of the paths that have feeds

    @property
    def files(self) -> frozenset[str]:
        """Every document it shows at some time, relative to its folder."""
        shown = {version.file for versions in self.versions.values() for version in versions}
        return frozenset(file for file in (*shown, self.articles) if file is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A part of a document, and when it stands in it, counted from the start of the fortnight; None = no bound."""

    begins: timedelta | None
    ends: timedelta | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One GET as it was answered. `status` 0 = the connection was closed without an answer."""

    at: datetime
    path: str
    status: int
    size: int = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


def since_start(moment: str) -> timedelta:
    """How long after the start of the fortnight `day 3 08:00` is; day 1 begins at the start, day 0 the day before."""
    match = _MOMENT.fullmatch(moment)
    if match is None:
        message = f"{moment!r} is not a moment; write it like 'day 3 08:00'"
        raise NewsroomError(message)
    day, hour, minute = (int(part) for part in match.groups())
    return timedelta(days=day - 1, hours=hour, minutes=minute)


def read_timeline(data: Mapping[str, Any]) -> Timeline:
    """The timeline that the loaded YAML says."""
    versions: dict[str, tuple[Version, ...]] = {}
    for place in (*data["sources"], *data.get("pages", ())):
        path = place["path"]
        if path in versions:
            message = f"two places have the path {path}"
            raise NewsroomError(message)
        versions[path] = tuple(_version(entry) for entry in place["versions"])
        moments = [version.since for version in versions[path]]
        if not moments or moments != sorted(set(moments)):
            message = f"the versions of {path} must be one or more, in order of time"
            raise NewsroomError(message)
    return Timeline(
        versions=versions,
        articles=data.get("articles"),
        outlets=frozenset(_outlet(source["path"]) for source in data["sources"]),
    )


def _version(entry: Mapping[str, Any]) -> Version:
    headers = tuple((str(name), str(value)) for name, value in entry.get("headers", {}).items())
    for name, value in headers:
        _check_fields(value, name)
    return Version(
        since=since_start(entry["at"]),
        status=0 if entry.get("closed", False) else int(entry.get("status", HTTPStatus.OK)),
        file=entry.get("file"),
        headers=headers,
    )


def _outlet(path: str) -> str:
    return path.split("/")[1] if path.startswith("/") else ""


def read_document(text: str) -> tuple[Passage, ...]:
    """The passages of a document as it is written.

    Raises NewsroomError for a passage without end or beginning and for a field we do not know.
    """
    passages: list[Passage] = []
    lines: list[str] = []
    opened = 0  # the line that began the passage we are in
    begins: timedelta | None = None
    ends: timedelta | None = None
    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        mark = line.strip()
        opening = _OPENING.fullmatch(mark)
        if opening is None and mark != "{{ end }}":
            _check_fields(line, f"line {number}")
            lines.append(line)
            continue
        if opening and opened:
            message = f"line {number}: the passage of line {opened} has no end"
            raise NewsroomError(message)
        if not opening and not opened:
            message = f"line {number}: an end without a beginning"
            raise NewsroomError(message)
        passages.append(Passage(begins=begins, ends=ends, text="".join(lines)))
        lines = []
        begins, ends = _bounds(opening) if opening else (None, None)
        opened = number if opening else 0
    if opened:
        message = f"line {opened}: the passage has no end"
        raise NewsroomError(message)
    return (*passages, Passage(begins=begins, ends=ends, text="".join(lines)))


def _bounds(opening: re.Match[str]) -> tuple[timedelta | None, timedelta | None]:
    begins, ends = opening.groups()
    return since_start(begins) if begins else None, since_start(ends) if ends else None


def _check_fields(text: str, place: str) -> None:
    for match in _FIELD.finditer(text):
        if match["moment"]:
            since_start(match["moment"])
        elif not match["newsroom"]:
            message = f"{place}: {match[0]} is not a field we know"
            raise NewsroomError(message)


def render(document: Iterable[Passage], *, starts: datetime, now: datetime, url: str) -> str:
    """A document as it reads at `now`: passages of other times left out, moments and our address filled in."""
    since = now - starts
    shown = [
        passage.text
        for passage in document
        if (passage.begins is None or passage.begins <= since) and (passage.ends is None or since < passage.ends)
    ]
    return _fill("".join(shown), starts=starts, url=url)


def _fill(text: str, *, starts: datetime, url: str) -> str:
    def value(match: re.Match[str]) -> str:
        if match["newsroom"]:
            return url
        moment = starts + since_start(match["moment"])
        match match["form"]:
            case "rfc822":
                return format_datetime(moment)
            case "iso":
                return moment.isoformat(timespec="seconds")
            case _:
                return f"{moment.day} {moment:%B %Y}"

    return _FIELD.sub(value, text)


def _load(file: Path) -> tuple[Passage, ...]:
    if file.suffix not in CONTENT_TYPES:
        message = f"{file}: name it like one of {', '.join(CONTENT_TYPES)}"
        raise NewsroomError(message)
    try:
        return read_document(file.read_text(encoding="utf-8"))
    except NewsroomError as error:
        message = f"{file}: {error}"
        raise NewsroomError(message) from error


class Newsroom:
    """The server, as an async context manager. It answers by `clock` and decides nothing else.

    All documents are read when it is made, so a mistake in them shows before the first request.
    """

    def __init__(
        self, *, folder: Path, timeline: Timeline, starts: datetime, clock: Callable[[], datetime], port: int = 0
    ) -> None:
        self._timeline = timeline
        self._starts = starts
        self._clock = clock
        self._port = port  # another one if it is taken; 0 = any free one
        self._server: asyncio.Server | None = None
        self._url = ""
        self._connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}  # open ones, to be ended with the server
        self._served: list[Served] = []  # grows with every request
        self._documents = {file: _load(folder / file) for file in timeline.files}

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self._port, limit=_HEAD_LIMIT_BYTES)
        self._url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._connections.values():
            writer.transport.abort()  # not cancelled: Python 3.11 logs a cancelled connection as an error
        await asyncio.gather(*self._connections)
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end; "" before it is open."""
        return self._url

    @property
    def served(self) -> tuple[Served, ...]:
        """Every GET so far, in order."""
        return tuple(self._served)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = asyncio.current_task()
        assert connection is not None
        self._connections[connection] = writer
        try:
            async with asyncio.timeout(_HEAD_TIMEOUT.total_seconds()):
                head = await reader.readuntil(b"\r\n\r\n")
            answer = self._answer(head)
            if answer.status:
                writer.write(self._serialise(answer))
                await writer.drain()
        except asyncio.LimitOverrunError:
            writer.write(self._serialise(_Answer(status=HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)))
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError):
            pass  # the client went away or sent nothing: there is nobody to answer
        finally:
            del self._connections[connection]
            writer.close()

    def _answer(self, head: bytes) -> _Answer:
        request_line, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
        words = request_line.split(" ")
        if len(words) != 3 or not words[1].startswith("/") or not words[2].startswith("HTTP/1."):  # noqa: PLR2004 - RFC 9112, section 3: method, target, version
            return _Answer(status=HTTPStatus.BAD_REQUEST)
        method, target, _ = words
        if method != "GET":
            return _Answer(status=HTTPStatus.METHOD_NOT_ALLOWED, headers=(("Allow", "GET"),))
        now = self._clock()
        path = target.partition("?")[0]
        answer = self._page(path, now)
        fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if answer.status == HTTPStatus.OK and _matches(fields.get("if-none-match", ""), answer):
            answer = _Answer(status=HTTPStatus.NOT_MODIFIED, headers=answer.headers)
        self._served.append(Served(at=now, path=path, status=answer.status, size=len(answer.body)))
        return answer

    def _page(self, path: str, now: datetime) -> _Answer:
        """What stands at `path` at `now`."""
        versions = self._timeline.versions.get(path)
        if versions is None:
            if self._timeline.articles is None or _outlet(path) not in self._timeline.outlets:
                return _Answer(status=HTTPStatus.NOT_FOUND)
            versions = (Version(since=timedelta(), status=HTTPStatus.OK, file=self._timeline.articles, headers=()),)
        began = bisect_right([version.since for version in versions], now - self._starts)
        version = versions[max(began - 1, 0)]  # before its first version an address answers like it
        headers = {name: _fill(value, starts=self._starts, url=self._url) for name, value in version.headers}
        if version.file is None:
            return _Answer(status=version.status, headers=tuple(headers.items()))
        body = render(self._documents[version.file], starts=self._starts, now=now, url=self._url).encode()
        headers.setdefault("Content-Type", CONTENT_TYPES[PurePosixPath(version.file).suffix])
        if version.status == HTTPStatus.OK:
            headers.setdefault("ETag", f'"{hashlib.sha256(body).hexdigest()[:16]}"')
        return _Answer(status=version.status, headers=tuple(headers.items()), body=body)

    def _serialise(self, answer: _Answer) -> bytes:
        status = HTTPStatus(answer.status)
        lines = [
            f"HTTP/1.1 {status.value} {status.phrase}",
            f"Date: {format_datetime(self._clock().astimezone(UTC), usegmt=True)}",
            "Connection: close",
            *(f"{name}: {value}" for name, value in answer.headers),
        ]
        if status is not HTTPStatus.NOT_MODIFIED:  # it has no body, and its length would be that of the 200
            lines.append(f"Content-Length: {len(answer.body)}")
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + answer.body


def _matches(if_none_match: str, answer: _Answer) -> bool:
    """Whether the client has this body already; tags compare weakly (RFC 9110, section 13.1.2)."""
    tag = dict(answer.headers).get("ETag")
    return tag is not None and (if_none_match == "*" or tag in _ENTITY_TAG.findall(if_none_match))
