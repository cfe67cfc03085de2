"""Whatever a function does in the sandbox, we get a value and the next call works."""

import asyncio
import os
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.fetching import NotAFeed, Parsed, ParseFailed
from monitor.sandbox import Sandbox
from monitor.sources.feed import read_feed
from tests import sandboxed

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SHORT = timedelta(seconds=1)


def in_sandbox(*calls, **settings):
    """The results of calls made one after another in one sandbox; afterwards no process may be left."""

    async def run():
        async with Sandbox(**settings) as sandbox:
            return [await sandbox.run(function, body, **arguments) for function, body, arguments in calls]

    results = asyncio.run(run())
    assert_no_process_is_left()
    return results


def assert_no_process_is_left():
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_values_come_back_as_they_were():
    (seen, other) = in_sandbox(
        (sandboxed.look, b"\x00body", {"at": NOW}), (sandboxed.other, b"", {"word": "ok \U0001f600"})
    )
    assert (seen.body, seen.at, seen.span) == (b"\x00body", NOW, timedelta(seconds=1.5))
    assert other == sandboxed.Other(word="ok \U0001f600")


def test_a_worker_serves_many_calls_and_knows_none_of_our_secrets(monkeypatch):
    monkeypatch.setenv("MAIL_PASSWORD", "hunter2")
    first, second = in_sandbox((sandboxed.look, b"1", {}), (sandboxed.look, b"2", {}))
    assert first.pid == second.pid != os.getpid()
    assert set(first.environment) == {"PYTHONPATH", "PYTHONUTF8", "LC_ALL"}


HOSTILE = [
    (sandboxed.fail, "the reader failed: ValueError: cannot read this"),
    (sandboxed.die, "the reader ended with status 3: last words"),
    (sandboxed.crash, "the reader was ended by SIGSEGV"),
    (sandboxed.spin, "the reader used up its CPU time"),
    (sandboxed.sleep, "not read within 3 seconds"),
    (sandboxed.devour, "not read within the memory it may use"),
    (sandboxed.recurse, "RecursionError"),
    (sandboxed.babble, "the reader was ended by SIGKILL"),
    (sandboxed.flood, "not read within 3 seconds"),
    (sandboxed.undeclared, "KeyError"),
    (sandboxed.ill_typed, "something else than agreed"),
    (sandboxed.start_process, "the reader failed: BlockingIOError"),
    (sandboxed.open_many, "Too many open files"),
]


@pytest.mark.parametrize(("function", "detail"), HOSTILE, ids=lambda value: getattr(value, "__name__", ""))
def test_what_goes_wrong_is_told_and_the_next_call_works(function, detail):
    if function is sandboxed.start_process and os.geteuid() == 0:
        pytest.skip("the number of processes is not limited for root")
    # On a busy machine a second of CPU may take many of the clock.
    wall = 30 * SHORT if function is sandboxed.spin else 3 * SHORT
    failed, fine = in_sandbox((function, b"x", {}), (sandboxed.other, b"", {"word": "fine"}), wall=wall, cpu=SHORT)
    assert isinstance(failed, ParseFailed)
    assert detail in failed.detail
    assert failed.detail.isprintable()
    assert fine == sandboxed.Other(word="fine")


def test_prints_do_not_disturb_the_answer():
    (result,) = in_sandbox((sandboxed.chatter, b"", {}))
    assert result == sandboxed.Other(word="said on the wrong channel")


def test_files_cannot_be_written(tmp_path):
    (result,) = in_sandbox((sandboxed.write_file, str(tmp_path / "file").encode(), {}))
    assert isinstance(result, ParseFailed)
    assert (tmp_path / "file").stat().st_size == 0


def test_cpu_time_is_counted_for_each_call_alone():
    calls = [(sandboxed.look, b"", {})] * 30
    assert len({seen.pid for seen in in_sandbox(*calls, cpu=SHORT)}) == 1


def test_a_cancelled_call_takes_its_worker_with_it():
    async def run():
        async with Sandbox(workers=1) as sandbox:
            before = await sandbox.run(sandboxed.look, b"")
            task = asyncio.create_task(sandbox.run(sandboxed.spin, b""))
            await asyncio.wait({task}, timeout=0.2)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            after = await sandbox.run(sandboxed.look, b"after")
            assert after.body == b"after"
            assert after.pid != before.pid

    asyncio.run(run())
    assert_no_process_is_left()


def test_calls_beyond_the_pool_wait_for_their_turn():
    async def run():
        async with Sandbox(workers=2) as sandbox:
            return await asyncio.gather(*(sandbox.run(sandboxed.look, b"%d" % n) for n in range(9)))

    seen = asyncio.run(run())
    assert [one.body for one in seen] == [b"%d" % n for n in range(9)]
    assert len({one.pid for one in seen}) <= 2
    assert_no_process_is_left()


def test_an_idle_worker_ends():
    async def run():
        async with Sandbox(idle=timedelta(0)) as sandbox:
            first = await sandbox.run(sandboxed.look, b"")
            async with asyncio.timeout(10):
                while sandbox._resting or sandbox._ending:
                    await asyncio.wait(sandbox._ending or {asyncio.create_task(asyncio.sleep(0))})
            assert_no_process_is_left()
            assert (await sandbox.run(sandboxed.look, b"")).pid != first.pid

    asyncio.run(run())


def test_a_worker_that_died_while_resting_is_replaced():
    async def run():
        async with Sandbox() as sandbox:
            first = await sandbox.run(sandboxed.look, b"")
            os.kill(first.pid, 9)
            return first, await sandbox.run(sandboxed.look, b""), await sandbox.run(sandboxed.look, b"")

    first, _, last = asyncio.run(run())
    assert last.pid != first.pid
    assert_no_process_is_left()


def test_a_worker_is_replaced_after_many_calls():
    calls = [(sandboxed.look, b"", {})] * 201
    assert len({seen.pid for seen in in_sandbox(*calls)}) == 2


def rss(inner: str) -> bytes:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{inner}</channel></rss>'.encode()


def entry(inner: str) -> str:
    return f"<item><title>t</title>{inner}</item>"


BOMBS = {
    "a long author": rss(entry(f"<author>{'a' * 100_000}</author>")),
    "a long author in pieces": rss(entry(f"<author>{('a' * 500 + '<b/>') * 300}</author>")),
    "deep markup": rss(entry(f"<description>{'&lt;div&gt;' * 100_000}</description>")),
    "deep elements": rss(entry("<a>" * 30_000)),
    "many entries": rss("".join(entry(f"<guid>{n}</guid>") for n in range(10_000))),
    "many entities": b"<!DOCTYPE rss [" + b'<!ENTITY a "b">' * 50_000 + b"]>" + rss(entry("&a;")),
    "quotes never closed": rss(entry(f"<description>{'&lt;a href=&quot;' * 50_000}</description>")),
    "NUL bytes": b"\x00" * 1_000_000 + rss(entry("")),
    "halves of pairs": rss(entry(f"<description>{'&#xD83D;' * 100_000}</description>")),
    "the path of a file": b"/dev/zero",
    "open brackets": b"<rss><item><title>" + b"<" * 500_000,
    "gzip of nothing": b"\x1f\x8b" + b"\x00" * 1_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_hostile_documents_are_survived(name):
    """Within the limits there is an answer, and the next document is read."""
    arguments = {"url": "https://moon.example/feed", "content_type": None, "now": NOW}
    bomb, fine = in_sandbox((read_feed, BOMBS[name], arguments), (read_feed, rss(entry("")), arguments), cpu=6 * SHORT)
    assert isinstance(bomb, Parsed | NotAFeed | ParseFailed)
    assert isinstance(fine, Parsed)
    assert [item.title for item in fine.items] == ["t"]


@settings(max_examples=5, deadline=None)
@given(st.lists(st.binary(max_size=200), max_size=10))
def test_any_bytes_get_an_answer(bodies):
    arguments = {"url": "https://moon.example/feed", "content_type": None, "now": NOW}
    for result in in_sandbox(*((read_feed, body, arguments) for body in bodies)):
        assert isinstance(result, Parsed | NotAFeed)
