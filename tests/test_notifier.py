"""Sending to real servers on loopback: what arrives, what an outcome means, and that nobody waits for anybody else."""

import asyncio
import dataclasses
import io
import json
import logging
import threading
from contextlib import AsyncExitStack
from datetime import timedelta
from urllib.parse import parse_qs

import pytest

from monitor.core.alert import Priority
from monitor.core.announcement import Standing
from monitor.core.message import Entry, Message, compose_test
from monitor.core.redact import Redactor
from monitor.core.routing import Receiver
from monitor.logs import configure, log
from monitor.notifier import Notifier, _dressed, _mail_box, _open_service, _service_channel, validate
from monitor.records import SendFailed, Sent
from tests.mail_server import serve_mail
from tests.sink_server import serve_sink

pytestmark = [
    # Apprise asks for a module that Python 3.13 drops; it does without.
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning"),
    # aiosmtpd ends its connections after the loop has been told to close them.
    pytest.mark.filterwarnings("ignore:unclosed transport:ResourceWarning"),
]

HOSTILE = "Café\r\nBcc: all@example.org <script>alert(1)</script> @everyone <!channel>"
ENTRY = Entry(
    title="Heartstopper: filming has started (season 2)",
    standing="Official: posted by @netflixuk on Instagram",
    facts=(("Season", "2"), ("Cast", "Leila Khan as Sahar Zahid")),
    said="Cameras roll on the second season",
    source="The Harbour Gazette",
    link="https://gazette.example/story",
    why="you watch Heartstopper",
    reference="announcement-12",
    level=Standing.OFFICIAL,
)
NEWS = Message(subject=ENTRY.title, entries=(ENTRY,), thread="announcement-12-20261120093000")
UPDATE = Message(subject=f"Update: {ENTRY.title}", entries=(ENTRY,), thread=NEWS.thread, reply=True)
ATTACK = Message(
    subject=HOSTILE,
    entries=(
        Entry(
            title=HOSTILE,
            standing=HOSTILE,
            facts=((HOSTILE, HOSTILE),),
            said=HOSTILE,
            source=HOSTILE,
            link="javascript:alert(1)",
            why=HOSTILE,
        ),
    ),
)


def receiver(url, name="me"):
    return Receiver(id=name, url=url)


def send(url, *messages, **settings):
    """What became of the messages, sent one after the other."""

    async def work():
        async with Notifier((), stream=io.StringIO(), **settings) as notify:
            return [await notify(receiver(url), message) for message in messages]

    return work()


def run(work):
    return asyncio.run(asyncio.wait_for(work, 30))


async def attempts_ended():
    """Waits for the threads that send, and for the loop to hear of it."""
    for thread in threading.enumerate():
        if thread.name == "send":
            await asyncio.to_thread(thread.join)
    await asyncio.sleep(0)


def mailed(*messages, options=""):
    """The mails that a real server received."""

    async def work():
        async with serve_mail() as server:
            assert await send(server.url + options, *messages) == [Sent()] * len(messages)
            return server

    return run(work())


def posted(url, *messages, status=200, headers=None, body="{}"):
    """The outcomes and the requests that a real web server received; PORT in the URL is its port."""

    async def work():
        async with serve_sink() as sink:
            sink.status, sink.headers, sink.body = status, headers or {}, body
            results = await send(url.replace("PORT", str(sink.port)), *messages)
            return results, sink.posts

    return run(work())


def test_mail_has_html_and_our_own_plain_twin():
    server = mailed(NEWS)
    (mail,) = server.mails
    assert (mail["Subject"], mail["To"]) == (NEWS.subject, "reader@home.example")
    assert mail["From"] == "Announcement Monitor <monitor@news.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "multipart/alternative"
    text, html = mail.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert "  Season    2\n  Cast      Leila Khan as Sahar Zahid" in text.get_content().replace("\r\n", "\n")
    assert 'href="https://gazette.example/story"' in html.get_content()
    assert server.envelopes[0].rcpt_tos == ["reader@home.example"]


def test_mails_of_a_thread_hang_together():
    first, second = mailed(NEWS, UPDATE).mails
    assert first["References"] == second["References"] == "<announcement-12-20261120093000@news.example>"
    assert (first["In-Reply-To"], second["In-Reply-To"]) == (None, first["References"])
    assert first["Message-ID"] != second["Message-ID"]


def test_the_same_mail_sent_again_can_be_told_by_its_id():
    first, second = mailed(NEWS, NEWS).mails
    assert first["Message-ID"] == second["Message-ID"]


def test_a_test_mail_sent_again_is_another_mail():
    """Or the second would be dropped as a duplicate, and the test would seem to fail."""
    first, second = mailed(*[compose_test(receiver("console://"))] * 2).mails
    assert first["Message-ID"] != second["Message-ID"]


def test_hostile_mail_has_no_extra_header_and_no_markup():
    server = mailed(ATTACK)
    (mail,) = server.mails
    assert mail["Bcc"] is None
    assert mail["Subject"].startswith("Café Bcc: all@")
    assert server.envelopes[0].rcpt_tos == ["reader@home.example"]
    html = mail.get_body(("html",)).get_content()
    assert "<script" not in html
    assert "javascript:" not in html
    assert "@everyone" not in html + mail.get_body(("plain",)).get_content() + mail["Subject"]


def test_mail_may_be_plain_only_and_carry_headers_of_the_users_own():
    (mail,) = mailed(NEWS, options="&format=text&+X-Folder=News%0D%0ABcc:%20x&reply=desk@news.example").mails
    assert mail.get_content_type() == "text/plain"
    assert (mail["X-Folder"], mail["Reply-To"], mail["Bcc"]) == ("News Bcc: x", "desk@news.example", None)


@pytest.mark.parametrize(
    ("rcpt", "data", "retryable", "said"),
    [
        ("550 5.1.1 no such user", "250 OK", False, "refused the recipient: 550 5.1.1"),
        ("550 mailbox locked", "250 OK", True, "refused the recipient: 550 mailbox locked"),
        ("451 4.7.1 greylisted", "250 OK", True, "refused the recipient: 451"),
        (None, "554 5.7.1 looks like spam", True, "refused the mail: 554 5.7.1 looks like spam"),
        (None, "452 disk full", True, "refused the mail: 452"),
    ],
)
def test_a_refused_mail_is_tried_again_unless_the_address_is_wrong(rcpt, data, retryable, said):
    async def work():
        async with serve_mail() as server:
            server.data_answer = data
            if rcpt:
                server.refusals["reader@home.example"] = rcpt
            (result,) = await send(server.url, NEWS)
            assert server.mails == []
            return result

    result = run(work())
    assert (type(result), result.retryable) == (SendFailed, retryable)
    assert said in result.detail


def test_a_mail_server_that_is_back_gets_the_mail():
    async def work():
        async with serve_mail() as server, Notifier((), stream=io.StringIO()) as notify:
            server.data_answer = "421 going down"
            refused = await notify(receiver(server.url), NEWS)
            server.data_answer = "250 OK"
            return refused, await notify(receiver(server.url), NEWS), len(server.mails)

    refused, sent, count = run(work())
    assert isinstance(refused, SendFailed)
    assert (sent, count) == (Sent(), 1)


@pytest.mark.parametrize("scheme", ["mailto", "json"])
def test_a_closed_port_is_a_failure_to_try_again(scheme):
    (result,) = run(send(f"{scheme}://127.0.0.1:1/?from=a@b.example&to=c@d.example&mode=insecure", NEWS))
    assert isinstance(result, SendFailed)
    assert result.retryable


def test_a_server_without_encryption_gets_no_mail_that_asks_for_it():
    async def work():
        async with serve_mail() as server:
            (result,) = await send(server.url.replace("mode=insecure", "mode=starttls"), NEWS)
            return result, server.mails

    result, mails = run(work())
    assert (result.retryable, mails) == (True, [])
    assert "STARTTLS" in result.detail


SERVICES = {
    "json": ("json://127.0.0.1:PORT/in", lambda post: json.loads(post.body)["message"]),
    "form": ("form://127.0.0.1:PORT/in", lambda post: parse_qs(post.body)["message"][0]),
    "xml": ("xml://127.0.0.1:PORT/in", lambda post: post.body),
    "ntfy": ("ntfy://127.0.0.1:PORT/news", lambda post: json.loads(post.body)["message"]),
    "gotify": ("gotify://127.0.0.1:PORT/abcdefghijklmno", lambda post: json.loads(post.body)["message"]),
    "mattermost": (
        "mmost://127.0.0.1:PORT/abcdefghijklmnopqrstuvwxyz",
        lambda post: json.loads(post.body)["text"],
    ),
    "rocket": (
        "rocket://abcdefghijkl/mnopqrstuvwx@127.0.0.1:PORT/#general",
        lambda post: json.loads(post.body)["text"],
    ),
    "apprise": ("apprise://127.0.0.1:PORT/sometoken", lambda post: parse_qs(post.body)["body"][0]),
}


@pytest.mark.parametrize(("url", "text_of"), SERVICES.values(), ids=SERVICES)
def test_services_get_the_news_and_no_mention(url, text_of):
    results, (news, attack) = posted(url, NEWS, ATTACK)
    assert results == [Sent(), Sent()]
    assert "https://gazette.example/story" in text_of(news)
    assert "Leila Khan as Sahar Zahid" in text_of(news)
    assert "@everyone" not in attack.body
    assert "<!channel>" not in attack.body


@pytest.mark.parametrize(
    ("service", "begins"),
    [
        ("mattermost", "**Heartstopper: filming has started (season 2)**\n\nOfficial"),
        ("rocket", "**Heartstopper: filming has started (season 2)**\n\nOfficial"),
        ("gotify", "Official: posted by"),
        ("ntfy", "Official: posted by"),
    ],
)
def test_each_service_is_dressed_for(service, begins):
    """Those that read Markdown get it, the title included; those that show a title get it apart."""
    url, text_of = SERVICES[service]
    _, (news,) = posted(url, NEWS)
    assert text_of(news).startswith(begins)


PRIORITIES = [dataclasses.replace(NEWS, priority=priority) for priority in Priority]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("ntfy://127.0.0.1:PORT/news", ["high", None, "low"]),
        ("ntfy://127.0.0.1:PORT/news?priority=max", ["max"] * 3),
        ("gotify://127.0.0.1:PORT/abcdefghijklmno", [8, 5, 3]),
        ("gotify://127.0.0.1:PORT/abcdefghijklmno?format=markdown&priority=low", [0] * 3),
        ("json://127.0.0.1:PORT/in", [None] * 3),
    ],
)
def test_services_are_told_how_much_to_disturb(url, expected):
    """In their own words; an address that names a priority keeps it."""
    _, posts = posted(url, *PRIORITIES)
    said = [json.loads(post.body).get("priority", post.headers.get("x-priority")) for post in posts]
    assert said == expected


def test_pushover_is_told_how_much_to_disturb():
    """It has one address for all: what would be posted there goes to a server of ours."""

    async def work():
        async with serve_sink() as sink:
            sink.body = '{"status": 1}'
            service = _open_service(receiver(HOSTED["pushover"]))
            service.notify_url = f"http://127.0.0.1:{sink.port}/1/messages.json"
            channel = _service_channel(service, pinned=False)
            results = [await asyncio.to_thread(channel.send, message) for message in PRIORITIES]
            return results, [parse_qs(post.body)["priority"] for post in sink.posts]

    assert run(work()) == ([Sent()] * 3, [["1"], ["0"], ["-1"]])


def test_mail_says_how_much_it_matters():
    mails = mailed(*PRIORITIES).mails
    assert [(mail["Importance"], mail["X-Priority"]) for mail in mails] == [("high", "1"), (None, None), ("low", "5")]


def test_long_text_is_cut_to_what_the_service_takes():
    entry = dataclasses.replace(ENTRY, why="because " * 2000)
    url, text_of = SERVICES["rocket"]
    _, (news,) = posted(url, Message(subject=ENTRY.title, entries=(entry,)))
    assert len(text_of(news)) <= 1000
    assert "https://gazette.example/story" in text_of(news)
    assert "because" not in text_of(news)


@pytest.mark.parametrize(
    ("status", "headers", "retryable"),
    [
        (500, {}, True),
        (429, {"Retry-After": "7"}, True),
        (401, {}, True),
        (404, {}, True),
        (410, {}, False),
        (302, {"Location": "/elsewhere"}, True),
    ],
)
@pytest.mark.parametrize("option", ["", "?optional=yes&retry=3&wait=9"])
def test_outcomes_are_read_from_the_attempt(status, headers, retryable, option):
    """Whatever the address asks for: an optional service reports success when it fails, and repeating is ours."""
    (result,), posts = posted(f"json://127.0.0.1:PORT/in{option}", NEWS, status=status, headers=headers)
    assert isinstance(result, SendFailed)
    assert result.retryable is retryable
    assert str(status) in result.detail
    assert len(posts) == 1


@pytest.fixture
def _logging_restored():
    """Leaves logging as it was: it belongs to the whole process."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.usefixtures("_logging_restored")
def test_secrets_are_in_no_detail_and_no_log():
    """Not even at the most talkative level, and whatever the service repeats."""
    url = "json://maria:open-sesame@127.0.0.1:PORT/hidden-path/?+X-Api-Key=top-secret"
    stream = io.StringIO()
    configure("json", "debug", redactor=Redactor([url]), stream=stream)
    (result,), (post,) = posted(url, NEWS, status=500, body="maria:open-sesame top-secret")
    log(logging.getLogger("monitor"), logging.INFO, "delivery", url=url)
    assert post.headers["x-api-key"] == "top-secret"
    assert "delivery" in stream.getvalue()
    for secret in ("open-sesame", "top-secret", "hidden-path"):
        assert secret not in repr(result) + stream.getvalue()


def test_one_that_hangs_delays_nobody():
    async def work():
        async with AsyncExitStack() as stack:
            hanging = [await stack.enter_async_context(serve_sink(hanging=True)) for _ in range(6)]
            healthy = await stack.enter_async_context(serve_sink())
            notify = await stack.enter_async_context(Notifier((), stream=io.StringIO()))
            attempts = [
                asyncio.create_task(notify(receiver(f"json://127.0.0.1:{sink.port}/", f"hangs-{number}"), NEWS))
                for number, sink in enumerate(hanging)
            ]
            for sink in hanging:
                await sink.asked.wait()
            result = await notify(receiver(f"json://127.0.0.1:{healthy.port}/"), NEWS)
            still_waiting = [attempt.done() for attempt in attempts]
            for sink in hanging:
                sink.answering.set()
            return result, still_waiting, await asyncio.gather(*attempts)

    result, done, rest = run(work())
    assert result == Sent()
    assert done == [False] * 6
    assert rest == [Sent()] * 6


def test_a_server_that_drips_is_left_alone():
    """Bytes that keep coming defeat every timeout of a single read."""

    async def work():
        async with serve_sink(hanging=True) as sink:
            sink.dripping = True
            return await send(f"json://127.0.0.1:{sink.port}/?rto=0.05", NEWS, patience=timedelta(milliseconds=200))

    (result,) = run(work())
    assert "may still arrive" in result.detail


def test_a_silent_mail_server_is_a_failure_to_try_again():
    async def work():
        async with serve_sink(hanging=True) as sink:
            url = f"mailto://127.0.0.1:{sink.port}?from=a@b.example&to=c@d.example&mode=insecure&cto=0.05"
            return await send(url, NEWS)

    (result,) = run(work())
    assert (result.retryable, "timed out" in result.detail) == (True, True)


HOSTED = {
    "discord": "discord://123456789012345678/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZabcdefgh",
    "discord-embeds": "discord://123456789012345678/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZabc?format=markdown",
    "slack": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general",
    "telegram": "tgram://123456789:abcdefghijklmnopqrstuvwxyz0123456789/12345",
    "teams": "workflows://example.org:443/643e3e3e/signature",
    "pushover": "pover://uuuuuuuuuuuuuuuuuuuuuuuuuuuuuu@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "zulip": "zulip://botname@org/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/stream",
    "google-chat": "gchat://workspace/key/token",
    "twilio": "twilio://AC00000000000000000000000000000000:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@+15551234567/+15551234568",
    "matrix": "matrix://user:pass@127.0.0.1/#room",
    "signal": "signal://127.0.0.1/+15551234567/+15551234568",
}


@pytest.mark.parametrize("url", HOSTED.values(), ids=HOSTED)
@pytest.mark.parametrize("why", ["because", "because " * 9000], ids=["short", "long"])
def test_what_goes_to_a_hosted_service_is_one_piece_with_its_link(url, why):
    """We cannot ask those on loopback: this looks at what Apprise would post, after its own cutting and escaping."""
    service = _open_service(receiver(url))
    entry = dataclasses.replace(ENTRY, why=why, source="@everyone <!channel> & *co*")
    title, body, body_format = _dressed(service, Message(subject=ENTRY.title, entries=(entry,) * 3))
    (piece,) = service._build_send_calls(title=title, body=body, body_format=body_format, overflow="split")
    assert len(piece["body"]) <= service.body_maxlen
    assert "https://gazette.example/story" in piece["body"]
    assert "@everyone" not in piece["title"] + piece["body"]
    assert "<!channel>" not in piece["title"] + piece["body"]


def test_an_abandoned_attempt_blocks_its_receiver_and_counts_when_it_arrives_late():
    async def work():
        async with (
            serve_sink(hanging=True) as sink,
            Notifier((), stream=io.StringIO(), patience=timedelta(milliseconds=50)) as notify,
        ):
            me = receiver(f"json://127.0.0.1:{sink.port}/")
            outcomes = [await notify(me, NEWS), await notify(me, UPDATE)]
            hanging = notify._lines[me].hanging
            sink.answering.set()
            await attempts_ended()
            outcomes.append(await notify(me, NEWS))
            return outcomes, hanging, len(sink.posts)

    (late, busy, again), hanging, posts = run(work())
    assert (late.retryable, "may still arrive" in late.detail) == (True, True)
    assert (busy.retryable, "has not ended" in busy.detail) == (True, True)
    assert timedelta() < busy.retry_after <= timedelta(minutes=2)
    assert (again, hanging, posts) == (Sent(), 1, 1)


def test_after_its_budget_a_receiver_is_tried_again_but_never_by_more_than_three_at_once():
    async def work():
        async with (
            serve_sink(hanging=True) as sink,
            Notifier((), stream=io.StringIO(), patience=timedelta(milliseconds=20), budget=timedelta()) as notify,
        ):
            me = receiver(f"json://127.0.0.1:{sink.port}/")
            return [(await notify(me, NEWS)).detail[:10] for _ in range(4)], notify._lines[me].hanging

    details, hanging = run(work())
    assert details == ["no answer "] * 3 + ["an earlier"]
    assert hanging == 3


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(("stream", "begins"), [(io.StringIO(), "Heartstopper:"), (Terminal(), "\x1b[1mHeartstopper:")])
def test_the_console_shows_a_plain_block_and_loads_no_apprise(stream, begins):
    async def work():
        async with Notifier([receiver("console://")], stream=stream) as notify:
            return await notify(receiver("console://"), NEWS)

    assert run(work()) == Sent()
    assert stream.getvalue().startswith(begins)
    assert "https://gazette.example/story" in stream.getvalue()
    assert validate([receiver("console://")]) == ()


def test_a_closed_console_is_a_failure():
    stream = io.StringIO()
    stream.close()

    async def work():
        async with Notifier((), stream=stream) as notify:
            return await notify(receiver("console://"), NEWS)

    assert isinstance(run(work()), SendFailed)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("jsn://example.org", "did you mean json://?"),
        ("qqqqqqqq://example.org", "is not known to Apprise"),
        ("just some words", "the address is not known"),
        ("https://example.org/hook", "write jsons:// for a webhook"),
        ("discord://only-one-part", "missing or malformed"),
        ("json://127.0.0.1:99999/", "port 99999 does not exist"),
        ("ntfy://example.org/one/two", "names 2 recipients"),
        ("mailto://u:p@example.org?to=a@example.org,b@example.org", "names 2 recipients"),
        ("mailto://u:p@example.org?to=a@example.org&cc=b@example.org", "names 2 recipients"),
        ("mailto://u:p@example.org?to=a@example.org&pgp=sign", "not supported"),
        ("mailtos://u:p@example.org?to=a@example.org&mode=tls", "missing or malformed"),
        ("mailto://u:p@example.org?to=a@example.org&+X%20Folder=news", "whose name cannot be one"),
        ("to my secret://token", "the address is not known"),
        ("mailto://u:p@example.org?to=nobody", "no valid recipient"),
    ],
)
def test_addresses_that_cannot_work_are_told_before_anything_is_sent(url, problem):
    (found,) = validate([receiver(url)])
    assert found.receiver == "me"
    assert problem in found.problem
    (result,) = run(send(url, NEWS))
    assert result == SendFailed(detail=found.problem, retryable=False)


def test_a_mail_server_may_have_an_ipv6_address():
    url = "mailto://[::1]:2525?from=a@b.example&to=c@d.example&mode=insecure"
    assert _mail_box(_open_service(receiver(url))).host == "::1"


def test_addresses_that_can_work_are_no_problem():
    urls = ["mailto://user:pass@gmail.com", "mailtos://u:p@example.org", "json://example.org/x", "console://"]
    assert validate([receiver(url) for url in urls]) == ()
