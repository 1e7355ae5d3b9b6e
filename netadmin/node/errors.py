"""What stops a node's work. Every error says what happened, what state the node is in and what to do next.

NodeError
├── Refused              an order that was not begun; nothing has changed
│   ├── Busy             another transaction is open, or another order is being carried out
│   ├── WrongBase        the saved file is not the one the order was made against
│   ├── Unfit            the candidate is nothing this engine could boot from
│   ├── NoTransaction    the transaction named is not the open one
│   ├── TooLate          the deadline, or the order's own expiry, has passed
│   └── Impossible       this node cannot do that at all
├── EngineError
│   ├── EngineMissing    no ifupdown2 and no ifupdown where they should be
│   ├── EngineBusy       somebody else is running the engine
│   └── EngineOverdue    killed at its limit; names what it was waiting for
└── JournalError         what is written in the journal cannot be read
"""

from .messages import Problem


class NodeError(Exception):
    """`state` tells what state the node is in, `next` what a person can do."""

    def __init__(self, message: str, *, state: str, next: str) -> None:
        super().__init__(message)
        self.message, self.state, self.next = message, state, next

    def problem(self) -> Problem:
        return Problem(self.message, self.state, self.next, code=type(self).__name__)


class Refused(NodeError):  # noqa: N818 -- named after what happened
    """Nothing has changed, which is the state unless said otherwise."""

    def __init__(self, message: str, *, state: str = "Nothing has changed on the node.", next: str) -> None:
        super().__init__(message, state=state, next=next)


class Busy(Refused):
    pass


class WrongBase(Refused):
    pass


class Unfit(Refused):
    pass


class NoTransaction(Refused):
    pass


class TooLate(Refused):
    pass


class Impossible(Refused):
    pass


class EngineError(NodeError):
    pass


class EngineMissing(EngineError):  # noqa: N818 -- named after what happened
    pass


class EngineBusy(EngineError):  # noqa: N818 -- named after what happened
    pass


class EngineOverdue(EngineError):  # noqa: N818 -- named after what happened
    pass


class JournalError(NodeError):
    pass
