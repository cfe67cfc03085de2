"""Real feeds of all sorts, broken ones and no feeds at all: a round stores exactly what the documents hold."""

import hashlib
import json
import re
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from monitor.records import PollStatus
from tests.corpus import CORPUS, needs_corpus
from tests.house import House
from tests.web_server import Answer, Script, Seen, WebServer

HOSTS = 8  # one request at a time each

# Documents that hold another number of items than of `<item>` and `<entry>` elements.
UNLIKE_THEIR_ELEMENTS = {
    "feedparser__rss_incomplete_cdata.xml": (0, "cut off before the only entry says anything"),
    "node-feedparser__illegally-nested.xml": (10, "inside every entry stands an empty one"),
    "own_cut_off.xml": (1, "cut off before the second entry says anything"),
    "own_external_entity.xml": (0, "its title is a file of ours, which is never read"),
    "picofeed__rss_0.92.xml": (21, "two entries are the same to the letter"),
    "v2__no_encoding_ISO-8859-1.xml": (9, "one entry has neither title nor text nor link"),
}
NO_FEEDS = {
    "crawinsight__bloomberg.xml",  # an address and a name
    "fastfeedparser__malformed_rss_namespaced.xml",  # every name in it has a prefix that means nothing
    "feedreader__heise.html",
    "feedreader__stackoverflow.html",
    "node-feedparser__notafeed.html",
    "own_body_is_a_path.txt",
    "own_login_page.html",
    "rss-parser__unrecognized.rss",  # "document moved"
    "v2__iso88591_utf8_mismatch.xml",  # two names
}


def documents() -> list[Path]:
    assert CORPUS is not None
    return sorted(path for path in (CORPUS / "feeds").glob("*/*") if path.is_file())


def count_elements(document: bytes) -> int:
    """How many entries a document holds, found in the cheapest way and without any parser of feeds."""
    if document.lstrip()[:1] == b"{":
        return len(json.loads(document)["items"])
    if document[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        document = document.decode("utf-16").encode()
    return len(re.findall(rb"<(?:\w+:)?(?:item|entry)(?=[\s>/])", document, re.IGNORECASE))


def serve(document: Path, *, with_validators: bool) -> Script:
    """The document, as a server does that knows conditional requests, or as one that does not."""
    body = document.read_bytes()
    etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    if not with_validators:
        return Answer(body=body)

    def answer(seen: Seen) -> Answer:
        if seen.headers.get("if-none-match") == etag:
            return Answer(status=304, headers=(("ETag", etag),))
        return Answer(body=body, headers=(("ETag", etag),))

    return answer


def expected(document: Path) -> tuple[PollStatus, int]:
    if document.name in NO_FEEDS:
        return PollStatus.NOT_A_FEED, 0
    known = UNLIKE_THEIR_ELEMENTS.get(document.name)
    return PollStatus.OK, known[0] if known else count_elements(document.read_bytes())


@needs_corpus
def test_database_holds_what_the_documents_hold(tmp_path):
    """First round: every entry of every document, nothing of what is no feed. Second round: nothing new. Never an alert."""
    found = documents()
    with ExitStack() as stack:
        servers = [stack.enter_context(WebServer(host=f"127.0.0.{n}")) for n in range(1, HOSTS + 1)]
        addresses = [
            servers[number % HOSTS].answer(f"/{number}", serve(document, with_validators=number % 2 == 0))
            for number, document in enumerate(found)
        ]
        house = House(tmp_path, sources=[(f"doc-{number}", url) for number, url in enumerate(addresses)])
        with house.open():
            house.round()
            first = {poll.source_id: (poll.status, poll.items) for poll in house.polled}
            house.polled.clear()
            house.round(later=timedelta(days=2), everything=True)
            second = {poll.source_id: poll for poll in house.polled}
    assert first == {f"doc-{number}": expected(document) for number, document in enumerate(found)}
    stored = sum(items for _, items in first.values())
    assert house.ask(lambda view: view.count_items()) == stored > 1900
    for number, document in enumerate(found):
        poll = second[f"doc-{number}"]
        if document.name in NO_FEEDS:
            assert poll.status is PollStatus.NOT_A_FEED
        else:
            answer = "304 not modified" if number % 2 == 0 else "same body"
            assert (poll.status, poll.detail) == (PollStatus.UNCHANGED, answer), document.name
    assert house.alerts() == []
    assert house.bugs == []
