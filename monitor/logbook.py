"""What is logged of polls and deliveries: one line each, and one that sums up the first polls."""

import logging
from dataclasses import dataclass, field

from monitor.core.alert import AlertState
from monitor.deliver import Sending
from monitor.logs import log
from monitor.ports import PollOutcome, PollStatus

logger = logging.getLogger(__name__)

_FINE = frozenset({PollStatus.OK, PollStatus.UNCHANGED})


def tell_poll(outcome: PollOutcome, error: BaseException | None) -> None:
    """One line per poll."""
    fine = outcome.status in _FINE
    log(
        logger,
        logging.INFO if fine else logging.WARNING,
        "poll",
        source=outcome.source_id,
        status=outcome.status,
        detail=outcome.detail,
        new=outcome.new if fine else None,
        reports=outcome.reports if fine else None,
        alerts=outcome.alerts if fine else None,
        took=outcome.took,
        trouble=error,
    )


def tell_sending(sending: Sending) -> None:
    """One line per delivery attempt."""
    levels = {AlertState.SENT: logging.INFO, AlertState.PENDING: logging.WARNING}
    log(
        logger,
        levels.get(sending.state, logging.ERROR),
        "delivery",
        receiver=sending.receiver,
        state=sending.state,
        subject=sending.subject,
        detail=sending.detail,
        trouble=sending.bug,
    )


@dataclass(slots=True, kw_only=True)
class Newcomers:
    """Sources polled for the first time, to be summed up in one line. Mutable: filled poll by poll."""

    waiting: set[str]
    polls: list[PollOutcome] = field(default_factory=list)

    def note(self, outcome: PollOutcome) -> None:
        if outcome.source_id in self.waiting:
            self.waiting.discard(outcome.source_id)
            self.polls.append(outcome)

    @property
    def complete(self) -> bool:
        return bool(self.polls) and not self.waiting

    def say(self, *, news: int) -> str:
        """The line, `news` announcements known; afterwards there is nothing more to say."""
        polled = len(self.polls)
        read = [poll for poll in self.polls if poll.status in _FINE]
        self.polls.clear()
        if not read:
            return f"none of {_count(polled, 'source')} could be read"
        items = f"{_count(sum(poll.items for poll in read), 'item')} of {_count(len(read), 'source')} read"
        known = (
            f"{_count(news, 'piece')} of news you watch for among them, none told" if news else "no news you watch for"
        )
        failed = f"; {_count(polled - len(read), 'source')} could not be read" if len(read) < polled else ""
        return f"{items}, {known}: you hear of what comes next{failed}"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
