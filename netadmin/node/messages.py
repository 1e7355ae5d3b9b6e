"""The messages between the centre and a node: orders down, reports up, and the names they travel under.

This is the one module of the node that the centre imports. Messages are sent as Celery tasks by name with one
keyword argument, a JSON object:

    to the node     queue node_queue(name)   task task_name(verb)   order=order_to_json(order)
    to the centre   queue CENTRE_QUEUE       task REPORT_TASK       report=report_to_json(report)

A file's text travels as str decoded from UTF-8 with surrogateescape, so that bytes that are no UTF-8 survive;
JSON must therefore be written with ensure_ascii. Times are Unix seconds, durations seconds.
"""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import uuid4

from netadmin.planning.records import Json, RecordError, decode, encode

CENTRE_QUEUE = "centre"
REPORT_TASK = "netadmin.centre.report"
DEFAULT_WAIT = 120


def node_queue(node: str) -> str:
    return f"node.{node}"


def task_name(verb: "Verb | str") -> str:
    return f"netadmin.node.{verb}"


def digest(text: str) -> str:
    """SHA-256 (hex) of a file's bytes, by which both sides name a version of it."""
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


# --- orders -----------------------------------------------------------------------------------------------


class Verb(StrEnum):
    REPORT = "report"
    STAGE = "stage"
    UNSTAGE = "unstage"
    APPLY = "apply"
    CONFIRM = "confirm"
    EXTEND = "extend"
    ROLL_BACK = "roll-back"
    REBOOT = "reboot"
    CANCEL_REBOOT = "cancel-reboot"


@dataclass(frozen=True, slots=True)
class Report:
    """Send a NodeReport."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Write the text as interfaces.new.

    confirm_after_boot: seconds within which a boot that takes the file must be confirmed, or the previous
    file is restored; None takes it for good. transaction: the id that boot will go by.
    """

    text: str
    confirm_after_boot: int | None = None
    transaction: str = ""


@dataclass(frozen=True, slots=True)
class Unstage:
    """Remove interfaces.new; staged_digest "" removes whatever is there."""

    staged_digest: str = ""


@dataclass(frozen=True, slots=True)
class Apply:
    """Make the candidate live and wait for a confirm.

    transaction: hex id chosen by the sender. wait: seconds; the node may raise it to the plan's minimum.
    admin_address: where the person comes from, so that the plan can tell whether it cuts them off.
    """

    transaction: str
    candidate: str
    wait: int = DEFAULT_WAIT
    admin_address: str = ""


@dataclass(frozen=True, slots=True)
class Confirm:
    transaction: str
    candidate_digest: str


@dataclass(frozen=True, slots=True)
class Extend:
    """Move the deadline to `seconds` from now."""

    transaction: str
    seconds: int


@dataclass(frozen=True, slots=True)
class RollBack:
    transaction: str


@dataclass(frozen=True, slots=True)
class Reboot:
    """Reboot the node `delay` seconds from now."""

    delay: int = 0


@dataclass(frozen=True, slots=True)
class CancelReboot:
    """Call off a reboot that has not begun."""


Request = Report | Stage | Unstage | Apply | Confirm | Extend | RollBack | Reboot | CancelReboot

REQUESTS: dict[Verb, type[Request]] = {
    Verb.REPORT: Report,
    Verb.STAGE: Stage,
    Verb.UNSTAGE: Unstage,
    Verb.APPLY: Apply,
    Verb.CONFIRM: Confirm,
    Verb.EXTEND: Extend,
    Verb.ROLL_BACK: RollBack,
    Verb.REBOOT: Reboot,
    Verb.CANCEL_REBOOT: CancelReboot,
}
_VERBS = {type_: verb for verb, type_ in REQUESTS.items()}


@dataclass(frozen=True, slots=True)
class Order:
    """What a node is told to do.

    id: idempotency key (uuid hex); the same order twice is carried out once. base_digest: of the saved file
    the order was made against, "" for any. expires_at: the node refuses the order later than this. by: login.
    """

    id: str
    node: str
    base_digest: str
    issued_at: float
    expires_at: float
    by: str
    request: Request

    @property
    def verb(self) -> Verb:
        return _VERBS[type(self.request)]


def new_id() -> str:
    """A fresh id for an order or a transaction."""
    return uuid4().hex


def order_to_json(order: Order) -> Json:
    return {"version": 1, "verb": order.verb.value, **encode(order)}


def order_from_json(data: Json) -> Order:
    """Raises RecordError for anything that is not an order this version understands."""
    try:
        return Order(
            id=decode(str, data["id"]),
            node=decode(str, data["node"]),
            base_digest=decode(str, data["base_digest"]),
            issued_at=decode(float, data["issued_at"]),
            expires_at=decode(float, data["expires_at"]),
            by=decode(str, data["by"]),
            request=decode(REQUESTS[Verb(data["verb"])], data["request"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise RecordError(f"not an order: {error}") from error


# --- reports ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong: what happened, what state the node is in, what to do next."""

    message: str
    state: str
    next: str
    code: str = ""


class State(StrEnum):
    """Where a transaction stands."""

    APPLYING = "applying"
    WAITING = "waiting"
    KEEPING = "keeping"
    ROLLING_BACK = "rolling-back"
    KEPT = "kept"
    ROLLED_BACK = "rolled-back"
    ROLLED_BACK_RESIDUE = "rolled-back-residue"
    FAILED_BEFORE_CHANGE = "failed-before-change"

    @property
    def ended(self) -> bool:
        return self in _ENDED


_ENDED = frozenset({State.KEPT, State.ROLLED_BACK, State.ROLLED_BACK_RESIDUE, State.FAILED_BEFORE_CHANGE})


class EventState(StrEnum):
    STARTED = "started"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a transaction.

    step: `phase.step` ("apply.reload"). at: when it began. output: what the engine printed.
    """

    seq: int
    step: str
    state: EventState
    at: float
    seconds: float = 0.0
    output: str = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """What a machine finds out about the network: advice for the person who confirms, never a confirm."""

    name: str
    passed: bool
    detail: str
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Guest:
    """A link on a touched bridge that no file mentions (a VM's tap, a container's veth), as it is now."""

    bridge: str
    link: str
    attached: bool
    up: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class TransactionReport:
    """A transaction as it stands; the report with the higher `sequence` replaces the earlier one.

    kind: "apply", or "boot" for a boot that waits for its confirm. deadline: Unix seconds, estimated from
    deadline_boottime (seconds of CLOCK_BOOTTIME in the boot boot_id), which is what counts.
    plan, comparisons: as planning.plan and planning.compare write them; of thousands of comparisons the first of
    each verdict, with how many there are in comparison_counts. residue: one sentence each.
    """

    node: str
    transaction: str
    sequence: int
    kind: str
    state: State
    base_digest: str
    candidate_digest: str
    by: str
    boot_id: str
    started_at: float
    wait: int = 0
    deadline: float = 0.0
    deadline_boottime: float = 0.0
    plan: Json = None
    events: tuple[Event, ...] = ()
    comparisons: tuple[dict[str, str], ...] = ()
    comparison_counts: dict[str, int] = field(default_factory=dict)
    probes: tuple[Probe, ...] = ()
    residue: tuple[str, ...] = ()
    guests: tuple[Guest, ...] = ()
    outcome: str = ""
    problem: Problem | None = None
    ended_at: float = 0.0


@dataclass(frozen=True, slots=True)
class FileText:
    text: str
    digest: str


@dataclass(frozen=True, slots=True)
class NodeReport:
    """The node and its files.

    features: what the kernel can do ("bonding", "8021q", …). nics: its physical links. sourced: path to text.
    last: the newest transaction, open or ended. reboot_at: Unix seconds of a scheduled reboot, 0 without one.
    notes: what the person should know, one sentence each (why the boot step set a staged file aside).
    """

    node: str
    hostname: str
    engine: str
    engine_version: str
    kernel: str
    features: tuple[str, ...]
    nics: tuple[str, ...]
    saved: FileText
    staged: FileText | None
    sourced: dict[str, str]
    sandbox: bool
    boot_id: str
    reported_at: float
    last: TransactionReport | None = None
    reboot_at: float = 0.0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderReport:
    """The answer to an order.

    For an apply `accepted` says that it began; how it goes, the TransactionReports say.
    """

    node: str
    order: str
    verb: Verb
    accepted: bool
    problem: Problem | None = None
    node_report: NodeReport | None = None


AnyReport = NodeReport | OrderReport | TransactionReport

_REPORTS: dict[str, type[AnyReport]] = {
    "node": NodeReport,
    "order": OrderReport,
    "transaction": TransactionReport,
}
_REPORT_KINDS = {type_: kind for kind, type_ in _REPORTS.items()}


def report_to_json(report: AnyReport) -> Json:
    return {"version": 1, "report": _REPORT_KINDS[type(report)], **encode(report)}


def report_from_json(data: Json) -> AnyReport:
    """Raises RecordError for anything that is not a report this version understands."""
    if not isinstance(data, dict) or data.get("report") not in _REPORTS:
        raise RecordError(f"not a report: {data!r:.60}")
    return decode(_REPORTS[data["report"]], data)
