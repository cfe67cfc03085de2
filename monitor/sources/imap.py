"""A folder of the user's mailbox as a source: newsletters and the mails of alert services."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, assert_never

from monitor.core.fetching import FetchFailed, Parsed, ParseFailed, Unchanged, Visited, VisitResult
from monitor.core.item import Item
from monitor.core.options import ImapOptions
from monitor.core.source import Memory, Source, SourceState
from monitor.ports import Clock, Fetch, Inbox
from monitor.sources.entries import in_language
from monitor.sources.newsletter import Forged, NotForUs, read_mail
from monitor.sources.reading import Run

if TYPE_CHECKING:
    from monitor.mailbox import Mails, Place


class ReadMails(Protocol):
    """Reads what is new in a folder."""

    async def __call__(self, options: ImapOptions, since: "Place | None", /) -> "Mails | FetchFailed": ...


class ImapAdapter:
    """Reads mails behind the last one read. What the server tells meanwhile only makes the visit come sooner."""

    version = "mail reader 1"

    def __init__(self, *, run: Run, clock: Clock, inbox: Inbox, read_mails: ReadMails) -> None:
        self._run = run
        self._clock = clock
        self._inbox = inbox
        self._read_mails = read_mails

    async def visit(self, source: Source, state: SourceState, *, fetch: Fetch) -> VisitResult:  # noqa: ARG002  # the port's
        options = source.options
        assert isinstance(options, ImapOptions)
        pushes = tuple(push.id for push in await self._inbox(source.id))  # that something came is all they say
        mails = await self._read_mails(options, _place(state.memory))
        if isinstance(mails, FetchFailed):
            return mails
        memory = {"validity": mails.place.validity, "uid": mails.place.uid}
        if not mails.bodies and state.baseline_at is not None:
            return Unchanged(detail="no new mail", memory=memory, pushes=pushes)
        items, detail = await self._read(source, options, mails, self._clock())
        return Visited(
            parsed=Parsed(items=items),
            bytes=sum(len(body) for body in mails.bodies),
            memory=memory,
            trouble=detail,
            pushes=pushes,
            complete=False,
        )

    async def _read(
        self, source: Source, options: ImapOptions, mails: "Mails", now: datetime
    ) -> tuple[tuple[Item, ...], str]:
        """The items of all mails, newest first, and what there is to say of the others."""
        unique: dict[str, Item] = {}
        forged: list[str] = []
        unread: list[str] = []
        for body in mails.bodies:
            read = await self._run(
                read_mail,
                body,
                lists=options.lists,
                senders=options.senders,
                authenticated_by=options.authenticated_by,
                now=now,
            )
            match read:
                case Parsed():
                    told = in_language(read, source.lang)
                    assert isinstance(told, Parsed)
                    unique |= {item.key: item for item in reversed(told.items)}
                case Forged():
                    forged.append(read.detail)
                case ParseFailed():
                    unread.append(read.detail)
                case NotForUs():
                    pass
                case _:
                    assert_never(read)
        said = [
            f"{len(forged)} mails ignored as possibly forged: {forged[0]}" if forged else "",
            f"{len(unread)} mails could not be read: {unread[0]}" if unread else "",
            "the folder was numbered anew, its newest mails were read again" if mails.renumbered else "",
            "more mails wait for the next poll" if mails.more else "",
        ]
        return tuple(reversed(unique.values())), "; ".join(part for part in said if part)


def _place(memory: Memory) -> "Place | None":
    from monitor.mailbox import Place

    found: Mapping[str, object] = memory
    validity, uid = found.get("validity"), found.get("uid")
    return Place(validity=validity, uid=uid) if isinstance(validity, int) and isinstance(uid, int) else None
