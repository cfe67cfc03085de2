"""The way to a mailbox, against a real server on loopback."""

import asyncio
from dataclasses import replace

import pytest

from monitor.core.fetching import FetchFailed, FetchFailure
from monitor.core.options import ImapOptions
from monitor.mailbox import MOST_MAILS, Mails, Place, read_new, wait_for_mail
from tests.mailbox_server import PASSWORD, TOKEN, USER, MailboxServer

PATIENCE_S = 20


def options(server: MailboxServer, **changes: object) -> ImapOptions:
    known = ImapOptions(
        host="127.0.0.1",
        port=server.port,
        user=USER,
        password=PASSWORD,
        token="",
        folder="INBOX",
        security="none",
        lists=(),
        senders=(),
        authenticated_by=None,
    )
    return replace(known, **changes)


def read(server: MailboxServer, since: Place | None = None, **changes: object) -> Mails | FetchFailed:
    return asyncio.run(read_new(options(server, **changes), since))


def test_only_what_is_new_and_nothing_is_marked_as_read():
    with MailboxServer() as server:
        empty = read(server)
        assert empty == Mails(place=Place(validity=1, uid=0), bodies=())
        server.deliver(b"one")
        server.deliver(b"two")
        first = read(server, empty.place)
        assert (first.bodies, first.place) == ((b"one", b"two"), Place(validity=1, uid=2))
        # "3:*" names the second mail once more.
        assert read(server, first.place).bodies == ()
        server.deliver(b"three")
        assert read(server, first.place).bodies == (b"three",)
        words = {command.split()[0] for command in server.said}
        assert words <= {"CAPABILITY", "LOGIN", "EXAMINE", "UID", "LOGOUT"}
        assert all("PEEK" in command for command in server.said if "FETCH" in command)


def test_a_folder_read_for_the_first_time_gives_its_newest():
    with MailboxServer() as server:
        for number in range(MOST_MAILS + 10):
            server.deliver(b"mail %d" % number)
        mails = read(server)
        assert len(mails.bodies) == MOST_MAILS
        assert mails.bodies[-1] == b"mail %d" % (MOST_MAILS + 9)
        assert (mails.place.uid, mails.more) == (MOST_MAILS + 10, False)


def test_more_than_a_portion_waits_for_the_next_time():
    with MailboxServer() as server:
        for number in range(MOST_MAILS + 1):
            server.deliver(b"mail %d" % number)
        first = read(server, Place(validity=1, uid=0))
        assert (len(first.bodies), first.more) == (MOST_MAILS, True)
        second = read(server, first.place)
        assert (second.bodies, second.more) == ((b"mail %d" % MOST_MAILS,), False)


def test_a_folder_made_anew_is_read_again():
    with MailboxServer() as server:
        server.deliver(b"one")
        place = read(server).place
        server.renumber()
        mails = read(server, place)
        assert (mails.bodies, mails.place, mails.renumbered) == ((b"one",), Place(validity=2, uid=101), True)
        assert read(server, mails.place) == Mails(place=mails.place, bodies=())


def test_a_token_in_place_of_a_password():
    with MailboxServer() as server:
        server.deliver(b"one")
        assert read(server, password="", token=TOKEN).bodies == (b"one",)
        failed = read(server, password="", token="expired")
        assert isinstance(failed, FetchFailed)
        assert failed.reason is FetchFailure.SIGN_IN


@pytest.mark.parametrize(
    ("changes", "reason", "said"),
    [
        ({"password": "wrong horse"}, FetchFailure.SIGN_IN, "does not accept the user and password"),
        ({"folder": "News"}, FetchFailure.NOT_FOUND, "has no folder “News”"),
        ({"port": 1}, FetchFailure.UNREACHABLE, "Connection refused"),
        ({"security": "tls"}, FetchFailure.UNREACHABLE, "127.0.0.1: "),
        ({"security": "starttls"}, FetchFailure.SERVER_ERROR, "no valid IMAP answer"),
        ({"host": "no-such-host.invalid"}, FetchFailure.UNREACHABLE, "no-such-host.invalid: "),
    ],
)
def test_trouble_is_a_value(changes: dict[str, object], reason: FetchFailure, said: str):
    with MailboxServer() as server:
        failed = read(server, **changes)
        assert isinstance(failed, FetchFailed)
        assert failed.reason is reason
        assert said in failed.detail
        assert "horse" not in failed.detail


def test_a_connection_that_ends_in_the_middle():
    with MailboxServer() as server:
        server.broken = True
        failed = read(server)
        assert isinstance(failed, FetchFailed)
        assert failed.reason in {FetchFailure.SERVER_ERROR, FetchFailure.UNREACHABLE}


def test_told_of_new_mail_until_the_connection_ends():
    async def work() -> None:
        with MailboxServer() as server:
            came: asyncio.Queue[None] = asyncio.Queue()
            waiting = asyncio.create_task(wait_for_mail(options(server), lambda: came.put_nowait(None)))
            for _ in range(2):  # it waits again after each
                await asyncio.to_thread(server.idling.wait, PATIENCE_S)
                server.idling.clear()
                server.deliver(b"mail")
                await asyncio.wait_for(came.get(), PATIENCE_S)
            await asyncio.to_thread(server.idling.wait, PATIENCE_S)
            server.cut()
            failed = await asyncio.wait_for(waiting, PATIENCE_S)
            assert failed.reason in {FetchFailure.SERVER_ERROR, FetchFailure.UNREACHABLE}

    asyncio.run(work())


def test_waiting_ends_at_once_when_it_is_cancelled():
    async def work() -> None:
        with MailboxServer() as server:
            waiting = asyncio.create_task(wait_for_mail(options(server), lambda: None))
            await asyncio.to_thread(server.idling.wait, PATIENCE_S)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asyncio.wait_for(waiting, 2)

    asyncio.run(work())


@pytest.mark.parametrize(
    ("idle", "changes", "reason"),
    [
        (False, {}, FetchFailure.NOT_FOUND),
        (True, {"password": "wrong"}, FetchFailure.SIGN_IN),
        (True, {"port": 1}, FetchFailure.UNREACHABLE),
    ],
)
def test_waiting_where_one_cannot(*, idle: bool, changes: dict[str, object], reason: FetchFailure):
    with MailboxServer(idle=idle) as server:
        failed = asyncio.run(asyncio.wait_for(wait_for_mail(options(server, **changes), lambda: None), PATIENCE_S))
        assert failed.reason is reason
