"""Files that the main file sources: names defined in both, lines that read nothing."""

from __future__ import annotations

from collections.abc import Iterator

from netadmin.checks.findings import Finding, Severity
from netadmin.checks.registry import IFUPDOWN2, Rule, looks_for
from netadmin.checks.survey import Survey
from netadmin.interfaces import Source

ALSO_SOURCED = Rule(
    id="source.also-defined",
    severity=Severity.WARNING,
    what="An interface is defined in this file and in a sourced one as well.",
    why="Both engines put the stanzas together: addresses add up, and of an option that may stand once the first "
    "file's counts. What is edited here is only half of it.",
    mend="Keep the interface in one of the two files.",
    source="interfaces(5), source",
)
RELATIVE = Rule(
    id="source.relative",
    severity=Severity.WARNING,
    what="`source` with a relative path.",
    why="ifupdown2 looks from the directory it was started in, which differs between boot and shell; classic "
    "ifupdown looks beside the file.",
    mend="Write the path from the root: /etc/network/interfaces.d/*.",
    source="measured on ifupdown2 3.0.0; interfaces(5) of ifupdown 0.8.41, source",
    dialects=IFUPDOWN2,
)
SEVERAL = Rule(
    id="source.several",
    severity=Severity.WARNING,
    what="`source` with more than one path on its line.",
    why="ifupdown2 reads the first and forgets the others.",
    mend="Give each path a `source` line of its own.",
    source="measured on ifupdown2 3.0.0",
    dialects=IFUPDOWN2,
)
DIRECTORY = Rule(
    id="source.directory",
    severity=Severity.WARNING,
    what="`source-directory`.",
    why="ifupdown2 does not know it: at top level an error, below an `iface` line one more option of that interface. "
    "The files are not read.",
    mend="Write `source DIRECTORY/*`.",
    source="measured on ifupdown2 3.0.0",
    dialects=IFUPDOWN2,
)


@looks_for(ALSO_SOURCED)
def defined_in_both(survey: Survey) -> Iterator[Finding]:
    for other in survey.sourced:
        own = survey.definitions[other.name]
        if own is other or own.sourced or other.name == "lo":
            continue
        families = {part.family for part in own.parts} & {part.family for part in other.parts}
        yield ALSO_SOURCED.on(
            own,
            f"{own.name} is defined in {other.file or 'a sourced file'} (line {other.line}) as well.",
            "Keep it in one of the two files.",
            severity=Severity.WARNING if families else Severity.HINT,
        )


@looks_for(RELATIVE, SEVERAL)
def source_lines(survey: Survey) -> Iterator[Finding]:
    file = survey.document.file
    for stanza in survey.document.stanzas:
        if isinstance(stanza, Source) and stanza.keyword == "source" and stanza.pattern:
            if not stanza.pattern.startswith("/"):
                yield RELATIVE.in_text(
                    file,
                    stanza.line,
                    f"ifupdown2 looks for {stanza.pattern} from the directory it is started in.",
                    f"Write /etc/network/{stanza.pattern}.",
                )
            words = _header(stanza).split()
            if len(words) > 2 and not words[2].startswith("#"):
                yield SEVERAL.in_text(
                    file,
                    stanza.line,
                    f"ifupdown2 reads {stanza.pattern} and forgets what stands behind it.",
                    "Give each path a `source` line of its own.",
                )


@looks_for(DIRECTORY)
def source_directories(survey: Survey) -> Iterator[Finding]:
    for use in survey.of("source-directory"):
        yield DIRECTORY.at(
            use,
            f"ifupdown2 takes this as an option of {use.definition.name} and reads no file.",
            f"Write `source {use.value.rstrip('/')}/*`.",
        )


def _header(stanza: Source) -> str:
    return next((line for line in stanza.text.splitlines() if line.split()[:1] == [stanza.keyword]), "")
