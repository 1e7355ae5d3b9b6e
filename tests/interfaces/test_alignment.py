"""Which items of an old list became which of a new one."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from pytest import MonkeyPatch

from netadmin.interfaces import alignment
from netadmin.interfaces.alignment import Run, align

few_items = st.lists(st.sampled_from("abcdefgh"), max_size=30)


@given(few_items, few_items, st.sampled_from([0, 20, 1_000_000]))
def test_runs_cover_both_lists_and_equal_ones_are_equal(old: list[str], new: list[str], most: int) -> None:
    with MonkeyPatch.context() as patch:
        patch.setattr(alignment, "_WORTH_COMPARING", most)
        runs = align(old, new)

    assert [item for run in runs for item in old[run.old_start : run.old_stop]] == old
    assert [item for run in runs for item in new[run.new_start : run.new_stop]] == new
    assert all((old[a1:a2] == new[b1:b2]) for same, a1, a2, b1, b2 in runs if same)
    assert not any(run.same and after.same for run, after in pairwise(runs))


def test_two_changes_far_apart_in_a_long_list_are_told_apart() -> None:
    old = [
        line for number in range(4000) for line in (f"iface vmbr{number}", "bridge-ports none", "mtu 1500")
    ]
    new = [*old]
    new[8], new[11_000:11_001] = "mtu 9000", ["bridge-ports eth0", "bridge-stp off"]

    assert [run for run in align(old, new) if not run.same] == [
        Run(False, 8, 9, 8, 9),
        Run(False, 11_000, 11_001, 11_000, 11_002),
    ]


def test_a_block_that_moves_in_a_long_list_is_taken_out_and_put_in() -> None:
    old = [f"line {number}" for number in range(3000)]
    new = [*old[:10], *old[20:2990], *old[10:20], *old[2990:]]

    assert [run for run in align(old, new) if not run.same] == [
        Run(False, 10, 20, 10, 10),
        Run(False, 2990, 2990, 2980, 2990),
    ]


def test_long_lists_without_anything_in_common_are_one_run() -> None:
    assert align(["a"] * 2000, ["b"] * 2000) == [Run(False, 0, 2000, 0, 2000)]
