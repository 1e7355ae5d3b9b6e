"""What check() hands back as a whole: order, files, and the plain form of a finding."""

import pytest

from netadmin.checks import Context, Severity, check, to_json
from netadmin.definitions import definitions
from netadmin.interfaces import EditError, parse

MISTYPED = "iface eth0 inet static\n\tadress 10.0.0.2/24\n"


def test_findings_come_by_line_with_those_of_sourced_files_behind() -> None:
    main = parse("auto eth1\niface eth1 inet static\n\tadress 10.0.1.2/24\n\tmtu 1\n", file="interfaces")
    other = parse(MISTYPED, file="interfaces.d/a")

    found = check(definitions(main, sourced=[other]))

    assert [(each.file, each.line) for each in found if each.severity is Severity.ERROR] == [
        ("interfaces", 3),
        ("interfaces", 4),
        ("interfaces.d/a", 2),
    ]


def test_a_finding_in_a_sourced_file_has_no_correction_because_that_file_is_not_written() -> None:
    read = definitions(parse("", file="interfaces"), sourced=[parse(MISTYPED, file="interfaces.d/a")])
    (finding,) = [each for each in check(read) if each.id == "option.mistyped"]
    assert finding.correction is None


def test_a_correction_refuses_a_text_that_has_changed_since() -> None:
    document = parse(MISTYPED, file="interfaces")
    (finding,) = [each for each in check(definitions(document)) if each.id == "option.mistyped"]
    assert finding.correction is not None

    with pytest.raises(EditError) as refused:
        finding.correction.edit(parse("iface eth0 inet static\n\taddress 10.0.0.3/24\n"))

    assert refused.value.interface == "eth0"
    assert "check it again" in refused.value.hint


def test_nothing_is_assumed_of_a_node_that_is_not_known() -> None:
    text = (
        "iface enp9s0 inet manual\n\tup date +%s > /run/${IFACE}\n\n"
        "iface bond0 inet manual\n\tbond-slaves enp9s0 enp9s1\n"
    )
    ids = {each.id for each in check(definitions(parse(text)), context=Context())}
    assert ids.isdisjoint({"device.absent", "device.missing", "kernel.feature", "text.template"})


def test_a_finding_travels_as_plain_values() -> None:
    document = parse(MISTYPED, file="interfaces")
    (finding,) = [each for each in check(definitions(document)) if each.id == "option.mistyped"]
    assert to_json(finding) == {
        "id": "option.mistyped",
        "severity": "error",
        "message": "There is no option adress.",
        "hint": "Write address.",
        "file": "interfaces",
        "line": 2,
        "interface": "eth0",
        "family": "inet",
        "option": "adress",
        "correction": "Write address",
    }
