"""Edits of what names an interface: `auto` and `allow-*` lines, and options of others that refer to it."""

from collections.abc import Callable

from netadmin.interfaces.blocks import Block
from netadmin.interfaces.dialect import Grammar
from netadmin.interfaces.document import Document
from netadmin.interfaces.edit.lines import Line, ended, header_at, join, line_end, replace_word, split
from netadmin.interfaces.edit.places import auto_places, is_auto, names_at, stanzas_of
from netadmin.interfaces.edit.written import checked_word
from netadmin.interfaces.errors import EditError

# What a name becomes; None takes it out.
Renaming = Callable[[str], str | None]

# Options whose value names other interfaces (interfaces files of bridge-utils, ifenslave, vlan, ifupdown2 and
# openvswitch-switch), and what is written when the last name goes; "" takes the line out.
_REFERENCES = {
    "bridge-ports": "none",
    "bond-slaves": "none",
    "slaves": "none",
    "bond-primary": "",
    "ovs-bonds": "",
    "ovs-bridge": "",
    "ovs-ports": "",
    "vlan-raw-device": "",
    "vxlan-physdev": "",
}
# Options whose value is made of `port=setting` words.
_PORT_SETTINGS = ("bridge-", "mstpctl-")


def set_classes(document: Document, interface: str, classes: tuple[str, ...]) -> Document:
    """Make these keywords, of ("auto", "allow-hotplug", …), the ones whose lines name an interface.

    A line that names only this interface changes its keyword; in a file that lists many names after one
    keyword, the name joins that line.
    """
    for keyword in classes:
        _checked_class(keyword, interface)
    stanzas_of(document, interface)
    have = [
        place for place in auto_places(document, interface) if not _keyword(document, place).startswith("no-")
    ]
    missing = [keyword for keyword in classes if keyword not in {_keyword(document, place) for place in have}]
    texts: dict[int, str] = {}
    for place in have:
        if _keyword(document, place) in classes:
            continue
        if missing and names_at(document, place) == [interface]:
            texts[place] = _with_keyword(document, place, missing.pop(0))
        else:
            texts[place] = _without_name(document, place, interface)
    document = document.with_texts(texts)
    for keyword in missing:
        document = add_class(document, interface, keyword)
    return document


def _checked_class(keyword: str, interface: str) -> None:
    checked_word(keyword, "a class", interface=interface)
    if keyword != "auto" and not (keyword.startswith("allow-") and len(keyword) > len("allow-")):
        raise EditError(
            f"{keyword} is no class of interfaces",
            hint="Use auto, allow-hotplug or allow- with a name of your own.",
            interface=interface,
        )


def _keyword(document: Document, place: int) -> str:
    return document.blocks[place].keyword


def _with_keyword(document: Document, place: int, keyword: str) -> str:
    lines = split(document.blocks[place].text, document.dialect.grammar)
    at = header_at(lines)
    lines[at] = lines[at]._replace(key=keyword)
    return join(lines)


def _without_name(document: Document, place: int, interface: str) -> str:
    """An `auto` stanza's text without a name; of one that names nothing else, the comments above are left."""
    grammar = document.dialect.grammar
    lines = split(document.blocks[place].text, grammar)
    at = header_at(lines)
    if names_at(document, place) == [interface]:
        return join(lines[:at])
    lines[at] = _reworded(lines[at], lambda name: None if name == interface else name, grammar)
    return join(lines)


def add_class(document: Document, interface: str, keyword: str) -> Document:
    """Name an interface in a shared line of a class if the file works that way, else in a line of its own."""
    grammar = document.dialect.grammar
    first = stanzas_of(document, interface)[0]
    shared = shared_place(document, keyword, first)
    if shared is not None:
        lines = split(document.blocks[shared].text, grammar)
        at = header_at(lines)
        lines[at] = lines[at]._replace(value=f"{lines[at].value} {interface}")
        return document.with_texts({shared: join(lines)})
    lines = ended(split(document.blocks[first].text, grammar), document)
    at = header_at(lines)
    new = Line(lines[at].indent, keyword, " ", interface, line_end(lines[at], document))
    return document.with_texts({first: join([*lines[:at], new, *lines[at:]])})


def shared_place(document: Document, keyword: str, before: int) -> int | None:
    """The line that lists most interfaces of a class in a file that has more names in such lines than single.

    It stands before a place, because ifupdown2 wants `auto` before `iface`. A line with a remark behind its
    names, which to the engines are names as well, is left alone.
    """
    listed = {
        place: names_at(document, place)
        for place, block in enumerate(document.blocks)
        if block.keyword == keyword
    }
    counts = {
        place: len(names)
        for place, names in listed.items()
        if not any(name.startswith("#") for name in names)
    }
    single = sum(count == 1 for count in counts.values())
    fullest = max(
        (place for place in counts if place < before), key=lambda place: counts[place], default=None
    )
    if fullest is None or counts[fullest] < 2 or sum(counts.values()) <= 2 * single:
        return None
    return fullest


def is_reference(key: str) -> bool:
    """Whether an option's value names other interfaces."""
    return key.replace("_", "-") in _REFERENCES


def renamed_texts(document: Document, mention: str, renaming: Renaming) -> dict[int, str]:
    """The texts of all blocks in which a renaming changes a name.

    mention: what every affected name begins with; a block without it is not looked at
    """
    grammar = document.dialect.grammar
    texts = {}
    for place, block in enumerate(document.blocks):
        if mention in block.text and block.keyword:
            text = _renamed_block(block, renaming, grammar)
            if text != block.text:
                texts[place] = text
    return texts


def _renamed_block(block: Block, renaming: Renaming, grammar: Grammar) -> str:
    lines = split(block.text, grammar)
    at = header_at(lines)
    if is_auto(block.keyword):
        if all(renaming(name) is None for name in grammar.word.findall(grammar.unfold(lines[at].value))):
            return ""
        lines[at] = _reworded(lines[at], renaming, grammar)
    elif block.keyword == "iface" and block.name:
        name = renaming(block.name)
        if name is not None and name != block.name:
            lines[at] = lines[at]._replace(value=replace_word(lines[at].value, 0, name, grammar))
        lines[at + 1 :] = [_with_references(line, renaming, grammar) for line in lines[at + 1 :]]
    return join(lines)


def _with_references(line: Line, renaming: Renaming, grammar: Grammar) -> Line:
    """An option's line with the interfaces renamed that it refers to."""
    name = line.key.replace("_", "-")
    if is_reference(name):
        reworded = _reworded(line, renaming, grammar)
        if reworded.value or not line.value:
            return reworded
        nothing = _REFERENCES[name]
        return line._replace(value=nothing) if nothing else Line("", "", "", "", "")
    if name.startswith(_PORT_SETTINGS) and "=" in line.value:
        reworded = _reworded(line, lambda word: _port_setting(word, renaming), grammar)
        return reworded if reworded.value else Line("", "", "", "", "")
    return line


def _port_setting(word: str, renaming: Renaming) -> str | None:
    port, sign, setting = word.partition("=")
    new = renaming(port)
    return None if new is None else f"{new}{sign}{setting}"


def _reworded(line: Line, renaming: Renaming, grammar: Grammar) -> Line:
    """A line with each word of its value renamed, the blanks between them as they were."""
    words = grammar.word.findall(grammar.flatten(line.value))
    value = line.value
    for number in range(len(words) - 1, -1, -1):
        new = renaming(words[number])
        if new != words[number]:
            value = replace_word(value, number, new, grammar)
    return line._replace(value=value)
