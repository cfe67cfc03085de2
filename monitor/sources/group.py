"""Several routes to the same account as one source: the first that can be read serves, the others are its understudies."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, assert_never

from monitor.core.cadence import counts_as_failure
from monitor.core.fallback import (
    GroupOptions,
    GroupState,
    RouteState,
    Told,
    accounts_of,
    in_turn,
    reconcile,
    say_troubles,
    token_end,
)
from monitor.core.fetching import (
    NO_END,
    FetchFailed,
    FetchFailure,
    NotAFeed,
    ParseFailed,
    Unchanged,
    Visited,
    VisitResult,
)
from monitor.core.source import Memory, Source, SourceState, Validators
from monitor.core.text import clean_line
from monitor.core.upkeep import after_failure, after_nothing_new, after_trouble, after_visit
from monitor.ports import Adapter, Clock, Fetch

_LONGEST_DETAIL = 1_000
_NETWORK = frozenset({FetchFailure.UNREACHABLE, FetchFailure.TIMEOUT})
_TIMES = (
    "next_due",
    "baseline_at",
    "retry_after",
    "failing_since",
    "last_poll_at",
    "last_success_at",
    "credential_expires",
)

Failed = FetchFailed | NotAFeed | ParseFailed


class GroupAdapter:
    """A group of routes, each read by the adapter of its own type."""

    version = "group 1"

    def __init__(self, *, adapters: Mapping[str, Adapter], clock: Clock) -> None:
        self._adapters = adapters
        self._clock = clock

    async def visit(self, source: Source, state: SourceState, *, fetch: Fetch) -> VisitResult:
        options = source.options
        assert isinstance(options, GroupOptions)
        group = read_memory(state.memory)
        failures: list[Failed] = []
        for route in in_turn(options.routes, group, now=self._clock()):
            known = group.of(route, now=self._clock())
            result = await self._adapters[route.type].visit(route, known.state, fetch=fetch)
            now = self._clock()
            match result:
                case FetchFailed() | NotAFeed() | ParseFailed():
                    failures.append(result)
                    group = _with(group, route, _after_failure(route, known, result, now))
                case Unchanged():
                    served = replace(
                        known, state=after_nothing_new(route, known.state, replace(result, moved_to=None), now=now)
                    )
                    group = _with(group, route, replace(served, trouble="", refused=False))
                    return _unchanged(result, route, options, group, now=now)
                case Visited():
                    return self._served(result, route, options, group, began=state.baseline_at, now=now)
                case _:
                    assert_never(result)
        return _all_down(failures, options, group, now=self._clock())

    def _served(
        self,
        visit: Visited,
        route: Source,
        options: GroupOptions,
        group: GroupState,
        *,
        began: datetime | None,
        now: datetime,
    ) -> Visited:
        known = group.of(route, now=now)
        ours = reconcile(
            visit.parsed.items,
            route,
            group,
            accounts=accounts_of(options.routes),
            silent=visit.silent,
            began=began,
            now=now,
        )
        parser = self._adapters[route.type].version
        served = RouteState(
            state=after_visit(route, known.state, replace(visit, moved_to=None), parser=parser, now=now),
            spaces=ours.spaces or known.spaces,
        )
        group = replace(_with(group, route, served), told=ours.told)
        return replace(
            visit,
            parsed=replace(visit.parsed, items=ours.items),
            validators=Validators(),
            body_hash=None,
            moved_to=None,
            memory=write_memory(group, options),
            silent=ours.silent,
            via=_say_way(route, options, group, now=now),
            credential_expires=token_end(group) or NO_END,
            # Routes show more or less of the same account.
            complete=False,
        )


def _with(group: GroupState, route: Source, known: RouteState) -> GroupState:
    return replace(group, routes={**group.routes, route.id: known})


def _after_failure(route: Source, known: RouteState, failed: Failed, now: datetime) -> RouteState:
    if isinstance(failed, FetchFailed):
        state = after_failure(route, known.state, failed, now=now)
        refused = failed.reason is FetchFailure.SIGN_IN
    else:
        state, refused = after_trouble(route, known.state, now=now, memory=failed.memory), False
    return replace(known, state=state, trouble=failed.detail, refused=refused)


def _unchanged(
    result: Unchanged, route: Source, options: GroupOptions, group: GroupState, *, now: datetime
) -> Unchanged:
    return replace(
        result,
        detail=f"{result.detail}; {_say_way(route, options, group, now=now)}",
        validators=Validators(),
        moved_to=None,
        memory=write_memory(group, options),
        credential_expires=token_end(group) or NO_END,
    )


def _say_way(route: Source, options: GroupOptions, group: GroupState, *, now: datetime) -> str:
    troubles = say_troubles(options.routes, group, now=now)
    return clean_line(f"by {route.id}; {troubles}" if troubles else f"by {route.id}", _LONGEST_DETAIL)


def _all_down(failures: list[Failed], options: GroupOptions, group: GroupState, *, now: datetime) -> FetchFailed:
    """One failure that names the trouble of each route. While nobody is to blame, it says when to come back."""
    detail = clean_line(f"no route can be read: {say_troubles(options.routes, group, now=now)}", _LONGEST_DETAIL)
    memory = write_memory(group, options)
    blamed = [one for one in failures if not isinstance(one, FetchFailed) or counts_as_failure(one)]
    if blamed:
        reasons = [one.reason if isinstance(one, FetchFailed) else FetchFailure.BAD_BODY for one in blamed]
        # A dead network explains the group only where it explains every route.
        reason = next((reason for reason in reasons if reason not in _NETWORK), reasons[0])
        return FetchFailed(reason=reason, detail=detail, memory=memory)
    waits = [known.state.retry_after - now for known in group.routes.values() if known.state.retry_after is not None]
    spent = [one for one in failures if isinstance(one, FetchFailed) and one.reason is FetchFailure.SPENDING]
    reason = FetchFailure.SPENDING if len(spent) == len(options.routes) else FetchFailure.RATE_LIMITED
    return FetchFailed(reason=reason, detail=detail, retry_after=min(waits, default=None), memory=memory)


# What is remembered between visits, as JSON


def write_memory(group: GroupState, options: GroupOptions) -> Memory:
    """The state of a group; that of routes which are no longer in it is left out."""
    routes = {route.id for route in options.routes}
    return {
        "routes": {route_id: _dump(known) for route_id, known in group.routes.items() if route_id in routes},
        "told": [[key, told.route, told.fingerprint, told.size] for key, told in group.told.items()],
    }


def read_memory(memory: Memory) -> GroupState:
    """The state as `write_memory` left it; a fresh one of nothing."""
    return GroupState(
        routes={route_id: _load(route_id, value) for route_id, value in memory.get("routes", {}).items()},
        told={
            key: Told(route=route, fingerprint=fingerprint, size=size)
            for key, route, fingerprint, size in memory.get("told", ())
        },
    )


def _dump(known: RouteState) -> Memory:
    state = known.state
    times = {name: moment.isoformat() for name in _TIMES if (moment := getattr(state, name)) is not None}
    return {
        "url": state.url,
        "etag": state.validators.etag,
        "last_modified": state.validators.last_modified,
        "body_hash": state.body_hash,
        "parser": state.parser,
        "failures": state.failures,
        "memory": state.memory,
        "times": times,
        "spaces": sorted(known.spaces),
        "trouble": known.trouble,
        "refused": known.refused,
    }


def _load(route_id: str, value: Mapping[str, Any]) -> RouteState:
    times: dict[str, Any] = {name: datetime.fromisoformat(moment) for name, moment in value["times"].items()}
    state = SourceState(
        source_id=route_id,
        url=value["url"],
        validators=Validators(etag=value["etag"], last_modified=value["last_modified"]),
        body_hash=value["body_hash"],
        parser=value["parser"],
        failures=value["failures"],
        memory=value["memory"],
        **times,
    )
    return RouteState(
        state=state, spaces=frozenset(value["spaces"]), trouble=value["trouble"], refused=value["refused"]
    )
