"""`kill -9` at any instant: no item and no alert is lost, and nothing is told twice but what was being told."""

import asyncio
import random
import signal
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from monitor.bootstrap import database
from monitor.core.alert import AlertState
from monitor.ports import Transaction
from monitor.store.opening import open_store
from tests.acceptance.listening import beside, free_port
from tests.acceptance.running import Daemon
from tests.house import House, item, rss
from tests.mail_server import MailServer, serve_mail
from tests.web_server import Answer, Seen, WebServer

KILLS_WITH_DEAD_RECEIVER = 13
KILLS_WITH_LIVE_RECEIVER = 7
OUTLETS = 4
FIRST = ("Amber", "Copper", "Crooked", "Distant", "Ebony", "Frozen", "Gilded", "Hollow", "Ivory", "Jagged")
SECOND = ("Anvil", "Beacon", "Compass", "Dagger", "Engine", "Falcon", "Garland", "Harbour", "Lantern", "Orchard")
NOW = datetime.now(UTC)
TITLES = [f"{first} {second}" for first in FIRST for second in SECOND]


class Outlets:
    """Four papers on hosts of their own. With every round each has one more show to bury; the bytes come slowly."""

    def __init__(self, servers: list[WebServer], dice: random.Random) -> None:
        self.told: list[list[str]] = [[] for _ in servers]
        self._dice = dice
        self.urls = [
            server.answer("/feed", lambda seen, paper=paper: self._answer(paper, seen))
            for paper, server in enumerate(servers)
        ]

    def publish(self, round_number: int) -> None:
        for paper, told in enumerate(self.told):
            told.insert(0, TITLES[round_number * OUTLETS + paper])

    def _answer(self, paper: int, _: Seen) -> Answer:
        body = rss(
            *[item(f"{title} cancelled after one season", guid=title, at=NOW, link="") for title in self.told[paper]]
        )
        third = len(body) // 3 + 1
        pieces = [body[start : start + third] for start in range(0, len(body), third)]
        return Answer(pieces=pieces, pause_s=self._dice.uniform(0, 0.15))


def due_again(house: House) -> None:
    """As if a day had passed between two runs: every source and every waiting alert is due."""

    def write(transaction: Transaction) -> None:
        for state in transaction.source_states().values():
            transaction.save_source(replace(state, next_due=NOW))
        for alert in transaction.alerts_since(NOW):
            if alert.state is AlertState.PENDING:
                transaction.settle_alerts([alert.id], AlertState.PENDING, due_at=NOW)

    async def work() -> None:
        async with open_store(database(house.settings), exclusive=False) as store:
            await store.write(write)

    asyncio.run(work())


def run_and_kill(house: House, dice: random.Random) -> list[int]:
    """Runs the daemon for a moment, mostly into its first round, sometimes not even that far; its worker processes."""
    due_again(house)
    with Daemon(config=house.settings.config, data=house.settings.data) as running:
        if dice.random() < 0.8:
            running.wait_for("started")
        running.linger(dice.uniform(0, 2.2))
        workers = running.children()
        assert running.stop(signal.SIGKILL).code == -signal.SIGKILL
        assert running.said == ""
    return workers


def test_nothing_is_lost(tmp_path):
    """Twenty kills, most of them with a dead receiver: in the end every item is stored, every alert there and delivered."""
    dice = random.Random(20)
    port = free_port()
    with ExitStack() as stack:
        servers = [stack.enter_context(WebServer(host=f"127.0.0.{n}")) for n in range(1, OUTLETS + 1)]
        outlets = Outlets(servers, dice)
        house = House(
            tmp_path,
            sources=[(f"paper-{n}", url) for n, url in enumerate(outlets.urls)],
            watchlist="shows:\n" + "".join(f"  - title: {title}\n" for title in TITLES),
            alerts=f'receivers: [{{id: hook, url: "{MailServer(port=port).url}"}}]\nflood: {{limit: 1000, per: 1h}}\n',
        )
        house.round()
        workers = []
        for number in range(KILLS_WITH_DEAD_RECEIVER):
            outlets.publish(number)
            workers += run_and_kill(house, dice)
        server, _ = stack.enter_context(beside(serve_mail(port)))
        for number in range(KILLS_WITH_LIVE_RECEIVER):
            outlets.publish(KILLS_WITH_DEAD_RECEIVER + number)
            workers += run_and_kill(house, dice)
        published = sorted(title for told in outlets.told for title in told)
        due_again(house)
        with Daemon(config=house.settings.config, data=house.settings.data) as running:
            for _ in outlets.urls:
                assert running.wait_for("poll")["status"] in {"ok", "unchanged"}
            while house.ask(lambda view: view.outbox()).get(AlertState.SENT, 0) < len(published):
                running.wait_for("delivery", state="sent")
            assert running.stop().code == 0
    assert house.ask(lambda view: view.count_items()) == len(published)
    assert sorted(announcement.subject.title for announcement in house.announcements()) == published
    assert house.ask(lambda view: view.outbox()) == {AlertState.SENT: len(published)}
    told = Counter(str(mail["Subject"]) for mail in server.mails)
    assert sorted(told) == [f"{title} has been cancelled" for title in published]
    repeated = sum(told.values()) - len(told)
    assert repeated <= KILLS_WITH_LIVE_RECEIVER, "only what was being sent may repeat"
    assert not [pid for pid in workers if is_worker(pid)], "a reader outlived its daemon"
    print(f"{len(published)} items, {repeated} messages repeated")  # noqa: T201 - shown by pytest -s


def is_worker(pid: int) -> bool:
    with suppress(OSError):
        return b"monitor.sandbox" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False
