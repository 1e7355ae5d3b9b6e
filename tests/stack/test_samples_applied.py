"""Files as they stand on real nodes, brought up, edited, applied, verified and rolled back by the real engine.

Those that this kernel can carry: what each needs stands in its sample.json.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

from netadmin.definitions import change, definitions
from netadmin.interfaces import Dialect, render
from netadmin.node.facts.features import kernel_features
from netadmin.node.messages import State
from tests.definitions.samples import SAMPLES, Sample
from tests.node.rig import Rig

pytestmark = [pytest.mark.sandbox]

KERNEL = kernel_features()
CARRIED = [
    sample for sample in SAMPLES if sample.facts["applies"] and KERNEL.issuperset(sample.facts["features"])
]
# ifupdown2's first line says `env python3`, which inside a virtual environment is another one.
UP = {
    Dialect.IFUPDOWN2: ("/usr/bin/python3", "/usr/sbin/ifreload", "-a"),
    Dialect.IFUPDOWN: ("/sbin/ifup", "-a"),
}


@pytest.mark.parametrize("sample", CARRIED, ids=lambda sample: sample.name)
def test_an_edit_of_a_real_file_is_applied_verified_and_rolled_back(
    sample: Sample, make_rig: Callable[..., Rig]
) -> None:
    rig = make_rig(text="auto lo\niface lo inet loopback\n", engine=sample.dialect, nics=sample.facts["nics"])
    bring_up(rig, sample)
    before = seen(rig)

    report = rig.apply(edited(sample))

    assert report.state is State.WAITING, report.problem
    differing = [
        f"{each['interface']} {each['option']}" for each in report.comparisons if each["verdict"] == "differs"
    ]
    assert differing == sample.facts.get("differs", [])
    assert rig.sandbox.interfaces.read_bytes() == sample.path.read_bytes()

    rig.cli("roll-back", report.transaction)

    assert rig.newest.state is State.ROLLED_BACK, rig.report.residue
    assert seen(rig) == before
    assert rig.sandbox.interfaces.read_bytes() == sample.path.read_bytes()


def bring_up(rig: Rig, sample: Sample) -> None:
    """The sample as the node's saved file, with what it sources, live."""
    rig.sandbox.interfaces.write_bytes(sample.path.read_bytes())
    if (more := sample.folder / "interfaces.d").is_dir():
        shutil.copytree(more, rig.files / "interfaces.d", dirs_exist_ok=True)
    done = rig.sandbox.run(UP[sample.dialect], check=False)
    assert done.returncode in (0, 1), done.stderr  # 1: an option of the case that the engine will not have
    assert {name for name, link in rig.links().items() if "UP" in link["flags"]} - {"lo"}


def edited(sample: Sample) -> str:
    """The sample's text with its edit made."""
    before = definitions(sample.document)[sample.edit["interface"]]
    return render(change(sample.document, before, sample.edited(before)))


def seen(rig: Rig) -> dict[str, object]:
    """Addresses and routes, and which link is whose port."""
    dump = rig.dump()
    masters = {name: link.get("master") for name, link in dump["links"].items()}
    return {"addresses": dump["addresses"], "routes": dump["routes"], "masters": masters}
