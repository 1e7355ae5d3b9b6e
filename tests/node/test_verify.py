"""What verification hands on: everything counted, and of very many comparisons the first of each verdict."""

from netadmin.node.verify import LISTED, Seen
from netadmin.planning.compare import Comparison, Verdict
from netadmin.planning.live import LiveState


def test_of_thousands_of_comparisons_the_first_of_each_verdict_are_told_and_all_are_counted():
    as_wanted = tuple(Comparison(f"vmbr{number}", "mtu", "", "", Verdict.AS_WANTED) for number in range(4000))
    differs = (Comparison("vmbr4000", "mtu", "9000", "1500", Verdict.DIFFERS),)

    seen = Seen(LiveState("boot"), as_wanted + differs)

    assert seen.listed == as_wanted[:LISTED] + differs
    assert seen.counts == {"as-wanted": 4000, "differs": 1}
