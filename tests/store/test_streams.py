from datetime import UTC, datetime

from monitor.core.streams import StreamState

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def test_a_stream_is_remembered_by_its_address_until_it_is_forgotten(store):
    first = StreamState(address="wss://a.example", connected=True, at=NOW, detail="1 account followed", cursor=17)
    other = StreamState(address="wss://b.example", connected=False, at=NOW, detail="lost")
    for state in (first, other, first):
        store.write(lambda tx, state=state: tx.save_stream(state))
    assert list(store.read(lambda view: view.streams())) == [first, other]
    store.write(lambda tx: tx.forget_streams(["wss://b.example", "wss://c.example"]))
    assert list(store.read(lambda view: view.streams())) == [other]
