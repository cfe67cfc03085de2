"""How the connections to streams were last, and where they go on."""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete, select

from monitor.core.streams import StreamState
from monitor.store.statements import Connected, insert_or_update
from monitor.store.tables import meta

_PREFIX = "stream "
_SAVE = insert_or_update(meta, ["name"])
_ALL = select(meta).where(meta.c.name.startswith(_PREFIX)).order_by(meta.c.name)


def streams(tx: Connected) -> Sequence[StreamState]:
    stored = [json.loads(row.value) for row in tx.connection.execute(_ALL)]
    return [StreamState(**{**one, "at": datetime.fromisoformat(one["at"])}) for one in stored]


def save_stream(tx: Connected, state: StreamState) -> None:
    row = {"name": f"{_PREFIX}{state.address}", "value": json.dumps({**asdict(state), "at": state.at.isoformat()})}
    tx.connection.execute(_SAVE, row)


def forget_streams(tx: Connected, keep: Collection[str]) -> None:
    kept = [f"{_PREFIX}{address}" for address in keep]
    tx.connection.execute(delete(meta).where(meta.c.name.startswith(_PREFIX), meta.c.name.not_in(kept)))
