"""Reports on their way to the centre: sent at once, and again until the broker has taken them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from .messages import AnyReport, NodeReport, OrderReport, TransactionReport

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0
MOST_KEPT = 1000

log = logging.getLogger(__name__)

Send = Callable[[AnyReport], None]


class Outbox(threading.Thread):
    """`put` never waits. While the broker is away, newer reports take the place of older ones about the same.

    send: hands one report to the broker, and raises `failures` when that did not work.
    """

    def __init__(self, send: Send, failures: tuple[type[Exception], ...]) -> None:
        super().__init__(name="reports", daemon=True)
        self._send, self._failures = send, failures
        self._waiting: dict[str, AnyReport] = {}
        self._change = threading.Condition()
        self._stopped = False

    def put(self, report: AnyReport) -> None:
        with self._change:
            about = _about(report)
            if _is_older(report, self._waiting.get(about)):
                return
            self._waiting.pop(about, None)  # a newer report goes to the end of the row
            self._waiting[about] = report
            while len(self._waiting) > MOST_KEPT:
                self._waiting.pop(next(iter(self._waiting)))
            self._change.notify()

    def stop(self) -> None:
        """Send what still waits, if it goes at the first try, and end."""
        with self._change:
            self._stopped = True
            self._change.notify()

    def run(self) -> None:
        pause = FIRST_PAUSE
        while (report := self._next()) is not None:
            try:
                self._send(report)
            except self._failures as error:
                log.warning("A report is kept until the broker is back: %s", error)
                if self._put_back_and_wait(report, pause):
                    return
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                pause = FIRST_PAUSE

    def _next(self) -> AnyReport | None:
        with self._change:
            while not self._waiting and not self._stopped:
                self._change.wait()
            return self._waiting.pop(next(iter(self._waiting))) if self._waiting else None

    def _put_back_and_wait(self, report: AnyReport, pause: float) -> bool:
        """Keep it unless a newer one has come; whether the outbox was stopped meanwhile."""
        with self._change:
            about = _about(report)
            if about not in self._waiting:
                self._waiting = {about: report, **self._waiting}
            self._change.wait_for(lambda: self._stopped, pause)
            return self._stopped


def _is_older(report: AnyReport, waiting: AnyReport | None) -> bool:
    """Two threads may tell of the same transaction at once."""
    return (
        isinstance(report, TransactionReport)
        and isinstance(waiting, TransactionReport)
        and report.sequence < waiting.sequence
    )


def _about(report: AnyReport) -> str:
    match report:
        case NodeReport():
            return "node"
        case TransactionReport():
            return f"transaction {report.transaction}"
        case OrderReport():
            return f"order {report.order}"
