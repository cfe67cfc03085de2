"""Sending messages: Apprise for every service, our own mail, and the terminal.

Apprise knows the addresses and the protocols. What it leaves open is decided here: the dress and the length for each
service, the spacing, the time allowed, and what an outcome means.
"""

import asyncio
import difflib
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPStatus
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO, TypeGuard

from monitor.core.alert import Priority
from monitor.core.message import Message
from monitor.core.redact import Redactor
from monitor.core.routing import Receiver
from monitor.line import Channel, Line
from monitor.mail import SECURITY_MODES, MailBox, compose_mail, send_mail
from monitor.records import SendFailed, SendResult, Sent
from monitor.render import chat_title, clip, render_markdown, render_plain, render_text, tidy

if TYPE_CHECKING:
    from apprise import AppriseResult, NotifyBase
    from apprise.plugins.email import NotifyEmail

APP_NAME = "Announcement Monitor"
CONSOLE = "console://"

_LONGEST_DETAIL = 200

# These read Markdown although Apprise calls what they take plain text.
_MARKDOWN_READERS = frozenset({"discord", "guilded", "mmost", "revolt", "zulip"})
# These put the title into the text, unescaped: we put it there ourselves.
_TITLE_IN_THE_TEXT = frozenset({"discord", "guilded"})

# Smaller than what Apprise allows: ntfy turns more than 4096 bytes into an attachment, Telegram counts escaped characters.
_BODY_LIMITS = {"ntfy": 1300, "tgram": 2000}

# Telegram asks for one message a second in a chat; Apprise spaces by a millisecond.
_GAPS = {"tgram": timedelta(seconds=1)}
# Most of Apprise's services inherit a gap of 5.5 s that no service has asked for; one a second is polite to all of them.
_INHERITED_GAP = timedelta(seconds=1)

# What services call them, in the values that Apprise's plugins hold. Gotify's apps make a sound from 4 on, and pop up from 8.
_PRIORITIES: dict[str, dict[Priority, str | int]] = {
    "gotify": {Priority.HIGH: 8, Priority.NORMAL: 5, Priority.LOW: 3},
    "ntfy": {Priority.HIGH: "high", Priority.NORMAL: "default", Priority.LOW: "low"},
    "pover": {Priority.HIGH: 1, Priority.NORMAL: 0, Priority.LOW: -1},
}
_PRIORITY = re.compile(r"[?&]priority=", re.IGNORECASE)

_PROTOCOLS = ("protocols", "secure_protocols")

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,19})://")
_HEADER_NAME = re.compile(r"[!-9;-~]+")  # RFC 5322, section 2.2
_HTTP_ERROR = re.compile(r"error=(\d{3})\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverProblem:
    """Why a receiver cannot be used, and what to write instead; free of secrets."""

    receiver: str
    problem: str


def validate(receivers: Iterable[Receiver]) -> tuple[ReceiverProblem, ...]:
    """What is wrong with the receivers' addresses, as far as can be told without sending. Loads Apprise if needed."""
    services = (_open_service(receiver) for receiver in receivers if receiver.url != CONSOLE)
    return tuple(service for service in services if isinstance(service, ReceiverProblem))


class Notifier:
    """Sends messages to receivers: fulfils `ports.Notify`.

    Each receiver has a line of its own, so one that hangs delays no other. Receivers that are not in the list given here
    are opened when they are first written to.
    """

    def __init__(
        self,
        receivers: Iterable[Receiver],
        *,
        stream: TextIO,
        patience: timedelta = timedelta(seconds=30),
        budget: timedelta = timedelta(minutes=2),
    ) -> None:
        self._receivers = tuple(receivers)
        self._stream = stream
        self._patience = patience
        self._budget = budget
        self._opening = asyncio.Lock()
        self._lines: dict[Receiver, Line | ReceiverProblem] = {}

    async def __aenter__(self) -> Self:
        for receiver in self._receivers:
            await self._line(receiver)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Waits for nothing: threads that still send end with the process, and their alerts are tried again."""

    async def __call__(self, receiver: Receiver, message: Message) -> SendResult:
        line = await self._line(receiver)
        if isinstance(line, ReceiverProblem):
            return SendFailed(detail=line.problem, retryable=False)
        result = await line.send(message)
        if isinstance(result, Sent):
            return result
        detail = tidy(Redactor((receiver.url,))(result.detail))
        return replace(result, detail=clip(detail, _LONGEST_DETAIL))

    async def _line(self, receiver: Receiver) -> Line | ReceiverProblem:
        async with self._opening:
            if receiver not in self._lines:
                channel = await asyncio.to_thread(_open_channel, receiver, self._stream)
                self._lines[receiver] = (
                    channel
                    if isinstance(channel, ReceiverProblem)
                    else Line(channel, patience=self._patience, budget=self._budget)
                )
            return self._lines[receiver]


def _open_channel(receiver: Receiver, stream: TextIO) -> Channel | ReceiverProblem:
    """The way to a receiver. Loads Apprise, which takes a third of a second, unless it is the console."""
    if receiver.url == CONSOLE:
        return Channel(send=lambda message: _print(message, stream))
    service = _open_service(receiver)
    if isinstance(service, ReceiverProblem):
        return service
    if _is_mail(service):
        box = _mail_box(service)
        return Channel(send=lambda message: send_mail(compose_mail(message, box), box))
    return _service_channel(service, pinned=bool(_PRIORITY.search(receiver.url)))


def _print(message: Message, stream: TextIO) -> SendResult:
    first, _, rest = render_text(message).partition("\n")
    try:
        shown = f"\x1b[1m{first}\x1b[0m" if stream.isatty() else first
        stream.write(f"{shown}\n{rest}\n")
        stream.flush()
    except (OSError, ValueError) as error:  # ValueError: the stream is closed, or cannot encode this
        return SendFailed(detail=f"the console cannot be written to: {error}", retryable=True)
    return Sent()


def _open_service(receiver: Receiver) -> "NotifyBase | ReceiverProblem":
    """Apprise's object for the address, its own pacing and repeating switched off."""
    import apprise
    from apprise.exception import AppriseException

    # What it logs holds addresses; the outcome of each attempt brings along what matters.
    logging.getLogger("apprise").propagate = False
    asset = apprise.AppriseAsset(
        app_id=APP_NAME,
        app_desc="",
        image_url_mask="",
        image_url_logo="",
        secure_logging=True,
        storage_mode="memory",
        http_redirects=False,
        async_mode=False,
        service_timeout=0,
    )
    try:
        service: NotifyBase | None = apprise.Apprise.instantiate(receiver.url, asset=asset)
    except (AppriseException, TypeError, ValueError):
        service = None
    if service is None:
        return ReceiverProblem(receiver=receiver.id, problem=_unknown_address(receiver.url))
    # Repeating is the outbox's; with it switched on, Apprise also counts its recipients wrongly.
    service.retry = 0
    # An optional service reports success whatever happened.
    service.optional = False
    # The text is cut to length here; this only keeps a mistake of ours from being refused.
    service.overflow_mode = apprise.OverflowMode.TRUNCATE
    problem = _unusable(service)
    return ReceiverProblem(receiver=receiver.id, problem=problem) if problem else service


def _unknown_address(url: str) -> str:
    import apprise

    # Nothing else of the address may be repeated, and only if it looks like a scheme.
    schema = match[1].lower() if (match := _SCHEME.match(url)) else ""
    if schema in {"http", "https"}:
        return f"{schema}:// does not say what the service speaks; write json{schema[4:]}:// for a webhook of your own"
    services = apprise.Apprise().details()["schemas"]
    known = {"console", *(str(name) for service in services for part in _PROTOCOLS for name in service[part] or ())}
    if schema in known:
        return f"{schema}:// is known, but something in the address is missing or malformed; see docs/receivers.md"
    near = difflib.get_close_matches(schema, known, n=1)
    hint = f"; did you mean {near[0]}://?" if near else "; see docs/receivers.md"
    return f"{schema or 'the address'}{'://' if schema else ''} is not known to Apprise{hint}"


def _unusable(service: "NotifyBase") -> str | None:
    """What speaks against a service that Apprise accepts."""
    if not service.enabled:
        return f"{service.service_name} needs a library that is not installed"
    if service.port is not None and not 0 < service.port < 65536:  # noqa: PLR2004 - the range of TCP ports
        return f"port {service.port} does not exist"
    recipients = len(service)
    if _is_mail(service):
        recipients += len(service.cc) + len(service.bcc)
        if problem := _unusable_mail(service):
            return problem
    if recipients > 1:
        return (
            f"the address names {recipients} recipients; make each a receiver of its own, "
            "or one that fails makes the others get everything twice"
        )
    return None


def _unusable_mail(service: "NotifyEmail") -> str | None:
    if not service.targets:
        return "the address names no valid recipient"
    if service.pgp_mode != "no":
        return "encrypted or signed mail (pgp=) is not supported"
    if not all(_HEADER_NAME.fullmatch(name) for name in service.headers):
        return "the address gives the mail a header whose name cannot be one"
    return None


def _is_mail(service: "NotifyBase") -> "TypeGuard[NotifyEmail]":
    from apprise.plugins.email import NotifyEmail

    # Not isinstance: a service that derives from mail sends in its own way.
    return type(service) is NotifyEmail


def _mail_box(service: "NotifyEmail") -> MailBox:
    """What Apprise made of the address: it knows the servers of the big providers."""
    name, address = service.targets[0]
    sender_name, sender = service.from_addr
    return MailBox(
        host=str(service.smtp_host).strip("[]"),  # of an IPv6 address
        port=int(service.port or 0),
        security=SECURITY_MODES[str(service.secure_mode)],
        user=service.user,
        password=service.password,
        verify=service.verify_certificate,
        sender=(str(sender_name or APP_NAME), str(sender)),
        recipient=(str(name or ""), str(address)),
        reply_to=tuple(sorted(service.reply_to)),
        headers=tuple(service.headers.items()),
        html=service.resolve_format("html") == "html",
        timeout=timedelta(seconds=service.socket_connect_timeout),
    )


def _service_channel(service: "NotifyBase", *, pinned: bool) -> Channel:
    """`pinned`: the address names a priority itself, which then holds for every message."""
    import apprise

    stated = timedelta(seconds=service.request_rate_per_sec)
    inherited = service.request_rate_per_sec == apprise.NotifyBase.request_rate_per_sec
    gap = _GAPS.get(_name(service), _INHERITED_GAP if inherited else stated)
    service.request_rate_per_sec = 0
    sender = apprise.Apprise()
    sender.add(service)

    def send(message: Message) -> SendResult:
        title, body, body_format = _dressed(service, message)
        if not pinned and (known := _PRIORITIES.get(_name(service))):
            service.priority = known[message.priority]  # type: ignore[attr-defined]  # these services have one
        return _verdict(sender.notify(title=title, body=body, body_format=body_format))

    return Channel(send=send, gap=gap)


def _dressed(service: "NotifyBase", message: Message) -> tuple[str, str, str]:
    """Title, body and the format to declare: it decides what Apprise escapes, and must never be left open."""
    body_format = "markdown" if service.resolve_format("text") == "markdown" else "text"
    name = _name(service)
    markdown = body_format == "markdown" or name in _MARKDOWN_READERS
    titled = service.title_maxlen > 0 and name not in _TITLE_IN_THE_TEXT
    title = chat_title(message, service.title_maxlen) if titled else ""
    room = service.body_maxlen - (len(title) + 8 if service.overflow_amalgamate_title else 0)
    limit = min(room, _BODY_LIMITS.get(name, room))
    render = render_markdown if markdown else render_plain
    body = render(message, limit=limit, titled=titled)
    return title, body or title, body_format


def _name(service: "NotifyBase") -> str:
    """The service's scheme, the one without "s" where there are two; its `schema` is sometimes that of its server."""
    return min(str(schema) for schema in service.schemas())  # type: ignore[no-untyped-call]  # Apprise left it untyped


def _verdict(result: "AppriseResult") -> SendResult:
    """What became of an attempt, read from the attempts themselves: the whole says success for optional services."""
    from apprise import AppriseResultStatus

    attempts = [attempt for each in result.results for attempt in each.attempts]
    if attempts and all(attempt.status == AppriseResultStatus.SUCCESS for attempt in attempts):
        return Sent()
    said = "; ".join(dict.fromkeys(entry.message for entry in result.logs())) or "the service did not take it"
    if result.status == AppriseResultStatus.NOMATCH:
        return SendFailed(detail=said, retryable=False)
    status = _HTTP_ERROR.search(said)
    # Only 410 is meant for ever. A 401, 403 or 404 is as often a mistake that somebody mends within the hour, and the
    # outbox gives up loudly in the end.
    gone = status is not None and int(status[1]) == HTTPStatus.GONE
    return SendFailed(detail=said, retryable=not gone)
