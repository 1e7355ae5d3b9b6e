"""The node's report of itself: its files, its engine, its kernel, its newest transaction."""

from __future__ import annotations

import os
import socket

from netadmin.interfaces import Dialect, read_tree, render

from .boot import last_boot
from .config import Node
from .engine import engine_of
from .errors import EngineMissing, JournalError
from .facts.nics import nics
from .journal import Journal
from .messages import FileText, NodeReport, TransactionReport, digest
from .rebooting import reboot_at


def node_report(node: Node) -> NodeReport:
    """Raises OSError when the saved file or the kernel cannot be read."""
    engine, version, missing = _engine(node)
    last, unread = _last(node)
    saved = node.files.read_if_there(node.saved) or ""
    staged = node.files.read_if_there(node.staged)
    return NodeReport(
        node=node.name,
        hostname=socket.gethostname(),
        engine=engine,
        engine_version=version,
        kernel=os.uname().release,
        features=tuple(sorted(node.features())),
        nics=nics(node.look()),
        saved=FileText(saved, digest(saved)),
        staged=None if staged is None else FileText(staged, digest(staged)),
        sourced=sourced_texts(node),
        sandbox=node.sandbox,
        boot_id=node.clock.boot_id(),
        reported_at=node.clock.now(),
        last=last,
        reboot_at=reboot_at(node),
        notes=(*last_boot(node), *missing, *unread),
    )


def sourced_texts(node: Node) -> dict[str, str]:
    """What the saved file sources, directly or not, by the path it has on the node."""
    tree = read_tree(dialect=Dialect(_engine(node)[0]), root=node.root)
    return {document.file: render(document) for document in tree.documents}


def _engine(node: Node) -> tuple[str, str, tuple[str, ...]]:
    """Flavour, version, and what is to be said when there is none."""
    try:
        engine = engine_of(node, "")
    except EngineMissing as error:
        wanted = Dialect.IFUPDOWN2 if node.engine == "auto" else Dialect(node.engine)
        return wanted.value, "", (f"{error.message} {error.next}",)
    return engine.dialect.value, engine.version, ()


def _last(node: Node) -> tuple[TransactionReport | None, tuple[str, ...]]:
    """The newest transaction, and what is to be said when its journal cannot be read."""
    journal = Journal(node)
    try:
        record = journal.newest()
        return (None if record is None else journal.report(record)), ()
    except JournalError as error:
        return None, (f"{error.message} {error.next}",)
