"""A small real HTTP server on loopback, answering as it was told and remembering who asked.

    with WebServer() as web:
        web.answer("/feed", Answer(body=b"..."), Answer(status=304))   # one after another; the last one stays
        ... web.url("/feed") ... web.seen ...

An answer may also be a function of what was asked. Anything else is answered 404.
"""

import contextlib
import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from http.client import responses
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One scripted answer.

    `pieces` are sent one by one instead of `body`, `pause_s` seconds apart, chunked; it may be endless.
    `hang` accepts the request and never answers. `raw` is sent verbatim instead of everything else.
    """

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    pieces: Iterable[bytes] | None = None
    pause_s: float = 0.0
    hang: bool = False
    raw: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One request as it came in. Header names are lower case; times are of the monotonic clock."""

    target: str
    headers: dict[str, str]
    started: float
    path: str
    method: str = "GET"
    body: bytes = b""


Script = Answer | Callable[[Seen], Answer]


class WebServer:
    """The server; `with` starts and stops it. `sent` counts the bytes of bodies that went out."""

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self.host = host
        self.seen: list[Seen] = []
        self.sent = 0
        self.at_once = 0  # most requests ever in work at the same time
        self._scripts: dict[str, list[Script]] = {}
        self._working = 0
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._scheme = "https" if tls else "http"
        self._server = _Server((host, port), _handler(self))
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()

    def url(self, path: str = "/", *, host: str | None = None) -> str:
        return f"{self._scheme}://{host or self.host}:{self.port}{path}"

    def answer(self, path: str, *answers: Script) -> str:
        """Scripts a path (without query) and returns its address."""
        self._scripts[path] = list(answers)
        return self.url(path)

    def serve(self, seen: Seen, write: Callable[[bytes], object]) -> None:
        with self._lock:
            self.seen.append(seen)
            scripts = self._scripts.get(seen.path, [Answer(status=404)])
            script = scripts.pop(0) if len(scripts) > 1 else scripts[0]
        with self._at_work():
            last = self._begin(script if isinstance(script, Answer) else script(seen), write)
        # After the count, since the client is free to come again as soon as it has the last byte.
        write(last)

    @contextlib.contextmanager
    def _at_work(self) -> Iterator[None]:
        with self._lock:
            self._working += 1
            self.at_once = max(self.at_once, self._working)
        try:
            yield
        finally:
            with self._lock:
                self._working -= 1

    def _begin(self, answer: Answer, write: Callable[[bytes], object]) -> bytes:
        """Sends all but the last bytes, which it returns."""
        if answer.hang:
            self._stopping.wait()
            return b""
        if answer.raw is not None:
            return answer.raw
        chunked = answer.pieces is not None
        framing = ("Transfer-Encoding", "chunked") if chunked else ("Content-Length", str(len(answer.body)))
        given = {name.lower() for name, _ in answer.headers}
        headers = answer.headers if framing[0].lower() in given else (*answer.headers, framing)
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
        head = f"HTTP/1.1 {answer.status} {responses.get(answer.status, 'Odd')}\r\n{lines}\r\n".encode("latin-1")
        if answer.pieces is None:
            self.sent += len(answer.body)
            return head + answer.body
        write(head)
        for piece in answer.pieces:
            write(b"%x\r\n%b\r\n" % (len(piece), piece))
            self.sent += len(piece)
            if self._stopping.wait(answer.pause_s):
                return b""
        return b"0\r\n\r\n"


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away, or would not have our certificate, is what the tests are about."""


def _handler(server: WebServer) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            if not self.rfile.peek(1)[:1].isalpha():  # no HTTP: somebody tries TLS
                self.wfile.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                return
            request = self.rfile.readline().decode("latin-1").split()
            headers: dict[str, str] = {}
            while line := self.rfile.readline().decode("latin-1").strip():
                name, _, value = line.partition(":")
                headers[name.lower()] = value.strip()
            if len(request) > 1:
                target = request[1]
                seen = Seen(
                    target=target,
                    path=target.partition("?")[0],
                    headers=headers,
                    started=time.monotonic(),
                    method=request[0],
                    body=self.rfile.read(int(headers.get("content-length", "0"))),
                )
                with contextlib.suppress(OSError):
                    server.serve(seen, self.wfile.write)

    return Handler
