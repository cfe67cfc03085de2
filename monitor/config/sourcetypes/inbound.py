"""The keys of the types that are brought to us: `imap` and `webhook`."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, ClassVar, Literal, Self
from urllib.parse import quote

from pydantic import AfterValidator, BaseModel, Field, field_validator, model_validator

from monitor.config.fields import STRICT, Count, Flag, Secret, Text
from monitor.config.problems import RefusedError, did_you_mean, shown
from monitor.config.sourcetypes.entry import CommonEntry
from monitor.config.sourcetypes.http import HeaderName
from monitor.config.sourcetypes.json import Query
from monitor.core.options import ImapOptions, WebhookOptions
from monitor.core.source import Source
from monitor.core.watchlist import Watch

_TOKEN = re.compile(r"[A-Za-z0-9_.~-]+")
_HEX = re.compile(r"[0-9A-Fa-f-]+")
# 128 bits, in hexadecimal digits and in the 64 characters of base64.
_LEAST_HEX, _LEAST = 32, 22
_LEAST_DIFFERENT = 8  # of a random token of that length this many characters differ, but for one in a million
_MAKE_ONE = 'make one with: python3 -c "import secrets; print(secrets.token_urlsafe(24))"'
_LEAST_SECRET = 16


def _token(value: str) -> str:
    if not _TOKEN.fullmatch(value):
        raise RefusedError("a token may hold only letters, digits and -_.~, since it stands in an address", _MAKE_ONE)
    least = _LEAST_HEX if _HEX.fullmatch(value) else _LEAST
    if len(value) < least or len(set(value)) < _LEAST_DIFFERENT:
        raise RefusedError(f"a token that can be guessed: {least} random characters are the least", _MAKE_ONE)
    return value


def _signing_secret(value: str) -> str:
    if len(value) < _LEAST_SECRET:
        raise RefusedError(f"a secret that can be guessed: {_LEAST_SECRET} characters are the least", _MAKE_ONE)
    return value


Token = Annotated[Secret, AfterValidator(_token)]
SigningSecret = Annotated[Secret, AfterValidator(_signing_secret)]


_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_PORTS = {"tls": 993, "starttls": 143, "none": 143}
_SECURITY = ("tls", "starttls", "none")
_HOST = re.compile(r"[A-Za-z0-9.:-]+")


def _host(value: str) -> str:
    if not _HOST.fullmatch(value):
        raise RefusedError("the name of a host is expected", "write for example imap.example.org")
    return value.lower()


def _security(value: str) -> str:
    if value not in _SECURITY:
        raise RefusedError(f"{shown(value)} is not a way to be secure", did_you_mean(value, _SECURITY))
    return value


def _trust(value: str) -> str:
    if value != "from":
        raise RefusedError(f"{shown(value)} is nothing to trust", "write from, or leave it out")
    return value


def _sender(value: str) -> str:
    if not re.fullmatch(r"[^\s@<>]*@[^\s@<>]+", value):
        raise RefusedError(
            f"{shown(value)} is no sender", "write an address, or @ and a domain for all of its addresses"
        )
    return value.lower()


Host = Annotated[Text, AfterValidator(_host)]


class InboundEntry(CommonEntry):
    """What is brought to us is not fetched over HTTP."""

    @field_validator("proxy")
    @classmethod
    def no_proxy(cls, _: str | None) -> None:
        raise RefusedError("what is brought to us comes through no HTTP proxy", "take it out")


class ImapEntry(InboundEntry, title="Mailbox"):
    """A folder of a mailbox, with newsletters and the mails of alert services."""

    usual: ClassVar[timedelta | None] = timedelta(minutes=5)

    type: Literal["imap"] = Field(description="What the source is.")
    host: Host = Field(description="Your provider's IMAP server.", examples=["imap.example.org"])
    port: Count | None = Field(default=None, description="Left out: 993 with tls, else 143.")
    user: Secret = Field(repr=False, description="The user name, often the address.", examples=["${IMAP_USER}"])
    password: Secret | None = Field(
        default=None,
        repr=False,
        description="The password; many providers want one made for one program.",
        examples=["${IMAP_PASSWORD}"],
    )
    access_token: Secret | None = Field(
        default=None, repr=False, description="An OAuth token in place of the password (XOAUTH2)."
    )
    folder: Text = Field(default="INBOX", description="The folder or label to read. Left out: INBOX.")
    security: Annotated[Text, AfterValidator(_security)] = Field(
        default="tls", description="tls, starttls, or none on this machine itself. Left out: tls."
    )
    lists: tuple[Text, ...] = Field(
        default=(), description="Only mails of these List-Ids.", examples=[["daily.gazette.example"]]
    )
    senders: tuple[Annotated[Text, AfterValidator(_sender)], ...] = Field(
        default=(), description="Only mails from these addresses or @domains.", examples=[["@gazette.example"]]
    )
    authenticated_by: Host | None = Field(
        default=None,
        description="The host name that your provider writes first into Authentication-Results.",
        examples=["mx.google.com"],
    )
    trust: Annotated[Text, AfterValidator(_trust)] | None = Field(
        default=None, description="from: believe the sender a mail names, where the provider checks nothing."
    )

    @model_validator(mode="after")
    def whole(self) -> Self:
        if (self.password is None) == (self.access_token is None):
            raise RefusedError("a mailbox needs either a password or an access_token", "give one of them")
        if (self.authenticated_by is None) == (self.trust is None):
            raise RefusedError(
                "anybody can write any sender into a mail: say authenticated_by, or trust: from",
                "look for Authentication-Results in the source of a mail, and write the name that stands first in it",
            )
        if self.security == "none" and self.host not in _LOOPBACK:
            raise RefusedError("the password would be sent in the clear", "write security: tls")
        return self

    def address(self) -> str:
        # Another user's mailbox is another source; which user is nobody's business who reads the log.
        return f"imap://{self.host}/{hashlib.sha256(self.user.encode()).hexdigest()[:8]}/{quote(self.folder)}"

    def options(self, watches: Sequence[Watch]) -> ImapOptions:  # noqa: ARG002  # follows no watchlist
        return ImapOptions(
            host=self.host,
            port=self.port or _PORTS[self.security],
            user=self.user,
            password=self.password or "",
            token=self.access_token or "",
            folder=self.folder,
            security=self.security,
            lists=tuple(name.lower().strip("<>") for name in self.lists),
            senders=self.senders,
            authenticated_by=self.authenticated_by,
        )


class MappingEntry(BaseModel, title="Mapping"):
    """Where the parts of an item stand in what is pushed: JMESPath expressions."""

    model_config = STRICT

    items: Query | None = Field(
        default=None, description="The list of items. Left out: the whole body is one.", examples=["data.posts"]
    )
    id: Query | None = Field(default=None, description="Of an item: what it is known by.", examples=["guid"])
    url: Query | None = Field(default=None, description="Of an item: its address.", examples=["permalink"])
    title: Query | None = Field(default=None, description="Of an item: its headline.", examples=["headline"])
    text: Query | None = Field(default=None, description="Of an item: its text.", examples=["body"])
    html: Query | None = Field(default=None, description="Of an item: its text as HTML.", examples=["body_html"])
    published: Query | None = Field(default=None, description="Of an item: its date.", examples=["created_at"])
    lang: Query | None = Field(default=None, description="Of an item: its language.", examples=["locale"])
    source: Query | None = Field(default=None, description="Of an item: the outlet.", examples=["site.name"])
    author: Query | None = Field(default=None, description="Of an item: who wrote it.", examples=["user.name"])

    @model_validator(mode="after")
    def says_something(self) -> Self:
        if not (self.url or self.title or self.text or self.html):
            raise RefusedError("a mapping needs title, text, html or url", "say where one of them stands")
        return self


class WebhookEntry(InboundEntry, title="Webhook"):
    """What your own tools, Miniflux or changedetection.io post to /hooks/ID on the address of MONITOR_PAGE."""

    usual: ClassVar[timedelta | None] = timedelta(days=1)  # what is brought is read at once, whatever the interval

    type: Literal["webhook"] = Field(description="What the source is.")
    watchdog: Flag = Field(
        default=False,
        description="true: somebody is told when it goes quiet. Left out: false, since nobody knows when something is sent.",
    )
    token: Token | None = Field(
        default=None,
        repr=False,
        description="What senders show: in the address (/hooks/ID/TOKEN) or as Authorization: Bearer TOKEN.",
        examples=["${HOOK_TOKEN}"],
    )
    secret: SigningSecret | None = Field(
        default=None,
        repr=False,
        description="What senders sign with instead (HMAC-SHA256 of the body), where they can.",
        examples=["${MINIFLUX_SECRET}"],
    )
    header: HeaderName | None = Field(
        default=None,
        description="The header that holds the signature. Left out: X-Signature with X-Timestamp, "
        "X-Miniflux-Signature or X-Hub-Signature-256.",
        examples=["X-Discourse-Event-Signature"],
    )

    mapping: MappingEntry | None = Field(
        default=None,
        description="Where things stand in a body of another shape. Left out: as senders usually write it.",
    )

    @model_validator(mode="after")
    def one_proof(self) -> Self:
        if (self.token is None) == (self.secret is None):
            raise RefusedError("a webhook needs either a token or a secret", f"give one of them; {_MAKE_ONE}")
        if self.header and not self.secret:
            raise RefusedError("header says where a signature stands, which needs a secret", "take it out")
        return self

    def address(self) -> str:
        return f"webhook:{self.id}"

    def source(self, *, every: timedelta, max_age: timedelta, watches: Sequence[Watch]) -> Source:
        source = super().source(every=every, max_age=max_age, watches=watches)
        return replace(source, pushed=True)

    def options(self, watches: Sequence[Watch]) -> WebhookOptions:  # noqa: ARG002  # the base class's
        named = self.mapping.model_dump(exclude_none=True) if self.mapping else {}
        return WebhookOptions(
            token=self.token or "", secret=self.secret or "", header=self.header or "", mapping=tuple(named.items())
        )
