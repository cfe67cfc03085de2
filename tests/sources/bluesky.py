"""Answers in the shape of Bluesky's API and events in that of Jetstream, about invented accounts."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

DID = "did:plc:lanternbay234567abcdefgh"
OTHER_DID = "did:plc:tidefilms7654321hgfedcb"
HANDLE = "lanternbay.example"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def record(text: str, *, at: datetime = NOW - timedelta(minutes=1), **more: Any) -> dict[str, Any]:
    return {"$type": "app.bsky.feed.post", "text": text, "createdAt": stamp(at), "langs": ["en"], **more}


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def uri(key: str, did: str = DID) -> str:
    return f"at://{did}/app.bsky.feed.post/{key}"


def view(key: str, told: Mapping[str, Any], *, did: str = DID, handle: str = HANDLE, **more: Any) -> dict[str, Any]:
    author = {"did": did, "handle": handle, "displayName": "Lantern Bay", "labels": []}
    return {
        "uri": uri(key, did), "cid": f"bafy{key}", "author": author, "record": told, "replyCount": 0,
        "indexedAt": told["createdAt"], "labels": [], **more,
    }  # fmt: skip


def feed(*views: Mapping[str, Any], cursor: str | None = None) -> bytes:
    entries = [shown if "post" in shown else {"post": shown} for shown in views]
    return json.dumps({"feed": entries, **({"cursor": cursor} if cursor else {})}).encode()


def repost(shown: Mapping[str, Any]) -> dict[str, Any]:
    return {"post": shown, "reason": {"$type": "app.bsky.feed.defs#reasonRepost", "by": {"did": DID}}}


def profile(*, did: str = DID, handle: str = HANDLE, labels: Sequence[str] = ()) -> bytes:
    told = {"did": did, "handle": handle, "displayName": "Lantern Bay", "labels": [{"val": one} for one in labels]}
    return json.dumps(told).encode()


def reply_to(root: str, parent: str) -> dict[str, Any]:
    return {"root": {"uri": root, "cid": "a"}, "parent": {"uri": parent, "cid": "b"}}


def refusal(error: str, message: str = "") -> bytes:
    return json.dumps({"error": error, "message": message}).encode()


def commit(
    key: str, told: Mapping[str, Any] | None, *, did: str = DID, at: datetime = NOW, operation: str = "create"
) -> bytes:
    body = {"rev": "3k", "operation": operation, "collection": "app.bsky.feed.post", "rkey": key}
    return _event(did, at, kind="commit", commit={**body, **({"record": told, "cid": f"bafy{key}"} if told else {})})


def identity(handle: str, *, did: str = DID, at: datetime = NOW) -> bytes:
    return _event(did, at, kind="identity", identity={"did": did, "handle": handle, "seq": 1, "time": stamp(at)})


def account(*, active: bool, did: str = DID, at: datetime = NOW) -> bytes:
    return _event(did, at, kind="account", account={"active": active, "did": did, "seq": 2, "time": stamp(at)})


def _event(did: str, at: datetime, **more: Any) -> bytes:
    return json.dumps({"did": did, "time_us": int(at.timestamp() * 1_000_000), **more}).encode()
