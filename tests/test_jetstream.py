"""The live stream of Bluesky: real connections to a server on loopback, a real database, the clock of a house."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from monitor.bootstrap import open_edges, open_program
from monitor.core.incidents import IncidentKind
from monitor.jetstream import follow_streams
from monitor.poll import Desk
from monitor.ports import View
from monitor.rounds import Program, enlist
from monitor.store.errors import StoreError
from tests.house import LIMITS, House
from tests.jetstream_server import PATIENCE_S, Jetstream, jetstream
from tests.sources.bluesky import DID, OTHER_DID, account, commit, feed, identity, profile, record
from tests.test_daemon import at_work
from tests.web_server import Answer, WebServer

T = TypeVar("T")
LOOK = timedelta(milliseconds=20)
MINUTE = timedelta(minutes=1)


class Observed:
    """A store whose writes can be waited for."""

    def __init__(self, store) -> None:
        self._store = store
        self._written = asyncio.Condition()
        self.failing: StoreError | None = None

    async def read(self, work):
        return await self._store.read(work)

    async def write(self, work):
        if self.failing:
            raise self.failing
        done = await self._store.write(work)
        async with self._written:
            self._written.notify_all()
        return done

    async def until(self, ask: Callable[[View], T]) -> T:
        """The first answer that is true, looked for after each write."""
        async with asyncio.timeout(PATIENCE_S), self._written:
            while not (found := await self._store.read(ask)):
                await self._written.wait()
            return found


def line(name: str, address: str) -> str:
    return f"{{id: {name}, type: bluesky, account: {name}.example, stream: true, jetstream: '{address}'}}"


@asynccontextmanager
async def following(house: House, dids: dict[str, str]) -> AsyncIterator[Observed]:
    """The streams of a house followed; its sources know the DIDs given."""
    async with (
        open_edges(house.settings, clock=lambda: house.time, exclusive=True, limits=LIMITS) as edges,
        open_program(house.setup, edges) as program,
    ):
        store = Observed(edges.store)
        desk = Desk(**{name: getattr(program.desk, name) for name in Desk.__slots__} | {"store": store})
        await enlist(desk)
        await learn(store, dids)
        work = asyncio.create_task(
            follow_streams(desk, user_agent="monitor/test", environment_proxy=False, look=LOOK, nudge=lambda: None)
        )
        try:
            yield store
        finally:
            work.cancel()
            await asyncio.wait([work])


async def learn(store: Observed, dids: dict[str, str]) -> None:
    """What the first poll of each source finds out."""

    def write(tx):
        for state in tx.source_states().values():
            if state.source_id in dids:
                tx.save_source(replace(state, memory={"did": dids[state.source_id]}))

    await store.write(write)


def bodies(source_id: str) -> Callable[[View], list[bytes]]:
    return lambda view: [push.body for push in view.pushes(source_id, 10)]


def run(tmp_path: Path, work, *, names=("bay",), dids=None) -> None:
    async def all_of_it() -> None:
        async with jetstream() as server:
            house = House(tmp_path, sources=[line(name, server.address) for name in names])
            async with following(house, dids if dids is not None else {"bay": DID}) as store:
                await work(house, server, store)

    asyncio.run(all_of_it())


def test_posts_are_kept_for_the_sources_of_their_account_which_are_due_at_once(tmp_path: Path):
    event = commit("3k1", record("Filming!"))

    async def work(house, server: Jetstream, store) -> None:
        hello = await server.hello()
        assert hello["type"] == "options_update"
        assert hello["payload"]["wantedDids"] == sorted([DID, OTHER_DID])
        assert hello["payload"]["wantedCollections"] == ["app.bsky.feed.post"]
        assert server.queries == [{"requireHello": ["true"]}]
        await store.write(lambda tx: [tx.claim_sources(["bay"], now=house.time, lease_until=house.time)])
        await server.send(commit("3k9", record("nobody asked"), did="did:plc:stranger"), event)
        assert await store.until(bodies("bay")) == [event]
        assert await store.until(bodies("again")) == [event]
        assert await store.read(bodies("tide")) == []
        due = await store.read(lambda view: view.due_sources(house.time))
        assert {"bay", "again"} <= set(due)
        (state,) = await store.read(lambda view: view.streams())
        assert (state.connected, state.detail, state.name) == (True, "2 accounts followed", "127.0.0.1")

    run(tmp_path, work, names=("bay", "again", "tide"), dids={"bay": DID, "again": DID, "tide": OTHER_DID})


def test_what_is_no_post_of_theirs_is_left_out(tmp_path: Path):
    wanted = [identity("new.example"), account(active=False), commit("3k1", None, operation="delete")]
    like = commit("3k2", record("x")).replace(b"app.bsky.feed.post", b"app.bsky.feed.like")

    async def work(house, server: Jetstream, store) -> None:
        await server.hello()
        await server.send("[]", "{", "\x00", '{"did": 3}', like, *wanted)
        assert await store.until(lambda view: len(found := bodies("bay")(view)) == 3 and found) == wanted

    run(tmp_path, work)


def test_a_connection_goes_on_where_the_last_one_ended(tmp_path: Path):
    """A few seconds earlier, since events come nearly in order."""

    async def work(house, server: Jetstream, store) -> None:
        await server.hello()
        ahead = house.time + timedelta(hours=2)  # no clock of ours: it would have us miss the present
        await server.send(commit("3k1", record("One"), at=house.time - MINUTE), commit("3k2", record("Two"), at=ahead))
        await store.until(lambda view: len(bodies("bay")(view)) == 2)
        await server.drop(reason="going \x1b[31maway")
        state = await store.until(lambda view: [one for one in view.streams() if not one.connected])
        assert state[0].detail == "the connection was closed: going [31maway"
        await server.hello()
        expected = int(house.time.timestamp() * 1_000_000) - 5_000_000
        assert server.queries[1] == {"requireHello": ["true"], "cursor": [str(expected)]}
        await store.until(lambda view: [one for one in view.streams() if one.connected])

    run(tmp_path, work)


def test_an_account_found_out_later_is_followed_on_the_same_connection(tmp_path: Path):
    async def work(house, server: Jetstream, store) -> None:
        assert (await server.hello())["payload"]["wantedDids"] == [DID]
        await learn(store, {"tide": OTHER_DID})
        assert (await server.hello())["payload"]["wantedDids"] == [DID, OTHER_DID]
        assert len(server.queries) == 1

    run(tmp_path, work, names=("bay", "tide"))


def test_a_stream_without_anybody_to_follow_is_left(tmp_path: Path):
    """An empty wish would bring the posts of all the world."""

    async def work(house, server: Jetstream, store) -> None:
        await server.hello()
        await store.write(lambda tx: tx.forget_sources([]))
        await server.gone()
        (state,) = await store.until(lambda view: [one for one in view.streams() if not one.connected])
        assert state.detail == "no account to follow is known any more"
        assert server.hellos.empty()

    run(tmp_path, work)


def test_nobody_is_asked_before_an_account_is_known(tmp_path: Path):
    async def work(house, server: Jetstream, store) -> None:
        assert server.queries == []
        await learn(store, {"bay": DID})
        await server.hello()

    run(tmp_path, work, dids={})


@pytest.mark.parametrize(
    ("status", "said"),
    [(503, "no stream: HTTP 503 Service Unavailable"), (302, "no stream: HTTP 302 Found")],
)
def test_a_refusal_is_told_in_its_own_words_and_no_redirect_followed(tmp_path: Path, status, said):
    async def work(house, server: Jetstream, store) -> None:
        await server.hello()
        server.refuse = status
        await server.drop()
        (state,) = await store.until(lambda view: [one for one in view.streams() if "HTTP" in one.detail])
        assert state.detail == said
        server.refuse = None
        await server.hello()

    run(tmp_path, work)


@pytest.mark.parametrize(
    ("frames", "said"),
    [
        ([b"x" * 70_000], "the connection was lost"),
        ([b"nonsense"] * 100, "it sends what is no event of Jetstream"),
        ([commit(f"3k{n}", record("again")) for n in range(601)], "it brought more than 600 events in a minute"),
    ],
    ids=["too large", "nonsense", "flood"],
)
def test_a_hostile_stream_is_left(tmp_path: Path, frames, said):
    async def work(house, server: Jetstream, store) -> None:
        await server.hello()
        sending = asyncio.create_task(server.send(*frames))
        (state,) = await store.until(lambda view: [one for one in view.streams() if not one.connected])
        sending.cancel()
        await asyncio.wait([sending])
        assert state.detail == said

    run(tmp_path, work)


def test_what_cannot_be_stored_is_asked_for_again(tmp_path: Path):
    event = commit("3k1", record("One"))

    async def work(house, server: Jetstream, store) -> None:
        await server.hello()
        store.failing = StoreError("the disk is full")
        await server.send(event)
        await server.gone()
        store.failing = None
        await server.hello()
        assert "cursor" in server.queries[1]
        await server.send(event)
        assert await store.until(bodies("bay")) == [event]

    run(tmp_path, work)


def test_a_stream_that_stays_away_is_an_incident_told_once_and_closed(tmp_path: Path):
    async def work(house, server: Jetstream, store) -> None:
        await server.hello()
        server.refuse = 503
        await server.drop()
        await store.until(lambda view: [one for one in view.streams() if "503" in one.detail])
        house.time += 11 * MINUTE
        (incident,) = await store.until(lambda view: view.open_incidents())
        assert (incident.kind, incident.subject) == (IncidentKind.STREAM, "127.0.0.1")
        server.refuse = None
        await server.hello()
        await store.until(lambda view: not view.open_incidents())
        purposes = await store.read(lambda view: [alert.purpose for alert in view.alerts_since(incident.opened_at)])
        assert purposes == ["incident", "recovery"]

    run(tmp_path, work)


def test_a_server_that_is_not_there_is_tried_again(tmp_path: Path):
    async def work() -> None:
        async with jetstream() as server:
            address = server.address
        house = House(tmp_path, sources=[line("bay", address)])
        async with following(house, {"bay": DID}) as store:
            (state,) = await store.until(lambda view: view.streams())
            assert (state.connected, "cannot be reached" in state.detail) == (False, True)

    asyncio.run(work())


def test_a_daemon_tells_a_post_that_the_stream_brings(tmp_path: Path):
    """And follows the streams of a changed configuration instead."""

    async def work() -> None:
        async with jetstream() as server, jetstream() as other:
            with WebServer() as web:
                web.answer("/xrpc/app.bsky.actor.getProfile", Answer(body=profile()))
                web.answer("/xrpc/app.bsky.feed.getAuthorFeed", Answer(body=feed()))
                line_of = "{{id: bay, type: bluesky, account: a.example, tier: trade, stream: true, base: '{}', jetstream: '{}'}}"
                house = House(tmp_path, sources=[line_of.format(web.url(""), server.address)])

                async def stream(program: Program) -> None:
                    await follow_streams(
                        program.desk, user_agent="test", environment_proxy=False, look=LOOK, nudge=lambda: None
                    )

                async with at_work(house, store=Observed, beside=(stream,)) as daemon:
                    assert (await server.hello())["payload"]["wantedDids"] == [DID]
                    told = record("“Lantern Bay” has been renewed for a second season at Netflix.", at=house.time)
                    await server.send(commit("3k1", told, at=house.time))
                    alerts = await daemon.store.until(lambda view: view.alerts_since(house.time))
                    assert [alert.purpose for alert in alerts] == ["news"]
                    house.write_sources([line_of.format(web.url(""), other.address)])
                    daemon.controls.hangup.set()
                    await other.hello()
                    await server.gone()
                    await daemon.store.until(lambda view: [one.address for one in view.streams()] == [other.address])

    asyncio.run(work())
