"""What X means by a refusal: its errors are told by `type`, an address whose last step names the sort."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any

from monitor.core.fetching import FetchFailed, FetchFailure
from monitor.sources.ratelimits import until_reset
from monitor.sources.reading import json_value

_SORT = re.compile(r"[a-z][a-z-]{2,60}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """An error, by its sort: "resource-not-found"."""

    sort: str


def problem_in(value: Any) -> Problem | None:
    """The error in an answer, or the first of several; None when there is none."""
    if not isinstance(value, dict):
        return None
    errors = value.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else value
    kind = first.get("type") if isinstance(first, dict) else None
    if not isinstance(kind, str):
        return Problem(sort="unknown") if first is not value else None
    sort = kind.rstrip("/").rpartition("/")[2]
    return Problem(sort=sort if _SORT.fullmatch(sort) else "unknown")


def failed_by(problem: Problem, account: str) -> FetchFailed:
    """What an error in an answer means for the user."""
    match problem.sort:
        case "resource-not-found":
            reason, said = FetchFailure.NOT_FOUND, f"there is no @{account}: check its spelling"
        case "not-authorized-for-resource":
            reason, said = FetchFailure.FORBIDDEN, f"@{account} is protected or suspended, and cannot be read"
        case _:
            reason, said = FetchFailure.UNEXPECTED_STATUS, "an error in place of posts"
    return FetchFailed(reason=reason, detail=f"X: {said} ({problem.sort})")


def explained(failed: FetchFailed, account: str, *, now: datetime) -> FetchFailed:
    """A failed request with what it means. Refusals that only the user can end are no failures that pass."""
    problem = problem_in(json_value(failed.body))
    sort = f" ({problem.sort})" if problem else ""
    if remedy := _remedy(failed.status, problem):
        detail = f"X: {remedy}{sort}; see the developer portal of X"
        return replace(failed, reason=FetchFailure.SIGN_IN, detail=detail, retry_after=None)
    if failed.status == HTTPStatus.TOO_MANY_REQUESTS:
        return replace(failed, retry_after=until_reset(failed.headers, now=now) or failed.retry_after)
    if failed.status == HTTPStatus.NOT_FOUND and problem is not None:
        return replace(failed_by(problem, account), status=failed.status)
    return replace(failed, detail=f"{failed.detail}{sort}")


def _remedy(status: int | None, problem: Problem | None) -> str:
    """What the user has to do before anything can be read again; "" when that would not help."""
    if problem is not None and problem.sort == "usage-capped":
        return "the cap on reads of your plan is reached, raise it or wait"
    match status:
        case HTTPStatus.UNAUTHORIZED:
            return "the token is not accepted, make a new bearer token and give it"
        case HTTPStatus.PAYMENT_REQUIRED:
            return "the credits are used up, buy more"
        case HTTPStatus.FORBIDDEN if problem is not None:
            return "the app is refused, its access, project or credits need your attention"
        case _:
            return ""
