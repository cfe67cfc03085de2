"""Outlets that a test publishes in, the program that reads them, and the boxes in which its messages arrive.

with newsstand(tmp_path, outlets={"herald": "press"}) as stand:
    stand.publish("herald", "Lantern Bay renewed for season 3")
    (letter,) = stand.read()
    assert letter.subject == "Lantern Bay has been renewed for season 3"
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from monitor.core.wording import say_headline
from tests.acceptance.listening import beside
from tests.acceptance.running import monitor
from tests.house import MONDAY, WATCHLIST, House, item, rss
from tests.mail_server import MailServer, serve_mail
from tests.sink_server import Posted, Sink, serve_sink
from tests.web_server import Answer, WebServer

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

ONE_PAPER = {"herald": "press"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message as it arrived: a mail by its plain part, or what a webhook was posted. `text` has single spaces."""

    to: str
    subject: str
    text: str
    thread: str = ""


class Newsstand:
    """One feed an outlet, newest entry first. Time stands still but in `read` and `wait`."""

    def __init__(self, house: House, web: WebServer, mail: MailServer, sink: Sink, outlets: Sequence[str]) -> None:
        self.house = house
        self.web = web
        self._mail = mail
        self.sink = sink
        self._taken = 0, 0  # mails and posts handed out by `read` before
        self._entries: dict[str, dict[str, str]] = {outlet: {} for outlet in outlets}
        for outlet in outlets:
            self._print(outlet)

    def publish(
        self,
        outlet: str,
        headline: str,
        *,
        guid: str | None = None,
        summary: str = "",
        link: str = "",
        at: datetime | None = None,
    ) -> None:
        """Puts an entry on top of the outlet's feed, dated now; one with the same guid is edited in its place."""
        guid = guid or headline
        entry = item(headline, guid=guid, at=at or self.house.time, link=link, summary=summary)
        kept = self._entries[outlet]
        self._entries[outlet] = kept | {guid: entry} if guid in kept else {guid: entry, **kept}
        self._print(outlet)

    def clear(self, outlet: str) -> None:
        """Empties the outlet's feed."""
        self._entries[outlet] = {}
        self._print(outlet)

    def page(self, path: str, html: str) -> str:
        """Serves a page and returns its address."""
        return self.web.answer(path, Answer(body=html.encode()))

    def _print(self, outlet: str) -> None:
        self.web.answer(f"/{outlet}", Answer(body=rss(*self._entries[outlet].values())))

    def wait(self, length: timedelta) -> None:
        """Lets time pass in which nothing is read."""
        self.house.time += length

    def read(self, *, later: timedelta = HOUR) -> list[Letter]:
        """Lets time pass, reads every feed once and returns what arrived: mails first, then what webhooks got."""
        self.house.round(later=later, everything=True)
        return self._arrived()

    def read_due(self, *, later: timedelta) -> list[Letter]:
        """The same, but only the feeds whose time has come, as the daemon does."""
        self.house.round(later=later)
        return self._arrived()

    def _arrived(self) -> list[Letter]:
        mails, posts = self._taken
        self._taken = len(self._mail.mails), len(self.sink.posts)
        return [*map(_opened, self._mail.mails[mails:]), *map(_posted, self.sink.posts[posts:])]

    def on_file(self) -> dict[str, list[str]]:
        """The announcements by their headlines, oldest first, each with the outlets that told it."""
        return {
            say_headline(one): [
                report.publisher for report in self.house.ask(lambda view, one=one: view.reports(one.id))
            ]
            for one in self.house.announcements()
        }

    def command(self, *arguments: str) -> str:
        """What `monitor` prints when it is asked beside the running program."""
        folders = ("--config", self.house.settings.config, "--data", self.house.settings.data)
        done = monitor(*arguments, *folders, cwd=self.house.settings.data.parent)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@contextmanager
def newsstand(
    folder: Path,
    *,
    outlets: Mapping[str, str] = ONE_PAPER,
    watchlist: str = WATCHLIST,
    readers: Sequence[str] = ("me",),
    hooks: Sequence[str] = (),
    policy: str = "timezone: UTC\n",
    start: datetime = MONDAY,
    also: str = "",
) -> Iterator[Newsstand]:
    """A program that has read its empty outlets once. `outlets` maps ids to tiers.

    `readers` get mail and `hooks` are posted to; `policy` is the rest of alerts.yaml. `also` is one more source, in which
    WEB is the address of the web server.
    """
    with WebServer() as web, beside(serve_mail()) as (mail, _), beside(serve_sink()) as (sink, _):
        receivers = [(name, f"{mail.url.replace('reader@', f'{name}@')}") for name in readers]
        receivers += [(name, f"json://127.0.0.1:{sink.port}/{name}") for name in hooks]
        lines = "".join(f'  - {{id: {name}, url: "{url}"}}\n' for name, url in receivers)
        sources = [
            f'{{id: {name}, type: feed, url: "{web.url(f"/{name}")}", tier: {tier}}}' for name, tier in outlets.items()
        ]
        sources += [also.replace("WEB", web.url(""))] if also else []
        house = House(folder, sources=sources, watchlist=watchlist, alerts=f"receivers:\n{lines}{policy}")
        house.time = start
        stand = Newsstand(house, web, mail, sink, tuple(outlets))
        with house.open():
            assert stand.read(later=timedelta()) == []
            yield stand
        assert house.bugs == []


def subjects(letters: Sequence[Letter]) -> list[str]:
    return [letter.subject for letter in letters]


def _opened(mail: EmailMessage) -> Letter:
    plain = mail.get_body(("plain",))
    assert plain is not None
    return Letter(
        to=str(mail["To"]).partition("@")[0],
        subject=str(mail["Subject"]),
        text=" ".join(plain.get_content().split()),
        thread=str(mail["References"]),
    )


def _posted(post: Posted) -> Letter:
    body = json.loads(post.body)
    return Letter(to=post.path.strip("/"), subject=body["title"], text=" ".join(body["message"].split()))
