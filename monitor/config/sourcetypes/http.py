"""The keys of types that are read from an address of the user's: the address, and how to sign in there."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, Field, model_validator

from monitor.config.addresses import SourceUrl
from monitor.config.fields import STRICT, Secret, Text
from monitor.config.problems import RefusedError
from monitor.config.sourcetypes.entry import CommonEntry
from monitor.core.source import BasicAuth, Source
from monitor.core.watchlist import Watch

_OURS = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "host",
        "if-modified-since",
        "if-none-match",
        "transfer-encoding",
        "user-agent",
    }
)


def _header_name(name: str) -> str:
    if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
        raise RefusedError("not the name of an HTTP header")
    if name.lower() in _OURS:
        raise RefusedError(f"the header {name} is set by the monitor itself", "take it out")
    return name


def _header_value(value: str) -> str:
    if not value.isascii():
        raise RefusedError("the value of an HTTP header may hold only ASCII characters")
    return value


HeaderName = Annotated[Text, AfterValidator(_header_name)]
HeaderValue = Annotated[Secret, AfterValidator(_header_value)]


class AuthEntry(BaseModel, title="Sign-in"):
    """A user and password for a source that asks for them."""

    model_config = STRICT

    user: Secret = Field(description="The user name.", repr=False)
    password: Secret = Field(description="The password.", repr=False, examples=["${FEED_PASSWORD}"])


class HttpEntry(CommonEntry):
    """What can be said of a source that lies at an address."""

    url: SourceUrl = Field(description="Its address.")
    headers: dict[HeaderName, HeaderValue] = Field(
        default_factory=dict,
        repr=False,
        description="HTTP headers to send along, for sources that want a key.",
        examples=[{"X-Api-Key": "${FEED_KEY}"}],
    )
    auth: AuthEntry | None = Field(default=None, description="User and password, where the source asks for them.")

    @model_validator(mode="after")
    def headers_once(self) -> Self:
        names = [name.lower() for name in self.headers]
        if len(set(names)) < len(names):
            raise RefusedError("the same header twice; capitals do not count")
        if self.auth and "authorization" in names:
            raise RefusedError("auth and an Authorization header exclude each other", "take one of them out")
        return self

    def address(self) -> str:
        return self.url

    def source(self, *, every: timedelta, max_age: timedelta, watches: Sequence[Watch]) -> Source:
        source = super().source(every=every, max_age=max_age, watches=watches)
        auth = BasicAuth(user=self.auth.user, password=self.auth.password) if self.auth else None
        return replace(source, headers=tuple(self.headers.items()), auth=auth)
