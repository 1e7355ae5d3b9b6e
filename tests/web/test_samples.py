"""Files as they stand on real nodes, one option of each edited through the form: only its lines change."""

from __future__ import annotations

from collections import Counter
from difflib import ndiff
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from netadmin.actions.reports import take
from netadmin.models import Node
from tests.actions.conftest import node_report
from tests.definitions.samples import SAMPLES, Sample
from tests.web.conftest import draft, form_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_an_option_edited_through_the_form_and_staged_changes_exactly_its_lines(
    sample: Sample, as_ann: Client
) -> None:
    node = imported(sample)
    page = reverse("interface", args=[node.name, sample.edit["interface"]])
    sent = filled_in(as_ann.get(page), sample)

    answer = as_ann.post(page, {**sent, "save": "1", "save_anyway": "on"})
    assert answer.status_code == 302, answer.context["form"].errors

    change_set = draft(node)
    as_ann.post(reverse("change-stage", args=[change_set.pk]), {"accept_errors": "on"})
    change_set.refresh_from_db()
    assert changed_lines(
        sample.path.read_bytes().decode("utf-8", "surrogateescape"), change_set.staged_text
    ) == (
        Counter(sample.edit["removed"]),
        Counter(sample.edit["added"]),
    )


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_form_that_is_saved_as_it_was_shown_changes_nothing(sample: Sample, as_ann: Client) -> None:
    node = imported(sample)
    for name in {definition.name for definition in node.definitions.filter(file="")}:
        page = reverse("interface", args=[node.name, name])
        sent = form_of(as_ann.get(page))

        answer = as_ann.post(page, {**sent, "save": "1", "save_anyway": "on"})

        assert answer.status_code == 302, (name, answer.context["form"].errors)
        assert not draft(node).changes.exists(), name


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_the_whole_file_saved_as_it_was_shown_is_byte_for_byte_the_same(
    sample: Sample, as_ann: Client
) -> None:
    node = imported(sample)
    page = reverse("file", args=[node.name])
    shown = as_ann.get(page).context["form"]["text"].value()

    as_ann.post(page, {"text": shown.replace("\n", "\r\n"), "save": "1"})

    assert not draft(node).changes.exists()


def imported(sample: Sample) -> Node:
    """A node that has reported the sample as its saved file."""
    node = Node.objects.create(name="host")
    text = sample.path.read_bytes().decode("utf-8", "surrogateescape")
    take(node_report(text, engine=sample.dialect.value, nics=tuple(sample.facts["nics"])))
    node.refresh_from_db()
    return node


def filled_in(response: Any, sample: Sample) -> dict[str, Any]:
    """What a browser sends after somebody made the sample's edit in the form."""
    form, sent, edit = response.context["form"], form_of(response), sample.edit
    name = form.field_of(edit["option"], edit["family"] or "")
    value = edit["value"] if isinstance(edit["value"], str) else "\n".join(edit["value"])
    if name.endswith("_rest"):
        ticked = [word for word in value.split() if word in form.offered]
        sent[name.removesuffix("_rest")] = ticked
        sent[name] = " ".join(word for word in value.split() if word not in ticked)
    elif name.endswith(("_further", "_hooks")):
        sent[name] = _with_values(form[name].value(), edit["option"], value.split("\n"))
    else:
        sent[name] = value
    return sent


def _with_values(text: str, option: str, values: list[str]) -> str:
    """The lines of a field with the option's values one after the other; what is left over is added."""
    lines, left = text.splitlines(), list(values)
    for number, line in enumerate(lines):
        key = line.split(None, 1)[0]
        if left and key.replace("_", "-") == option:
            lines[number] = f"{key} {left.pop(0)}"
    return "\n".join([*lines, *(f"{option} {value}" for value in left)])


def changed_lines(old: str, new: str) -> tuple[Counter[str], Counter[str]]:
    """The lines that went and the lines that came."""
    went, came = Counter[str](), Counter[str]()
    for line in ndiff(old.split("\n"), new.split("\n")):
        if line.startswith("- "):
            went[line[2:]] += 1
        elif line.startswith("+ "):
            came[line[2:]] += 1
    return went, came
