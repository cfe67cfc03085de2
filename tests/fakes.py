"""One fake for each port that reaches outside; each does what it was told and remembers what it was asked."""

from collections.abc import Sequence
from dataclasses import replace

from monitor.core.fetching import (
    Fetched,
    FetchFailed,
    FetchFailure,
    FetchResult,
    Page,
    Parsed,
    ParseFailed,
    ParseResult,
    Request,
    Visited,
    VisitResult,
)
from monitor.core.message import Message
from monitor.core.report import Document, Recognition, Report
from monitor.core.routing import Receiver
from monitor.core.source import Source, SourceState, Validators
from monitor.ports import Fetch
from monitor.records import SendResult, Sent
from monitor.sources.visits import visit_document


class FakeFetch:
    """Answers by address, one after another; the last answer stays. Anything else cannot be reached."""

    def __init__(self) -> None:
        self.answers: dict[str, list[FetchResult]] = {}
        self.asked: list[Request] = []

    def answer(self, url: str, *results: FetchResult) -> None:
        self.answers[url] = list(results)

    async def __call__(self, request: Request) -> FetchResult:
        self.asked.append(request)
        results = self.answers.get(request.url)
        if not results:
            return FetchFailed(reason=FetchFailure.UNREACHABLE, detail="nobody is there")
        return results.pop(0) if len(results) > 1 else results[0]


class FakeAdapter:
    """Reads a body as the result that was put under it."""

    def __init__(self) -> None:
        self.version = "fake-1"
        self.readings: dict[bytes, ParseResult] = {}
        self.read_bodies: list[bytes] = []
        self.more: dict[str, object] = {}  # that it says of what it read

    async def visit(self, source: Source, state: SourceState, *, fetch: Fetch) -> VisitResult:
        request = Request(url=state.moved_to or source.url, validators=state.validators)
        visit = await visit_document(state, request, version=self.version, fetch=fetch, read=self._read)
        return replace(visit, **self.more) if isinstance(visit, Visited) else visit

    async def _read(self, answer: Fetched) -> ParseResult:
        self.read_bodies.append(answer.body)
        return self.readings.get(answer.body, Parsed(items=()))


class FakeReadPage:
    """Reads a page as what was put under its address."""

    def __init__(self) -> None:
        self.pages: dict[str, Page | ParseFailed] = {}

    async def __call__(self, body: bytes, *, url: str, content_type: str | None) -> Page | ParseFailed:
        return self.pages[url]


class FakeRecogniser:
    """Finds in a text the reports put under its title, and only those whose words its text holds."""

    def __init__(self) -> None:
        self.reports: dict[str, tuple[Report, ...]] = {}
        self.notes: dict[str, tuple[str, ...]] = {}
        self.titles: dict[str, tuple[str, ...]] = {}
        self.read: list[Document] = []

    def __call__(self, document: Document, /) -> Recognition:
        self.read.append(document)
        reports = self.reports.get(document.text) or self.reports.get(document.title, ())
        kinds = tuple(dict.fromkeys(report.kind for report in reports))
        titles = self.titles.get(document.title, ())
        return Recognition(kinds=kinds, titles=titles, reports=reports, notes=self.notes.get(document.title, ()))


class FakeNotify:
    """Takes messages with the results it was told, one after another; then everything is accepted."""

    def __init__(self) -> None:
        self.results: list[SendResult | Exception] = []
        self.sent: list[tuple[str, Message]] = []

    async def __call__(self, receiver: Receiver, message: Message) -> SendResult:
        self.sent.append((receiver.id, message))
        result = self.results.pop(0) if self.results else Sent()
        if isinstance(result, Exception):
            raise result
        return result

    @property
    def subjects(self) -> Sequence[str]:
        return [message.subject for _, message in self.sent]


def fetched(body: bytes, url: str = "https://gazette.example/feed", **fields: object) -> Fetched:
    values = {"content_type": None, "validators": Validators(etag=f"etag of {body.decode()}")}
    return Fetched(url=url, body=body, **{**values, **fields})
