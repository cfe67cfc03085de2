"""The line to one receiver: one attempt at a time, each in a thread of its own, with patience that ends."""

import asyncio
import concurrent.futures
import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from monitor.core.message import Message
from monitor.records import SendFailed, SendResult, Sent

_MOST_HANGING = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """The way to a receiver. `send` blocks and makes values of all trouble outside; `gap` is kept between messages."""

    send: Callable[[Message], SendResult]
    gap: timedelta = timedelta()


class Line:
    """Sends messages through a channel that may hang.

    An attempt that takes longer than `patience` is left alone and counts as failed. Until it ends, or `budget` has
    passed, nothing else is tried; with three of them hanging, nothing until one ends. Should it turn out that an attempt
    did succeed after all, the next attempt at the same message is answered with that instead of repeating it.
    """

    def __init__(self, channel: Channel, *, patience: timedelta, budget: timedelta) -> None:
        self._channel = channel
        self._patience = patience
        self._budget = budget
        self._lock = asyncio.Lock()
        self._free_at = 0.0  # of the loop's clock, as all times here
        self._abandoned_at: list[float] = []  # when the attempts began that nobody waits for any more
        self._arrived_late: set[Message] = set()

    @property
    def hanging(self) -> int:
        """How many attempts are still running although nobody waits for them."""
        return len(self._abandoned_at)

    async def send(self, message: Message) -> SendResult:
        async with self._lock:
            if message in self._arrived_late:
                self._arrived_late.discard(message)
                return Sent()
            if busy := self._why_not_now():
                return busy
            await asyncio.sleep(self._free_at - asyncio.get_running_loop().time())
            return await self._attempt(message)

    def _why_not_now(self) -> SendFailed | None:
        if not self._abandoned_at:
            return None
        left = self._abandoned_at[-1] + self._budget.total_seconds() - asyncio.get_running_loop().time()
        if left <= 0 and self.hanging < _MOST_HANGING:
            return None
        wait = timedelta(seconds=left) if left > 0 else self._budget
        return SendFailed(detail="an earlier attempt has not ended yet", retryable=True, retry_after=wait)

    async def _attempt(self, message: Message) -> SendResult:
        loop = asyncio.get_running_loop()
        started = loop.time()
        outcome: asyncio.Future[SendResult] = loop.create_future()

        ended = False

        def settle(sending: concurrent.futures.Future[SendResult]) -> None:
            nonlocal ended
            ended = True
            if outcome.cancelled():
                if started in self._abandoned_at:
                    self._abandoned_at.remove(started)
                if sending.exception() is None and isinstance(sending.result(), Sent):
                    self._arrived_late.add(message)
            elif error := sending.exception():
                outcome.set_exception(error)
            else:
                outcome.set_result(sending.result())

        threading.Thread(target=_run, args=(self._channel, message, loop, settle), name="send", daemon=True).start()
        try:
            return await asyncio.wait_for(outcome, self._patience.total_seconds())
        except TimeoutError:
            detail = f"no answer within {self._patience.total_seconds():.0f} s; the message may still arrive"
            return SendFailed(detail=detail, retryable=True)
        finally:
            self._free_at = loop.time() + self._channel.gap.total_seconds()
            if outcome.cancelled() and not ended:
                self._abandoned_at.append(started)


def _run(
    channel: Channel,
    message: Message,
    loop: asyncio.AbstractEventLoop,
    settle: Callable[[concurrent.futures.Future[SendResult]], None],
) -> None:
    sending: concurrent.futures.Future[SendResult] = concurrent.futures.Future()
    try:
        sending.set_result(channel.send(message))
    except Exception as error:  # noqa: BLE001 - a bug of ours: it comes out where the message was sent
        sending.set_exception(error)
    # The loop is closed when the process is about to end; then nobody asks.
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(settle, sending)
