"""Making a candidate live: the steps from a text to a network that waits for its confirm."""

from dataclasses import dataclass, field

from netadmin.definitions import Definitions
from netadmin.planning.live import LiveState
from netadmin.planning.plan import Plan
from netadmin.planning.plan import plan as make_plan
from netadmin.planning.records import encode

from . import guard
from .candidate import check_base, check_candidate, check_place
from .config import Node, deadline_in
from .driving import command, drive, understand
from .engine import Engine, engine_of
from .errors import Busy
from .guests import guests_of, ways_back
from .journal import Journal
from .messages import State, digest
from .probes import probe
from .steps import Output, Step, Transaction, take
from .verify import verify


@dataclass(slots=True)
class Applying:
    """One apply in hand; what a step finds out the later ones use."""

    transaction: Transaction
    candidate: str
    admin_address: str
    saved: str = field(init=False)
    engine: Engine = field(init=False)
    old: Definitions = field(init=False)
    new: Definitions = field(init=False)
    before: LiveState = field(init=False)
    plan: Plan = field(init=False)

    @property
    def node(self) -> Node:
        return self.transaction.node

    @property
    def journal(self) -> Journal:
        return self.transaction.journal


def prepare(work: Applying) -> None:
    """Everything up to the journal. What fails here has changed nothing."""
    take(PREPARE, work, work.transaction)


def make_live(work: Applying) -> None:
    """From the armed deadline to the wait. What fails here has to be rolled back."""
    take(MAKE_LIVE, work, work.transaction)


def check(work: Applying, output: Output) -> None:
    """Refuse what cannot be carried out, or must not be."""
    if (other := work.journal.open()) is not None:
        raise Busy(
            f"Transaction {other.transaction} of {other.by or 'somebody'} is open ({other.state}).",
            state="It stays as it is; this order has changed nothing.",
            next="Confirm it or roll it back first.",
        )
    check_place(work.node)
    work.saved = work.node.files.read(work.node.saved)
    check_base(digest(work.saved), work.transaction.record.base_digest)
    work.engine = engine_of(work.node, work.saved, work.candidate)
    check_candidate(work.candidate, work.engine.dialect)
    output.say(f"{work.engine.dialect} {work.engine.version}, saved file {digest(work.saved)[:12]}\n")


def write_candidate(work: Applying, _output: Output) -> None:
    work.node.files.write(work.node.candidate, work.candidate, like=work.node.saved)


def look(work: Applying, output: Output) -> None:
    """The kernel as it is before, to compare with afterwards."""
    work.before = work.node.look()
    output.say(f"{len(work.before.links)} links, {len(work.before.routes)} routes\n")


def plan(work: Applying, output: Output) -> None:
    dialect = work.engine.dialect
    work.old = understand(work.saved, dialect, work.node)
    work.new = understand(work.candidate, dialect, work.node)
    work.plan = make_plan(
        work.old,
        work.new,
        work.before,
        engine=dialect,
        features=work.node.features(),
        admin_address=work.admin_address,
    )
    output.say(f"{work.plan.scope}: {work.plan.reason}\n")


def write_journal(work: Applying, _output: Output) -> None:
    """From here on the transaction exists, and whatever happens somebody will end it."""
    wait = max(work.transaction.record.wait, work.plan.minimum_wait)
    work.transaction.begin(
        saved=work.saved,
        candidate=work.candidate,
        before=encode(work.before, defaults=False),
        plan=encode(work.plan),
        base_digest=digest(work.saved),
        guests=guests_of(work.plan.guests, work.before, work.before),
        wait=wait,
        **deadline_in(work.node, wait + work.engine.limit),
    )


def arm(work: Applying, output: Output) -> None:
    output.say(guard.arm(work.node, work.transaction.record))


def drive_engine(work: Applying, output: Output) -> None:
    drive(
        work.plan.steps,
        work.engine,
        leaving=work.node.saved,
        entering=work.node.candidate,
        transaction=work.transaction.record.transaction,
        heard=output.say,
    )


def put_guests_back(work: Applying, output: Output) -> None:
    """An engine that rebuilds a bridge does not know about ports that no file mentions."""
    pairs = work.plan.guests
    if not pairs:
        return
    guests = guests_of(pairs, work.before, now := work.node.look())
    for words in ways_back(guests, work.before, now):
        command(words, transaction=work.transaction.record.transaction, heard=output.say)


def compare_with_wanted(work: Applying, output: Output) -> None:
    """What the kernel shows, against what the candidate says: the engine's exit code proves nothing."""
    seen = verify(work.node, work.new, work.plan, before=work.old)
    guests = guests_of(work.plan.guests, work.before, seen.state)
    work.transaction.note(
        comparisons=tuple(map(encode, seen.listed)), comparison_counts=seen.counts, guests=guests
    )
    output.say(seen.summary)


def wait(work: Applying, output: Output) -> None:
    """The time for a person's answer begins when the network is up."""
    seconds = work.transaction.record.wait
    work.transaction.write(state=State.WAITING, **deadline_in(work.node, seconds))
    output.say(f"{seconds} s\n")


def ask_around(work: Applying, output: Output) -> None:
    node = work.node
    probes = probe(node.look(()), broker=node.broker, name=node.probe_name)
    work.transaction.note(probes=probes)
    output.say("".join(f"{one.name}: {one.detail}\n" for one in probes))
    try:
        work.transaction.write()
    except OSError as error:  # advice that cannot be written down is no reason to go back
        output.say(f"not written down: {error}\n")


PREPARE = (
    Step("prepare.check", check),
    Step("prepare.candidate", write_candidate),
    Step("prepare.look", look),
    Step("prepare.plan", plan),
    Step("prepare.journal", write_journal),
)
MAKE_LIVE = (
    Step("apply.arm", arm),
    Step("apply.engine", drive_engine),
    Step("apply.guests", put_guests_back),
    Step("apply.verify", compare_with_wanted),
    Step("apply.wait", wait),
    Step("apply.probe", ask_around),
)
CANDIDATE_STEP, ENGINE_STEP = "prepare.candidate", "apply.engine"
