"""What is logged of polls and deliveries: one line each, and one that sums up the first polls."""

import logging
from dataclasses import dataclass, field

from monitor.core.alert import AlertState
from monitor.deliver import Sending
from monitor.firstlook import say_first_look
from monitor.logs import log
from monitor.records import FirstLook, PollOutcome, PollStatus

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


def tell_first_look(look: FirstLook) -> None:
    """One line that sums up the first polls, and one for each headline it knows."""
    log(logger, logging.INFO, "first round", detail=say_first_look(look))
    for headline in look.headlines:
        log(logger, logging.INFO, "earlier news", detail=headline)


@dataclass(slots=True, kw_only=True)
class Newcomers:
    """Sources whose silent first poll is still to come, to be summed up together. Mutable: filled poll by poll.

    One that fails is summed up with the others; when it can be read at last, by itself.
    """

    waiting: set[str]
    failed: set[str] = field(default_factory=set)
    polls: list[PollOutcome] = field(default_factory=list)

    def note(self, outcome: PollOutcome) -> None:
        source_id = outcome.source_id
        if source_id not in self.waiting:
            return
        if outcome.status in _FINE:
            self.waiting.discard(source_id)
        elif source_id in self.failed:
            return
        else:
            self.failed.add(source_id)
        self.polls.append(outcome)

    def take(self) -> tuple[PollOutcome, ...]:
        """The first polls once all of them are done, and only once; until then nothing."""
        if self.waiting - self.failed:
            return ()
        done = tuple(self.polls)
        self.polls.clear()
        return done
