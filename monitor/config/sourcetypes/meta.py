"""The keys of `type: instagram` and `type: threads`, which share Meta's API."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Literal, Self
from urllib.parse import quote

from pydantic import AfterValidator, Field, model_validator

from monitor.config.addresses import ApiUrl
from monitor.config.fields import Account, Flag, Key, Secret, Text
from monitor.config.problems import RefusedError
from monitor.config.secrets import from_environment
from monitor.config.sourcetypes.entry import CommonEntry
from monitor.core.options import GraphAccess, InstagramOptions, ThreadsOptions
from monitor.core.url import host
from monitor.core.watchlist import Watch

# Every call counts against the user's own limits, and one brings the 25 newest posts.
_USUAL, _LEAST = timedelta(minutes=30), timedelta(minutes=15)
_INSTAGRAM = "https://graph.facebook.com"
_THREADS = "https://graph.threads.net"


def _handle(account: str) -> str:
    if not re.fullmatch(r"[a-z0-9._]{1,30}", account):
        raise RefusedError("not the name of an account: letters, digits, dots and underscores, 30 at most")
    return account


def _number(user_id: str) -> str:
    if not re.fullmatch(r"[0-9]{5,25}", user_id):
        raise RefusedError(
            "the id of an account is a number", "GET /me/accounts?fields=instagram_business_account shows it"
        )
    return user_id


def _version(version: str) -> str:
    if not re.fullmatch(r"v[0-9]{1,3}\.[0-9]", version):
        raise RefusedError("not a version of the API", "write for example v25.0")
    return version


Handle = Annotated[Account, AfterValidator(_handle)]
Version = Annotated[Text, AfterValidator(_version)]


class InstagramEntry(CommonEntry, title="Instagram"):
    """A professional account of Instagram, read by Business Discovery with your own token."""

    usual = _USUAL
    least = _LEAST

    type: Literal["instagram"] = Field(description="What the source is.")
    account: Handle = Field(description="The account to follow, professional and public.", examples=["netflixuk"])
    token: Annotated[Key, from_environment("token", "INSTAGRAM_TOKEN")] = Field(
        default="",
        validate_default=True,
        repr=False,
        description="Your access token. Left out: that of the environment variable INSTAGRAM_TOKEN.",
        examples=["${INSTAGRAM_TOKEN}"],
    )
    user_id: Annotated[Secret, from_environment("user_id", "INSTAGRAM_USER_ID"), AfterValidator(_number)] = Field(
        default="",
        validate_default=True,
        repr=False,
        description="The number of your own professional account. Left out: the environment variable INSTAGRAM_USER_ID.",
        examples=["${INSTAGRAM_USER_ID}"],
    )
    token_in_address: Flag = Field(
        default=False, description="true sends the token in the address instead of a header. Left out: false."
    )
    base: ApiUrl = Field(default=_INSTAGRAM, description="Where the API is.", examples=[_INSTAGRAM])
    version: Version = Field(default="v25.0", description="The version of the API.", examples=["v25.0"])

    def address(self) -> str:
        return f"https://www.instagram.com/{self.account}/"

    def options(self, watches: Sequence[Watch]) -> InstagramOptions:  # noqa: ARG002  # searches for no titles
        access = _access(self.base, self.version, self.token, in_address=self.token_in_address, usual=_INSTAGRAM)
        return InstagramOptions(account=self.account, user_id=self.user_id, access=access)


class ThreadsEntry(CommonEntry, title="Threads"):
    """A public account of Threads, or the posts that hold some words, read with your own token."""

    usual = _USUAL
    least = _LEAST

    type: Literal["threads"] = Field(description="What the source is.")
    account: Handle | None = Field(default=None, description="The account to follow.", examples=["netflixuk"])
    search: Text | None = Field(
        default=None, description="Words to search for, instead of an account.", examples=["Heartstopper season 4"]
    )
    token: Annotated[Key, from_environment("token", "THREADS_TOKEN")] = Field(
        default="",
        validate_default=True,
        repr=False,
        description="Your access token. Left out: that of the environment variable THREADS_TOKEN.",
        examples=["${THREADS_TOKEN}"],
    )
    token_in_address: Flag = Field(
        default=False, description="true sends the token in the address instead of a header. Left out: false."
    )
    base: ApiUrl = Field(default=_THREADS, description="Where the API is.", examples=[_THREADS])
    version: Version = Field(default="v1.0", description="The version of the API.", examples=["v1.0"])

    @model_validator(mode="after")
    def one_of_two(self) -> Self:
        if (self.account is None) == (self.search is None):
            raise RefusedError("either account or search is expected", "write one of them; the other is another source")
        return self

    def address(self) -> str:
        if self.account:
            return f"https://www.threads.com/@{self.account}"
        return f"https://www.threads.com/search?q={quote(self.search or '', safe='')}&filter=recent"

    def options(self, watches: Sequence[Watch]) -> ThreadsOptions:  # noqa: ARG002  # searches for no titles
        access = _access(self.base, self.version, self.token, in_address=self.token_in_address, usual=_THREADS)
        return ThreadsOptions(account=self.account, search=self.search, access=access)


def _access(base: str, version: str, token: str, *, in_address: bool, usual: str) -> GraphAccess:
    return GraphAccess(
        base=f"{base}/{version}",
        token=token,
        in_address=in_address,
        trusted_host=host(base) if base != usual else None,
    )
