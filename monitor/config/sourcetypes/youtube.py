"""The keys of `type: youtube`."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, ClassVar, Literal
from urllib.parse import parse_qs, urlsplit

from pydantic import AfterValidator, Field

from monitor.config.addresses import ApiUrl
from monitor.config.fields import Flag, Text
from monitor.config.problems import RefusedError, shown
from monitor.config.sourcetypes.entry import CommonEntry
from monitor.config.sourcetypes.feed import WEBSUB
from monitor.core.options import YoutubeOptions
from monitor.core.source import Source
from monitor.core.watchlist import Watch

_ID = re.compile(r"UC[\w-]{22}", re.ASCII)
_VIDEO = re.compile(r"[\w-]{11}", re.ASCII)
_HANDLE = re.compile(r"@?[^\W_][\w.\u00b7-]{1,58}[^\W_]")
_HOSTS = frozenset({"youtube.com", "m.youtube.com", "music.youtube.com", "youtube-nocookie.com"})


def _channel(written: str) -> str:
    """The id, or the path of the page that tells it, out of any form in which channels are passed on."""
    path = _of_address(written) if "/" in written else _of_name(written)
    if path is None:
        raise RefusedError(
            f"{shown(written)} is no YouTube channel", "write its @handle, its id beginning with UC, or its address"
        )
    return path


def _of_name(written: str) -> str | None:
    if _ID.fullmatch(written):
        return written
    return f"@{written.removeprefix('@').lower()}" if _HANDLE.fullmatch(written) else None


def _of_address(written: str) -> str | None:
    parts = urlsplit(written if "://" in written else f"https://{written}")
    site = (parts.hostname or "").removeprefix("www.")
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    steps = [step for step in parts.path.split("/") if step]
    if site == "youtu.be":
        return _of_steps(["watch", *steps])
    if site not in _HOSTS:
        return None
    if "list" in query or "playlist_id" in query or steps[:1] == ["playlist"]:
        raise RefusedError("a playlist is no channel", "poll it with type: feed at .../feeds/videos.xml?playlist_id=ID")
    named = {"watch": query.get("v", ""), "feeds": query.get("channel_id", "")}.get(steps[0] if steps else "")
    return _of_steps([steps[0], named] if named is not None else steps)


def _of_steps(steps: list[str]) -> str | None:
    match steps:
        case ["channel" | "feeds", name, *_] if _ID.fullmatch(name):
            return name
        case ["watch" | "shorts" | "live" | "embed" | "v", video, *_] if _VIDEO.fullmatch(video):
            return f"watch?v={video}"
        case ["c" | "user", name, *_]:
            return f"{steps[0]}/{name}"
        case [name, *_] if name.startswith("@"):
            return _of_name(name)
    return None


class YoutubeEntry(CommonEntry, title="YouTube channel"):
    """A YouTube channel, read without an account."""

    usual: ClassVar[timedelta | None] = timedelta(minutes=20)
    least: ClassVar[timedelta] = timedelta(minutes=10)

    type: Literal["youtube"] = Field(description="What the source is.")
    channel: Annotated[Text, AfterValidator(_channel)] = Field(
        description="The channel's @handle, its id beginning with UC, or any address of it or of one of its videos.",
        examples=["@netflix"],
    )
    shorts: Flag = Field(default=True, description="false leaves its shorts out. Left out: true.")
    live: Flag = Field(default=True, description="false leaves its streams out. Left out: true.")
    base: ApiUrl | None = Field(
        default=None,
        description="Another server that answers in YouTube's place. Left out: https://www.youtube.com.",
        examples=["https://www.youtube.com"],
    )

    websub: Flag = Field(default=False, description=WEBSUB)

    def address(self) -> str:
        path = f"channel/{self.channel}" if _ID.fullmatch(self.channel) else self.channel
        return f"https://www.youtube.com/{path}"

    def source(self, *, every: timedelta, max_age: timedelta, watches: Sequence[Watch]) -> Source:
        return replace(super().source(every=every, max_age=max_age, watches=watches), websub=self.websub)

    def options(self, watches: Sequence[Watch]) -> YoutubeOptions:  # noqa: ARG002  # follows no watchlist
        return YoutubeOptions(channel=self.channel, shorts=self.shorts, live=self.live, base=self.base)
