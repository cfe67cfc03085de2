"""The keys of `type: mastodon`."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from monitor.config.addresses import ApiUrl
from monitor.config.fields import Text
from monitor.config.problems import RefusedError
from monitor.config.sourcetypes.entry import CommonEntry
from monitor.core.options import MastodonOptions
from monitor.core.watchlist import Watch

_HANDLE = re.compile(r"@?(?P<user>[\w.-]+)@(?P<domain>[\w.-]+\.[\w-]+)")
_PROFILE = re.compile(r"https?://(?P<domain>[\w.-]+)/(?:@|users/)(?P<user>[\w.-]+)(?:@(?P<home>[\w.-]+))?/?", re.ASCII)


def _account(written: str) -> str:
    """The account as "user@domain", in lower case."""
    found = _HANDLE.fullmatch(written) or _PROFILE.fullmatch(written)
    if found is None:
        raise RefusedError(
            "an account of Mastodon is a handle with its server, or the address of a profile",
            'for example "@name@mastodon.social"',
        )
    parts = found.groupdict()
    # The profile of an account from elsewhere: "https://here.example/@name@home.example".
    return f"{parts['user']}@{parts.get('home') or parts['domain']}".lower()


class MastodonEntry(CommonEntry, title="Mastodon account"):
    """The posts of an account on Mastodon, Pleroma, Akkoma or GoToSocial."""

    usual: ClassVar[timedelta] = timedelta(minutes=10)

    type: Literal["mastodon"] = Field(description="What the source is.")
    account: Annotated[Text, AfterValidator(_account)] = Field(
        description="Whose posts: the handle with its server, or the address of the profile.",
        examples=["@name@mastodon.social"],
    )
    base: ApiUrl | None = Field(
        default=None,
        description="The server that is asked. Left out: the one that the domain of the account names.",
        examples=["https://social.example.org"],
    )

    def address(self) -> str:
        user, _, domain = self.account.partition("@")
        return f"https://{domain}/@{user}"

    def options(self, watches: Sequence[Watch]) -> MastodonOptions:  # noqa: ARG002  # nothing is searched for
        return MastodonOptions(account=self.account, base=self.base)
