"""The keys of the types that are brought to us: `webhook`."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from monitor.config.fields import Secret
from monitor.config.problems import RefusedError
from monitor.config.sourcetypes.common import CommonEntry
from monitor.config.sourcetypes.http import HeaderName
from monitor.core.options import WebhookOptions
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


class WebhookEntry(CommonEntry, title="Webhook"):
    """What your own tools, Miniflux or changedetection.io post to /hooks/ID on the address of MONITOR_PAGE."""

    usual: ClassVar[timedelta | None] = timedelta(days=1)  # what is brought is read at once, whatever the interval

    type: Literal["webhook"] = Field(description="What the source is.")
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
        return replace(source, pushed=True, watchdog=False)

    def options(self, watches: Sequence[Watch]) -> WebhookOptions:  # noqa: ARG002  # the base class's
        return WebhookOptions(token=self.token or "", secret=self.secret or "", header=self.header or "")
