"""The line to one receiver, with channels that misbehave in ways no server can."""

import asyncio
import threading
from datetime import timedelta
from itertools import pairwise

import pytest

from monitor.core.message import Message
from monitor.line import Channel, Line
from monitor.records import Sent

NEWS = Message(subject="News")


def line(send, gap=timedelta()):
    return Line(Channel(send=send, gap=gap), patience=timedelta(seconds=10), budget=timedelta(minutes=2))


def test_a_bug_in_a_channel_is_loud():
    """It must not look like a receiver that hangs."""

    def broken(message):
        raise KeyError(message.subject)

    with pytest.raises(KeyError, match="News"):
        asyncio.run(line(broken).send(NEWS))


def test_messages_keep_their_gap_and_their_order():
    sent = []

    async def work():
        loop = asyncio.get_running_loop()

        def send(message):
            sent.append((message.subject, loop.time()))
            return Sent()

        spaced = line(send, gap=timedelta(milliseconds=30))
        await asyncio.gather(*(spaced.send(Message(subject=str(number))) for number in range(3)))

    asyncio.run(work())
    assert [subject for subject, _ in sent] == ["0", "1", "2"]
    times = [at for _, at in sent]
    assert all(later - earlier >= 0.029 for earlier, later in pairwise(times))


def test_a_send_that_is_cancelled_counts_as_hanging_until_it_ends():
    """The daemon stops in the middle of a send: nothing else may go out beside it."""

    async def work():
        begun, end = asyncio.Event(), threading.Event()
        loop = asyncio.get_running_loop()

        def send(message):
            loop.call_soon_threadsafe(begun.set)
            end.wait(10)
            return Sent()

        slow = line(send)
        attempt = asyncio.create_task(slow.send(NEWS))
        await begun.wait()
        attempt.cancel()
        with pytest.raises(asyncio.CancelledError):
            await attempt
        refused = await slow.send(NEWS)
        end.set()
        return refused, slow.hanging

    refused, hanging = asyncio.run(work())
    assert "has not ended" in refused.detail
    assert hanging == 1
