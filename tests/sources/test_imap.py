"""Mails as items: what is read, who is believed, and what is never kept."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.core.fetching import FetchFailed, FetchFailure, Parsed, Unchanged, Visited, VisitResult
from monitor.core.item import Item
from monitor.core.options import ImapOptions
from monitor.core.source import Source, SourceState, Tier
from monitor.mailbox import Mails, Place
from monitor.records import Push
from monitor.sources.imap import ImapAdapter
from monitor.sources.newsletter import Forged, NotForUs, read_mail
from tests.fakes import FakeFetch

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DATA = Path(__file__).parents[1] / "data/sources/imap"
PROVIDER = "mx.home.example"


def mail(name: str) -> bytes:
    return (DATA / f"{name}.eml").read_bytes()


def judge(body: bytes, *, provider: str | None = None, lists: tuple[str, ...] = (), senders: tuple[str, ...] = ()):
    return read_mail(body, lists=lists, senders=senders, authenticated_by=provider, now=NOW)


def read(body: bytes, **words: object) -> tuple[Item, ...]:
    result = judge(body, **words)
    assert isinstance(result, Parsed), result
    return result.items


def test_each_story_of_a_newsletter_is_an_item():
    first, second, third = read(mail("newsletter"), provider=PROVIDER)
    assert first.title == "Lantern Bay starts filming its third series"
    assert first.url == "https://gazette.example/2026/lantern-bay-series-three/"
    assert first.summary == "Cameras roll in Tenby, with Ida Holm and Marek Voss back.\nRead more"
    assert (second.title, second.url) == (
        "The Glass Ferry wraps in Oban",
        "https://gazette.example/2026/glass-ferry-wraps/",
    )
    assert second.summary == "The last scene was a wedding."
    assert (third.title, third.url) == ("A third story that only a click reveals", None)
    assert {item.publisher for item in (first, second, third)} == {"The Gazette – Screen"}
    assert first.published == datetime(2026, 11, 22, 8, tzinfo=UTC)
    assert len({item.key for item in (first, second, third)}) == 3


def test_nothing_that_knows_the_subscriber_is_kept():
    shown = repr(read(mail("newsletter"), provider=PROVIDER)) + repr(read(mail("plain")))
    for trace in ("SUBSCRIBER", "click.", "open.gazette", "confirm", "view/77", "Only for the list", "hidden as well"):
        assert trace not in shown.replace("only a click reveals", "")


def test_an_alert_mail_leads_to_the_articles():
    first, second = read(mail("alerts"), provider=PROVIDER)
    assert first.title == "Lantern Bay adds two for its third series"
    assert first.url == "https://harbourpost.example/lantern-bay-cast"
    assert first.summary == "Harbour Post\nTwo join the cast of Lantern Bay ..."
    assert second.url == "https://tenbyecho.example/cameras-in-town"
    assert "Flag" not in first.summary
    assert "Unsubscribe" not in second.summary


def test_a_letter_of_one_story():
    """Without a Message-ID, what it says stands in for it."""
    (item,) = read(mail("plain"))
    assert item.title == "Lantern Bay returns for a third series"
    assert item.url == "https://harbour-pictures.example/press/lantern-bay-three"
    assert item.summary.startswith("Harbour Pictures is delighted to announce")
    assert read(mail("plain"))[0].key == item.key


def with_headers(*lines: str, body: str = "Lantern Bay has been renewed.", sender: str = "a@gazette.example") -> bytes:
    return "\r\n".join([*lines, f"From: {sender}", "Subject: News", "Message-ID: <1@x>", "", body]).encode()


@pytest.mark.parametrize(
    ("lines", "good"),
    [
        (["Authentication-Results: mx.home.example; dmarc=pass header.from=gazette.example"], True),
        (["Authentication-Results: MX.home.example 1; dkim=pass header.d=gazette.example"], True),
        (["Authentication-Results: mx.home.example; dkim=pass header.i=@mail.gazette.example"], True),
        (["Authentication-Results: mx.home.example; dkim=fail; dkim=pass header.d=gazette.example"], True),
        (["Authentication-Results: mx.home.example; dmarc=fail; dkim=pass header.d=gazette.example"], True),
        (["Authentication-Results: mx.home.example; spf=pass"], False),
        (["Authentication-Results: mx.home.example; dkim=pass header.d=evil.example"], False),
        (["Authentication-Results: mx.home.example; dkim=pass header.d=zette.example"], False),
        (["Authentication-Results: mx.home.example; dkim=pass"], False),
        (["Authentication-Results: mx.home.example; dmarc=pass header.from=evil.example"], False),
        (["Authentication-Results: mx.home.example; x=(dmarc=pass)"], False),
        (["Authentication-Results: mx.evil.example; dmarc=pass header.from=gazette.example"], False),
        (
            # The first is the provider's own word; what follows came with the mail.
            [
                "Authentication-Results: mx.home.example; dmarc=fail header.from=gazette.example",
                "Authentication-Results: mx.home.example; dmarc=pass header.from=gazette.example",
            ],
            False,
        ),
        (["Authentication-Results:"], False),
        ([], False),
    ],
)
def test_only_whom_the_provider_confirms_is_believed(lines: list[str], *, good: bool):
    assert isinstance(judge(with_headers(*lines), provider=PROVIDER), Parsed if good else Forged)
    assert isinstance(judge(with_headers(*lines)), Parsed)  # trust: from


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (with_headers("Auto-Submitted: auto-generated"), "sent by a program"),
        (with_headers("Auto-Submitted: auto-replied", "List-Id: <a.b>"), "sent by a program"),
        (with_headers("Content-Type: multipart/report; boundary=x"), "a bounce"),
        (with_headers(sender="MAILER-DAEMON@home.example"), "a bounce"),
        (with_headers(sender=""), "a bounce"),
    ],
)
def test_our_own_alerts_and_bounces_are_no_news(body: bytes, said: str):
    result = judge(body)
    assert isinstance(result, NotForUs)
    assert said in result.detail


@pytest.mark.parametrize(
    ("lists", "senders", "wanted"),
    [
        ((), (), True),
        (("screen.gazette.example",), (), True),
        (("other.example",), (), False),
        ((), ("screen@gazette.example",), True),
        ((), ("@gazette.example",), True),
        ((), ("@azette.example",), False),
        (("other.example",), ("@gazette.example",), True),
    ],
)
def test_only_the_lists_and_senders_that_are_named(lists: tuple[str, ...], senders: tuple[str, ...], *, wanted: bool):
    result = judge(mail("newsletter"), lists=lists, senders=senders)
    assert isinstance(result, Parsed if wanted else NotForUs)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\xff" * 1000,
        b"From: a@b.example\r\nContent-Type: text/plain; charset=no-such\r\n\r\nx",
        b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n--x\r\nContent-Type: text/html\r\n\r\n<a",
        b"From: a@b.example\r\nDate: never\r\nSubject: =?utf-8?b?////?=\r\nList-Id: <<>\r\n\r\n",
        b"From: =?x?q?\r\nMessage-ID: <<<\r\nSubject: \xff\xfe\r\n\r\ntext",
        b"Content-Type: ;;;\r\nFrom: a@b.example, c@d.example\r\nSubject: x\r\n\r\n" + b"x" * 100_000,
    ],
)
def test_mails_that_are_none(body: bytes):
    """Whatever comes is read or refused; nothing is raised."""
    assert isinstance(judge(body), Parsed | NotForUs)


class Box:
    """A mailbox that answers as it was told."""

    def __init__(self, *answers: Mails | FetchFailed) -> None:
        self.answers = list(answers)
        self.asked: list[Place | None] = []

    async def __call__(self, options: ImapOptions, since: Place | None, /) -> Mails | FetchFailed:
        self.asked.append(since)
        return self.answers.pop(0)


async def run(function, body, **arguments):
    return function(body, **arguments)


async def inbox(source_id: str, /) -> list[Push]:
    return [Push(id=4, source_id=source_id, at=NOW, body=b"", content_type=None)]


OPTIONS = ImapOptions(
    host="imap.home.example",
    port=993,
    user="nia",
    password="secret word",
    token="",
    folder="INBOX",
    security="tls",
    lists=(),
    senders=(),
    authenticated_by=PROVIDER,
)
SOURCE = Source(
    id="letters",
    type="imap",
    url="imap://imap.home.example/INBOX",
    tier=Tier.PRESS,
    every=timedelta(minutes=5),
    max_age=timedelta(days=7),
    options=OPTIONS,
)


def visit(box: Box, *, memory: dict[str, object] | None = None, baseline: bool = True) -> VisitResult:
    state = SourceState(
        source_id="letters", url=SOURCE.url, next_due=NOW, memory=memory or {}, baseline_at=NOW if baseline else None
    )
    adapter = ImapAdapter(run=run, clock=lambda: NOW, inbox=inbox, read_mails=box)
    return asyncio.run(adapter.visit(SOURCE, state, fetch=FakeFetch()))


def test_a_visit_reads_what_is_new_and_remembers_how_far():
    box = Box(Mails(place=Place(validity=7, uid=12), bodies=(mail("newsletter"), mail("alerts"))))
    visited = visit(box, memory={"validity": 7, "uid": 10})
    assert box.asked == [Place(validity=7, uid=10)]
    assert isinstance(visited, Visited)
    assert [item.title.split()[0] for item in visited.parsed.items] == ["Lantern", "Cameras", "Lantern", "The", "A"]
    assert (visited.memory, visited.pushes, visited.complete) == ({"validity": 7, "uid": 12}, (4,), False)


def test_forged_mails_are_counted():
    forged = with_headers("Authentication-Results: mx.home.example; dmarc=fail header.from=gazette.example")
    visited = visit(Box(Mails(place=Place(validity=7, uid=12), bodies=(forged, forged, mail("alerts")))))
    assert isinstance(visited, Visited)
    assert len(visited.parsed.items) == 2
    expected = "2 mails ignored as possibly forged: “a@gazette.example” is not confirmed by mx.home.example"
    assert visited.trouble == expected


def test_nothing_new():
    place = Place(validity=7, uid=12)
    unchanged = visit(Box(Mails(place=place, bodies=())))
    assert isinstance(unchanged, Unchanged)
    assert unchanged.pushes == (4,)
    # The first poll of an empty folder is a first poll, or the first mail would be taken for old.
    assert isinstance(visit(Box(Mails(place=place, bodies=())), baseline=False), Visited)


def test_what_else_there_is_to_say():
    mails = Mails(place=Place(validity=8, uid=1), bodies=(mail("plain"),), renumbered=True, more=True)
    visited = visit(Box(mails))
    assert isinstance(visited, Visited)
    assert "numbered anew" in visited.trouble
    assert "more mails wait" in visited.trouble


def test_a_mailbox_that_cannot_be_read():
    failed = FetchFailed(reason=FetchFailure.SIGN_IN, detail="no")
    assert visit(Box(failed)) == failed
    assert "secret word" not in repr(SOURCE)
