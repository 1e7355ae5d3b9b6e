"""The cases of tests/checks/cases: for every finding id, texts in which it fires and texts in which it does not.

A file is named after the id. It is a row of sections that begin with a line `--- KIND NAME=VALUE…`:

    fires      the finding appears; line, severity, interface, family, option are what it must say
    silent     it does not appear: a near miss
    sourced    goes with the case above: a file that the text sources
    corrected  goes with the case above: the text after the finding's correction

On `fires` and `silent`: engine=ifupdown (ifupdown2 when absent), nics= and features= with commas, mako, and
`escaped` for texts that hold \\r, \\ufeff or a byte that is not UTF-8.
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from netadmin.checks import Context, Finding, check
from netadmin.definitions import definitions
from netadmin.interfaces import Dialect, Document, parse

FOLDER = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Case:
    id: str
    number: int
    kind: str
    said: dict[str, str]
    text: str
    sourced: str = ""
    corrected: str | None = None

    @property
    def document(self) -> Document:
        dialect = Dialect(self.said.get("engine", Dialect.IFUPDOWN2))
        return parse(self._unescaped(self.text), dialect=dialect, file="interfaces")

    def findings(self) -> list[Finding]:
        """All findings of the case's id."""
        document = self.document
        sourced = [parse(self.sourced, dialect=document.dialect, file="more")] if self.sourced else []
        read = definitions(document, sourced=sourced)
        return [finding for finding in check(read, context=self._context) if finding.id == self.id]

    @property
    def expected(self) -> dict[str, str]:
        return {name: self.said.get(name, "") for name in ("severity", "interface", "family", "option")}

    @property
    def text_corrected(self) -> str | None:
        return None if self.corrected is None else self._unescaped(self.corrected)

    @property
    def _context(self) -> Context:
        nics, features = self.said.get("nics"), self.said.get("features")
        return Context(
            nics=None if nics is None else frozenset(nics.split(",")),
            mako="mako" in self.said,
            features=None if features is None else frozenset(features.split(",")),
        )

    def _unescaped(self, text: str) -> str:
        if "escaped" not in self.said:
            return text
        return text.encode("ascii", "backslashreplace").decode("unicode_escape")


def read_cases(path: Path) -> list[Case]:
    cases: list[Case] = []
    for section in re.split(r"^--- ", path.read_text(), flags=re.MULTILINE)[1:]:
        head, _, text = section.partition("\n")
        kind, *words = head.split()
        if kind == "sourced":
            cases[-1] = replace(cases[-1], sourced=text)
        elif kind == "corrected":
            cases[-1] = replace(cases[-1], corrected=text)
        else:
            said = {name: value for name, _, value in (word.partition("=") for word in words)}
            cases.append(Case(path.stem, len(cases) + 1, kind, said, text))
    return cases


CASES = [case for path in sorted(FOLDER.glob("*.txt")) for case in read_cases(path)]
