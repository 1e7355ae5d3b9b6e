"""From documents to definitions."""

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase

from netadmin.definitions.model import Definition, Definitions
from netadmin.definitions.ports import expand_range
from netadmin.definitions.written import Part
from netadmin.interfaces import Auto, Dialect, Document, Iface


def definitions(document: Document, *, sourced: Sequence[Document] = ()) -> Definitions:
    """The definitions of a document in file order, with those of the files it sources beside them.

    Stanzas of one name in one file make one definition. `auto` and `allow-*` lines count wherever they stand,
    in any of the files. Cost is linear in the text.
    """
    documents = (document, *sourced)
    classes = _Classes(documents)
    own = _of_document(document, classes, sourced=False)
    others = [
        definition for other in sourced for definition in _of_document(other, classes, sourced=True).values()
    ]
    return Definitions(document, own, others)


def _of_document(document: Document, classes: "_Classes", *, sourced: bool) -> dict[str, Definition]:
    by_name: dict[str, list[Iface]] = {}
    for iface in document.ifaces:
        by_name.setdefault(iface.name, []).append(iface)
    templates = _templates(document)
    return {
        name: _definition(name, ifaces, document, classes, templates, sourced=sourced)
        for name, ifaces in by_name.items()
    }


def _definition(
    name: str,
    ifaces: list[Iface],
    document: Document,
    classes: "_Classes",
    templates: Mapping[int, Part],
    *,
    sourced: bool,
) -> Definition:
    return Definition(
        name=name,
        parts=tuple([_part(iface, templates.get(iface.line)) for iface in ifaces]),
        classes=classes.naming(name),
        comment=document.comment_of(name) if len(ifaces) > 1 else ifaces[0].comment,
        file=document.file,
        line=ifaces[0].line,
        dialect=document.dialect,
        sourced=sourced,
        reached_by=classes.reaching(name) if classes.by_pattern else (),
        late=() if sourced else classes.late(name, ifaces[-1].line),
    )


def _part(iface: Iface, template: Part | None = None) -> Part:
    return Part(
        iface.family,
        iface.method,
        tuple([(option.key, option.value) for option in iface.options]),
        iface.line,
        tuple([option.line for option in iface.options]),
        template,
    )


def _templates(document: Document) -> dict[int, Part]:
    """By a stanza's line what it inherits from: in classic the first above it of that name and family."""
    if document.dialect != Dialect.IFUPDOWN or not any(
        "inherits" in iface.extra for iface in document.ifaces
    ):
        return {}
    found: dict[int, Part] = {}
    above: dict[tuple[str, str], Part] = {}
    for iface in document.ifaces:
        if iface.extra[:1] == ("inherits",) and (parent := above.get((iface.extra[-1], iface.family))):
            found[iface.line] = parent
        above.setdefault((iface.name, iface.family), _part(iface, found.get(iface.line)))
    return found


MOST_PATTERNS = 100  # more of them in `auto` lines nobody writes; each is tried with each interface


class _Classes:
    """The `auto` and `allow-*` lines of all files, looked up by interface."""

    def __init__(self, documents: Iterable[Document]) -> None:
        # name → class → the first line that says so in the main file, 0 for another file
        self.by_name: dict[str, dict[str, int]] = {}
        self.by_pattern: list[tuple[str, str]] = []  # (pattern, class): `auto all`, classic's `/eth*`
        for place, document in enumerate(documents):
            for stanza in document.stanzas:
                if isinstance(stanza, Auto) and stanza.keyword.startswith(("auto", "allow-")):
                    for name in stanza.names:
                        self._take(name, stanza, document.dialect, line=0 if place else stanza.line)

    def _take(self, name: str, stanza: Auto, dialect: Dialect, *, line: int) -> None:
        if dialect == Dialect.IFUPDOWN2:
            if name == "all" and stanza.keyword == "auto":
                self._reach("*", "auto")
                return
            for expanded in expand_range(name) if "[" in name else ():
                self.by_name.setdefault(expanded, {}).setdefault(stanza.keyword, line)
        elif name.startswith("/"):
            self._reach(name[1:].partition("=")[0].partition("/")[0], stanza.keyword)
            return
        self.by_name.setdefault(name, {}).setdefault(stanza.keyword, line)

    def _reach(self, pattern: str, keyword: str) -> None:
        if (pattern, keyword) not in self.by_pattern and len(self.by_pattern) < MOST_PATTERNS:
            self.by_pattern.append((pattern, keyword))

    def naming(self, name: str) -> tuple[str, ...]:
        return tuple(self.by_name[name]) if name in self.by_name else ()

    def reaching(self, name: str) -> tuple[str, ...]:
        found = (keyword for pattern, keyword in self.by_pattern if fnmatchcase(name, pattern))
        return tuple(dict.fromkeys(found))

    def late(self, name: str, last_iface_line: int) -> tuple[str, ...]:
        named = self.by_name.get(name)
        if named is None:
            return ()
        return tuple([keyword for keyword, line in named.items() if line > last_iface_line])
