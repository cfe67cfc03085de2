"""The killable process that reads bytes from outside, and the small pool of such processes.

`python -m monitor.sandbox` is the process: it reads a call from standard input, a function's dotted name with its
arguments and a body, and answers on standard output, over and over. Nothing but JSON comes back from it, and that is
checked against what the function says it returns.
"""

import asyncio
import contextlib
import functools
import importlib
import json
import math
import resource
import signal
import struct
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NoReturn, Self, TypeVar, get_args, get_type_hints

from pydantic import TypeAdapter, ValidationError

from monitor.core.fetching import ParseFailed
from monitor.core.text import clean_line

T = TypeVar("T")

_CPU = timedelta(seconds=10)
MEMORY_BYTES = 300_000_000  # of each; a feed of 10 MB takes 90 MB
_OPEN_FILES = 64
_WALL = timedelta(seconds=20)
_IDLE = timedelta(minutes=1)
_DYING = timedelta(seconds=1)
_MOST_CALLS = 200  # then the worker is replaced: parsers leak, and interned strings stay
_MOST_OBJECT_BYTES = 64_000_000
_DETAIL_LIMIT = 200
_PACKAGES = Path(__file__).resolve().parents[1]
_LENGTH = struct.Struct(">I")
_OBJECT = TypeAdapter(dict[str, Any])


class Sandbox:
    """Runs functions over bytes in worker processes that may die, at most `workers` at a time.

    Workers start when they are needed, end when idle, and are all gone once the context is left.
    """

    def __init__(
        self, *, workers: int = 2, wall: timedelta = _WALL, cpu: timedelta = _CPU, idle: timedelta = _IDLE
    ) -> None:
        self._wall = wall
        self._cpu = cpu
        self._idle = idle
        self._turns = asyncio.Semaphore(workers)
        self._resting: dict[_Worker, asyncio.TimerHandle] = {}
        self._ending: set[asyncio.Task[bytes]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in tuple(self._resting):
            self._retire(worker)
        await asyncio.gather(*self._ending)

    async def run(self, function: Callable[..., T], body: bytes, **arguments: object) -> T | ParseFailed:
        """What `function(body, **arguments)` returns in a worker, or why it did not return.

        The function must be found by its module and name; its arguments and result are such as JSON can carry.
        """
        call = json.dumps(
            {
                "function": f"{function.__module__}:{function.__qualname__}",
                "arguments": _OBJECT.dump_python(arguments, mode="json"),
                "cpu_seconds": self._cpu.total_seconds(),
            }
        ).encode()
        async with self._turns:
            try:
                worker = self._rested() or await _Worker.start()
            except OSError as error:
                return ParseFailed(detail=f"no reader could be started: {error.strerror}")
            try:
                async with asyncio.timeout(self._wall.total_seconds()):
                    reply = await worker.call(call, body)
            except TimeoutError:
                self._retire(worker)
                return ParseFailed(detail=f"not read within {self._wall.total_seconds():g} seconds")
            except (EOFError, OSError, ValueError):  # gone, or talking nonsense
                return ParseFailed(detail=await worker.epitaph())
            except BaseException:
                # Cancelled in the middle of a call: what the worker says next would be the answer to that one.
                self._retire(worker)
                raise
            if "error" in reply or worker.calls >= _MOST_CALLS:  # an error may have left it short of memory
                self._retire(worker)
            else:
                self._rest(worker)
        return _returned(function, reply)

    def _rested(self) -> "_Worker | None":
        while self._resting:
            worker, timer = self._resting.popitem()
            timer.cancel()
            if worker.lives:
                return worker
            self._retire(worker)
        return None

    def _rest(self, worker: "_Worker") -> None:
        loop = asyncio.get_running_loop()
        self._resting[worker] = loop.call_later(self._idle.total_seconds(), self._retire, worker)

    def _retire(self, worker: "_Worker") -> None:
        timer = self._resting.pop(worker, None)
        if timer is not None:
            timer.cancel()
        ending = asyncio.get_running_loop().create_task(worker.end())
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)


class _Worker:
    """One worker process and the pipes to it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        self._process = process
        self._stdin, self._stdout, self._stderr = process.stdin, process.stdout, process.stderr
        self.calls = 0

    @classmethod
    async def start(cls) -> "_Worker":
        """A new worker, which gets nothing of our environment: no secrets, no settings."""
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",
                "-B",
                "-s",
                "-m",
                "monitor.sandbox",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env={"PYTHONPATH": str(_PACKAGES), "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"},
                # A Ctrl-C at the terminal is meant for us; we end our workers ourselves.
                start_new_session=True,
            )
        )

    @property
    def lives(self) -> bool:
        return self._process.returncode is None

    async def call(self, call: bytes, body: bytes) -> Mapping[str, Any]:
        """The worker's answer. EOFError or OSError when it died, ValueError when it talks nonsense."""
        self.calls += 1
        for frame in (call, body):
            self._stdin.write(_LENGTH.pack(len(frame)))
            self._stdin.write(frame)
        await self._stdin.drain()
        (length,) = _LENGTH.unpack(await self._stdout.readexactly(_LENGTH.size))
        if length > _MOST_OBJECT_BYTES:
            raise ValueError("an answer longer than anything we ask for")
        return _OBJECT.validate_json(await self._stdout.readexactly(length))

    async def end(self) -> bytes:
        """Ends the worker for good; what it had still to say on standard error."""
        self._kill()
        self._stdin.close()
        # Read to their ends, or else asyncio would wait for ever for a pipe it has stopped reading.
        _, last_words = await asyncio.gather(self._stdout.read(), self._stderr.read())
        await self._process.wait()
        return last_words

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def epitaph(self) -> str:
        """Ends the worker and says in one line what it died of."""
        try:
            async with asyncio.timeout(_DYING.total_seconds()):  # its own exit tells why; ours would not
                await self._process.wait()
        except TimeoutError:
            pass
        finally:
            self._kill()
        last_words = (await self.end()).decode(errors="replace").strip().rpartition("\n")[2]
        cause = f"the reader {_cause(self._process.returncode or 0)}"
        return clean_line(f"{cause}: {last_words}" if last_words else cause, _DETAIL_LIMIT)


def _cause(status: int) -> str:
    if status == -signal.SIGXCPU:
        return "used up its CPU time"
    return f"was ended by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"


def _returned(function: Callable[..., T], reply: Mapping[str, Any]) -> T | ParseFailed:
    """The value of a reply, checked against what the function says it returns."""
    if "error" in reply:
        return ParseFailed(detail=clean_line(str(reply["error"]), _DETAIL_LIMIT))
    kind = _returnable(function).get(str(reply.get("type")))
    try:
        if kind is not None:
            value: T = _adapter(kind).validate_python(reply.get("value"))
            return value
    except ValidationError as error:
        return ParseFailed(detail=f"the reader answered something else than agreed, {error.error_count()} times")
    return ParseFailed(detail="the reader answered something else than agreed")


@functools.cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


@functools.cache
def _returnable(function: Callable[..., object]) -> Mapping[str, Any]:
    """The types a function says it returns, by name."""
    returned = get_type_hints(function)["return"]
    return {kind.__name__: kind for kind in get_args(returned) or (returned,)}


def serve(calls: IO[bytes], replies: IO[bytes]) -> None:
    """Answers calls until there are no more of them: the worker's whole life."""
    _limit()
    while header := calls.read(_LENGTH.size):
        call = json.loads(calls.read(*_LENGTH.unpack(header)))
        body = calls.read(*_LENGTH.unpack(calls.read(_LENGTH.size)))
        _allow_cpu(call["cpu_seconds"])
        reply = json.dumps(_answer(call, body)).encode()
        replies.write(_LENGTH.pack(len(reply)) + reply)
        replies.flush()
        del body, reply


def _answer(call: Mapping[str, Any], body: bytes) -> Mapping[str, Any]:
    module, _, name = call["function"].partition(":")
    function = getattr(importlib.import_module(module), name)
    hints = get_type_hints(function)
    arguments = {key: _adapter(hints[key]).validate_python(value) for key, value in call["arguments"].items()}
    try:
        value = function(body, **arguments)
    except MemoryError:
        # Caught, because a dying interpreter cannot say so any more.
        return {"error": "not read within the memory it may use"}
    except Exception as error:  # noqa: BLE001 - whatever it is, it is one body not read, and the next one waits
        return {"error": f"the reader failed: {type(error).__name__}: {error}"}
    kind = type(value).__name__
    return {"type": kind, "value": _adapter(_returnable(function)[kind]).dump_python(value, mode="json")}


def _limit() -> None:
    """Takes from this process what reading a document does not need."""
    for limit, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_AS, MEMORY_BYTES),
    ):
        # macOS refuses some of them; the wall clock of the parent holds everywhere.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))


def _allow_cpu(seconds: float) -> None:
    """Grants the CPU time of one call from now on; the kernel ends the process that takes more."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    allowed = math.ceil(usage.ru_utime + usage.ru_stime + seconds)
    with contextlib.suppress(ValueError, OSError):  # somebody above us set a lower limit, which then holds
        resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def main() -> NoReturn:
    """Speaks on the real standard output, after making sure that nobody else does."""
    replies = sys.stdout.buffer
    sys.stdout = sys.stderr
    serve(sys.stdin.buffer, replies)
    sys.exit(0)


if __name__ == "__main__":
    main()
