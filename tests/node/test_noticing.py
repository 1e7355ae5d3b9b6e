"""What the node notices by itself is told, at the second look if not at the first."""

import errno
from pathlib import Path

from netadmin.node.config import Node
from netadmin.node.messages import AnyReport
from netadmin.node.noticing import Notice
from netadmin.planning.live import LiveState
from tests.rigs.until import until


def test_a_report_that_could_not_be_made_is_made_at_the_next_look(tmp_path: Path) -> None:
    """A kernel with thousands of new links may change too fast to be listed."""
    (tmp_path / "etc/network").mkdir(parents=True)
    (tmp_path / "etc/network/interfaces").write_text("auto lo\niface lo inet loopback\n")
    failures = [OSError(errno.EAGAIN, "the kernel's network changed faster than it could be listed")]

    def look(_only: object = None) -> LiveState:
        if failures:
            raise failures.pop()
        return LiveState("boot")

    state, run = tmp_path / "state", tmp_path / "run"
    node = Node(name="n1", root=tmp_path, state=state, run=run, look=look, features=frozenset)
    told: list[AnyReport] = []
    notice = Notice(node, told.append)

    notice.start()

    until(lambda: told)
    notice.stop()
    notice.join()
    assert not failures
    assert [report.saved.text for report in told] == ["auto lo\niface lo inet loopback\n"]  # type: ignore[union-attr]
