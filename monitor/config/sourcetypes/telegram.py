"""The keys of `type: telegram`."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from monitor.config.addresses import ApiUrl
from monitor.config.fields import Text
from monitor.config.problems import RefusedError, shown
from monitor.config.sourcetypes.entry import CommonEntry
from monitor.core.options import TelegramOptions
from monitor.core.watchlist import Watch

_ADDRESS = re.compile(
    r"(?:https?://)?(?:(?:www\.)?(?:t|telegram)\.me/(?:s/)?(?P<path>\w+)(?:[/?].*)?|(?P<host>\w+)\.t\.me/?)",
    re.IGNORECASE | re.ASCII,
)
_NAME = re.compile(r"[a-z]\w{3,31}", re.ASCII)


def _channel(written: str) -> str:
    """The name in lower case, out of any form in which channels are passed on."""
    address = _ADDRESS.fullmatch(written)
    name = ((address["path"] or address["host"]) if address else written.removeprefix("@")).lower()
    if name == "joinchat" or not _NAME.fullmatch(name):
        raise RefusedError(
            f"{shown(written)} is not the name of a public channel",
            "write it as in t.me/NAME; invitations cannot be read",
        )
    return name


class TelegramEntry(CommonEntry, title="Telegram channel"):
    """A public Telegram channel, read without an account."""

    least: ClassVar[timedelta] = timedelta(minutes=5)

    type: Literal["telegram"] = Field(description="What the source is.")
    channel: Annotated[Text, AfterValidator(_channel)] = Field(
        description="The channel's name, or any t.me address of it.", examples=["harbourpost"]
    )
    base: ApiUrl | None = Field(
        default=None,
        description="Another server that shows the same pages. Left out: https://t.me.",
        examples=["https://t.me"],
    )

    def address(self) -> str:
        return f"https://t.me/s/{self.channel}"

    def options(self, watches: Sequence[Watch]) -> TelegramOptions:  # noqa: ARG002  # follows no watchlist
        return TelegramOptions(channel=self.channel, base=self.base)
