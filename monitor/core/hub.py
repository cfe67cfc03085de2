"""WebSub: what we have with the hub that pushes a feed to us, and what follows from it (W3C Recommendation, 2018).

A subscription lives in the memory of its source. It is written there before the hub is asked, because hubs ask back
while they are being asked; what the hub says to that arrives as a note among the pushes, so that only polls write.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

WISH = timedelta(days=10)  # the lease we ask for; the hub decides
_USUAL_LEASE = timedelta(days=5)  # where the hub does not say, as older ones do
_LONGEST_LEASE = timedelta(days=365)
_RENEWED_AT = 0.8  # of the lease
_FIRST_WAIT, _LONGEST_WAIT = timedelta(hours=1), timedelta(days=1)  # between two questions without an answer
_DENIED_FOR = timedelta(days=7)
_SLOWER = 4  # times the interval, while the hub delivers
_SLOWEST = timedelta(hours=6)
_DOUBTED = 2  # polls in a row that found what had not been pushed
NOTE = "application/x-websub-note"  # the content type of notes; nothing from outside is stored under it


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What we asked of a hub, and how it went."""

    hub: str
    topic: str
    token: str = field(repr=False)  # in the address at which the hub reaches us
    secret: str = field(repr=False)  # with which the hub signs; "" where it would go there in the clear
    asked_at: datetime | None = None
    tries: int = 0  # questions since the last answer
    verified_at: datetime | None = None
    lease: timedelta = timedelta()
    denied_at: datetime | None = None
    delivered: bool = False  # it has pushed items
    missed: int = 0  # polls in a row that found what had not been pushed
    polled_at: datetime | None = None  # the last time the feed itself was read


def is_active(subscription: Subscription, now: datetime) -> bool:
    """Whether the hub has promised to push."""
    verified_at = subscription.verified_at
    return verified_at is not None and now < verified_at + subscription.lease


def must_ask(subscription: Subscription, now: datetime) -> bool:
    """Whether it is time to ask the hub, for the first time, again or for another lease."""
    if subscription.denied_at is not None and now < subscription.denied_at + _DENIED_FOR:
        return False
    if subscription.asked_at is not None and subscription.tries:
        wait = min(_FIRST_WAIT * (1 << min(subscription.tries - 1, 5)), _LONGEST_WAIT)
        if now < subscription.asked_at + wait:
            return False
    return not is_active(subscription, now) or now >= _renewal(subscription)


def next_poll(subscription: Subscription, every: timedelta, now: datetime) -> datetime | None:
    """When the feed itself must be read again; None for as usual, where the hub cannot be relied on."""
    reliable = is_active(subscription, now) and subscription.delivered and subscription.missed < _DOUBTED
    if not reliable or subscription.polled_at is None:
        return None
    slow = subscription.polled_at + max(every, min(_SLOWER * every, _SLOWEST))
    return min(slow, max(_renewal(subscription), now)) if not subscription.tries else slow


def asked(subscription: Subscription, now: datetime) -> Subscription:
    return replace(subscription, asked_at=now, tries=subscription.tries + 1)


def delivered(subscription: Subscription) -> Subscription:
    return replace(subscription, delivered=True, missed=0)


def polled(subscription: Subscription, now: datetime, *, found_more: bool) -> Subscription:
    """After the feed itself was read; `found_more`: items that the hub should have pushed by then."""
    missed = subscription.missed + 1 if found_more and is_active(subscription, now) else subscription.missed
    return replace(subscription, polled_at=now, missed=missed)


def write_note(mode: str, lease_s: int | None) -> bytes:
    """What the hub said, for the next poll: `mode` is "subscribe" or "denied"."""
    return json.dumps({"mode": mode, "lease_s": lease_s}).encode()


def noted(subscription: Subscription, note: bytes, at: datetime) -> Subscription:
    """After what the hub said then."""
    said = json.loads(note)
    if said["mode"] == "denied":
        return replace(subscription, denied_at=at, verified_at=None)
    lease = timedelta(seconds=said["lease_s"]) if said["lease_s"] else _USUAL_LEASE
    return replace(subscription, verified_at=at, lease=min(lease, _LONGEST_LEASE), denied_at=None, tries=0)


def dump(subscription: Subscription) -> Mapping[str, Any]:
    """The subscription as JSON values."""
    stamps = {name: getattr(subscription, name) for name in _STAMPS}
    return {
        "hub": subscription.hub,
        "topic": subscription.topic,
        "token": subscription.token,
        "secret": subscription.secret,
        "tries": subscription.tries,
        "lease_s": int(subscription.lease.total_seconds()),
        "delivered": subscription.delivered,
        "missed": subscription.missed,
        **{name: stamp.isoformat() for name, stamp in stamps.items() if stamp is not None},
    }


def load(stored: Mapping[str, Any]) -> Subscription:
    """The subscription that `dump` wrote."""
    return Subscription(
        hub=stored["hub"],
        topic=stored["topic"],
        token=stored["token"],
        secret=stored["secret"],
        tries=stored["tries"],
        lease=timedelta(seconds=stored["lease_s"]),
        delivered=stored["delivered"],
        missed=stored["missed"],
        **{name: datetime.fromisoformat(stored[name]) for name in _STAMPS if name in stored},
    )


_STAMPS = ("asked_at", "verified_at", "denied_at", "polled_at")


def _renewal(subscription: Subscription) -> datetime:
    assert subscription.verified_at is not None
    return subscription.verified_at + subscription.lease * _RENEWED_AT
