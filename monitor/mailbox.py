"""A folder of a mailbox over IMAP, read-only: what is new in it, and waiting for what comes.

IMAPClient works with blocking sockets, so each connection has a thread of its own, with a deadline on every operation.
Threads are daemons: stopping waits for nobody's mail server.
"""

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError, IMAPClientError, LoginError

from monitor.core.fetching import FetchFailed, FetchFailure
from monitor.core.options import ImapOptions
from monitor.core.text import clean_line

T = TypeVar("T")

MOST_BYTES = 2_000_000  # of one mail; what comes after that is attachments
MOST_MAILS = 50  # read at a time
_CONNECT_S, _OPERATION_S = 15.0, 30.0
_DEADLINE = timedelta(minutes=3)  # for one look at the folder
# Servers end IDLE after half an hour (RFC 2177), routers forget silent connections after ten minutes.
_IDLE = timedelta(minutes=9)
_TAIL = 200  # of the highest numbers, where nothing is known of the folder yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far a folder was read. Numbers (UIDs) only mean something under one `validity`."""

    validity: int
    uid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mails:
    """What is new in a folder, oldest first, and how far it is read with that."""

    place: Place
    bodies: tuple[bytes, ...] = field(repr=False)
    renumbered: bool = False  # the folder was made anew: the newest mails once more, known ones among them
    more: bool = False  # further ones wait


class _NoFolderError(Exception):
    """The server knows no folder of this name."""


async def read_new(options: ImapOptions, since: Place | None) -> Mails | FetchFailed:
    """The mails behind `since`; of a folder read for the first time the newest."""
    try:
        async with asyncio.timeout(_DEADLINE.total_seconds()):
            return await _in_thread(lambda: _read(options, since), f"mail {options.host}")
    except (TimeoutError, OSError, IMAPClientError, _NoFolderError, ValueError) as error:
        return _failed(options, error)


async def wait_for_mail(options: ImapOptions, arrived: Callable[[], None]) -> FetchFailed:
    """Calls `arrived` whenever the server tells of new mail, until the connection fails, and says why it did.

    A server that cannot tell (no IDLE) fails at once, with NOT_FOUND. The connection is closed when this is cancelled.
    """
    loop = asyncio.get_running_loop()
    closing: list[IMAPClient] = []
    over = threading.Event()

    def wait() -> None:
        with _folder(options) as (client, _):
            closing.append(client)
            if not client.has_capability("IDLE"):
                raise CapabilityError("the server has no IDLE")
            while not over.is_set():
                client.idle()
                told = client.idle_check(timeout=_IDLE.total_seconds())
                # At the end of the stream nothing is told, and this fails.
                client.idle_done()
                if any(len(line) > 1 and line[1] == b"EXISTS" for line in told):
                    loop.call_soon_threadsafe(arrived)

    try:
        await _in_thread(wait, f"mail idle {options.host}")
    except CapabilityError as error:
        return FetchFailed(reason=FetchFailure.NOT_FOUND, detail=clean_line(f"{options.host}: {error}", 200))
    except (OSError, IMAPClientError, _NoFolderError, ValueError) as error:
        return _failed(options, error)
    finally:
        over.set()
        for client in closing:
            with contextlib.suppress(OSError):
                client.socket().shutdown(socket.SHUT_RDWR)
    raise AssertionError("waiting ends only by failing")


async def _in_thread(work: Callable[[], T], name: str) -> T:
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def settle(value: T | None, error: Exception | None) -> None:
        if answer.done():  # nobody waits any more
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(value)  # type: ignore[arg-type]  # None only where T is

    def run() -> None:
        value: T | None = None
        problem: Exception | None = None
        try:
            value = work()
        except Exception as error:  # noqa: BLE001 - it comes out where the answer is awaited
            problem = error
        with contextlib.suppress(RuntimeError):  # the loop is closed: we are stopping
            loop.call_soon_threadsafe(settle, value, problem)

    threading.Thread(target=run, name=name, daemon=True).start()
    return await answer


def _read(options: ImapOptions, since: Place | None) -> Mails:
    with _folder(options) as (client, about):
        validity, following = int(about[b"UIDVALIDITY"]), int(about.get(b"UIDNEXT", 0))
        known = since is not None and since.validity == validity
        first = since.uid + 1 if since is not None and known else max(1, following - _TAIL)
        # "n:*" always names the last mail too, though its number be smaller (RFC 9051, section 9).
        found = sorted(uid for uid in client.search(["UID", f"{first}:*"]) if uid >= first)
        uids = found[:MOST_MAILS] if known else found[-MOST_MAILS:]
        bodies = tuple(_body(client, uid) for uid in uids)
        last = max((following - 1, *uids)) if len(uids) == len(found) or not known else uids[-1]
        place = Place(validity=validity, uid=max(last, since.uid if since is not None and known else 0))
        return Mails(
            place=place,
            bodies=tuple(body for body in bodies if body),
            renumbered=since is not None and not known,
            more=known and len(uids) < len(found),
        )


def _body(client: IMAPClient, uid: int) -> bytes:
    """The mail up to the cap, without marking it as read; b"" when it went away meanwhile."""
    answer = client.fetch([uid], [f"BODY.PEEK[]<0.{MOST_BYTES}>"])
    parts = answer.get(uid, {})
    found = next((value for name, value in parts.items() if name.startswith(b"BODY[]")), b"")
    return found if isinstance(found, bytes) else b""


@contextlib.contextmanager
def _folder(options: ImapOptions) -> Iterator[tuple[IMAPClient, dict[bytes, Any]]]:
    """A connection that has the folder open, read-only (EXAMINE), and what the server says of it."""
    tls = ssl.create_default_context() if options.security != "none" else None
    client = IMAPClient(
        options.host,
        port=options.port,
        ssl=options.security == "tls",
        ssl_context=tls if options.security == "tls" else None,
        timeout=SocketTimeout(connect=_CONNECT_S, read=_OPERATION_S),
    )
    try:
        if options.security == "starttls":
            client.starttls(tls)
        if options.token:
            client.oauth2_login(options.user, options.token)
        else:
            client.login(options.user, options.password)
        try:
            about = client.select_folder(options.folder, readonly=True)
        except IMAPClientError as error:
            raise _NoFolderError(str(error)) from error
        yield client, about
        with contextlib.suppress(OSError, IMAPClientError):
            client.logout()
    finally:
        with contextlib.suppress(OSError, IMAPClientError):
            client.shutdown()


def _failed(options: ImapOptions, error: Exception) -> FetchFailed:
    """What the exception means for the user. Its own words are the server's, which may repeat what we sent."""
    host = options.host
    match error:
        case LoginError():
            detail = (
                f"{host} does not accept the user and password; many providers want a password made for one program"
            )
            return FetchFailed(reason=FetchFailure.SIGN_IN, detail=detail)
        case _NoFolderError():
            return FetchFailed(reason=FetchFailure.NOT_FOUND, detail=f"{host} has no folder “{options.folder}”")
        case ssl.SSLCertVerificationError():
            return FetchFailed(
                reason=FetchFailure.UNREACHABLE, detail=f"{host}: TLS certificate not accepted: {error.verify_message}"
            )
        case TimeoutError():
            return FetchFailed(reason=FetchFailure.TIMEOUT, detail=f"{host} took too long")
        case OSError():
            return FetchFailed(
                reason=FetchFailure.UNREACHABLE,
                detail=clean_line(f"{host}: {error.strerror or 'connection lost'}", 200),
            )
        case _:
            return FetchFailed(
                reason=FetchFailure.SERVER_ERROR, detail=f"{host}: no valid IMAP answer, or connection lost"
            )
