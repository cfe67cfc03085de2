"""The keys of `type: bluesky`."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from monitor.config.addresses import ApiUrl, StreamUrl
from monitor.config.fields import Flag, Text
from monitor.config.problems import RefusedError
from monitor.config.sourcetypes.entry import CommonEntry
from monitor.core.options import BlueskyOptions
from monitor.core.source import Source
from monitor.core.url import host
from monitor.core.watchlist import Watch

PUBLIC_API = "https://public.api.bsky.app"
JETSTREAM = "wss://jetstream2.us-east.bsky.network"

_PROFILE = re.compile(r"https?://(?:www\.)?bsky\.app/profile/(?P<account>[^/?#]+)/?(?:[?#].*)?", re.IGNORECASE)
_DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]+")
_HANDLE = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_WITH_STREAM = timedelta(minutes=30)


def _account(written: str) -> str:
    """The handle in lower case, or the DID."""
    profile = _PROFILE.fullmatch(written)
    account = profile["account"] if profile else written.removeprefix("@")
    if _DID.fullmatch(account):
        return account
    handle = account.lower()
    if _HANDLE.fullmatch(handle):
        return handle
    is_short = re.fullmatch(r"[a-z0-9-]+", handle) is not None
    raise RefusedError(
        "an account of Bluesky is a handle with its domain, a DID, or the address of a profile",
        f"write {handle}.bsky.social, if that is its handle" if is_short else "for example netflix.com",
    )


class BlueskyEntry(CommonEntry, title="Bluesky account"):
    """The posts of an account on Bluesky."""

    usual: ClassVar[timedelta] = timedelta(minutes=5)

    type: Literal["bluesky"] = Field(description="What the source is.")
    account: Annotated[Text, AfterValidator(_account)] = Field(
        description="Whose posts: the handle, the DID, or the address of the profile.", examples=["netflix.com"]
    )
    base: ApiUrl = Field(
        default=PUBLIC_API, description=f"The API that is asked. Left out: {PUBLIC_API}, which needs no sign-in."
    )
    stream: Flag = Field(
        default=False,
        description="true has posts brought within seconds by Jetstream; the API is then asked every 30m. Left out: false.",
    )
    jetstream: StreamUrl = Field(
        default=JETSTREAM, description=f"The server that brings posts, with stream: true. Left out: {JETSTREAM}."
    )

    def address(self) -> str:
        return f"https://bsky.app/profile/{self.account}"

    def options(self, watches: Sequence[Watch]) -> BlueskyOptions:  # noqa: ARG002  # nothing is searched for
        return BlueskyOptions(
            account=self.account,
            base=self.base,
            trusted_host=None if self.base == PUBLIC_API else host(self.base),
            jetstream=self.jetstream if self.stream else None,
        )

    def source(self, *, every: timedelta, max_age: timedelta, watches: Sequence[Watch]) -> Source:
        source = super().source(every=every, max_age=max_age, watches=watches)
        return replace(source, every=_WITH_STREAM) if self.stream and self.every is None else source
