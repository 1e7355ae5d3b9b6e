"""The samples of tests/samples, read."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from netadmin.definitions import Definition
from netadmin.interfaces import Dialect, Document, parse

FOLDER = Path(__file__).parents[1] / "samples"


@dataclass(frozen=True)
class Sample:
    """One folder. `edit` says interface, family, option, the new value or values, and the lines of the file
    that go and come by it; `features` what the kernel must have to carry the file, `nics` which links the
    file takes for given, `applies` whether an engine can bring it up at all."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def path(self) -> Path:
        return self.folder / "interfaces"

    @cached_property
    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads((self.folder / "sample.json").read_text())
        return facts

    @property
    def dialect(self) -> Dialect:
        return Dialect(self.facts["dialect"])

    @property
    def edit(self) -> dict[str, Any]:
        edit: dict[str, Any] = self.facts["edit"]
        return edit

    @cached_property
    def expected(self) -> dict[str, Any]:
        expected: dict[str, Any] = json.loads((self.folder / "definitions.json").read_text())
        return expected

    @cached_property
    def document(self) -> Document:
        return self._read(self.path)

    @cached_property
    def sourced(self) -> tuple[Document, ...]:
        return tuple(self._read(path) for path in sorted((self.folder / "interfaces.d").glob("*")))

    def edited(self, definition: Definition) -> Definition:
        """The definition with this sample's edit, made as a form makes it."""
        option, value, family = self.edit["option"], self.edit["value"], self.edit["family"]
        values = [value] if isinstance(value, str) else value
        if option == "method":
            return definition.with_method(family, value)
        if option == "address":
            return definition.with_addresses(family or "", values)
        return definition.with_option(option, values, family)

    def _read(self, path: Path) -> Document:
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        return parse(text, dialect=self.dialect, file=str(path.relative_to(self.folder)))


SAMPLES = [Sample(folder) for folder in sorted(FOLDER.iterdir()) if (folder / "interfaces").is_file()]
