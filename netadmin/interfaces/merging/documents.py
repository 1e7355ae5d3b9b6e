"""The merge of whole documents: stanza by stanza, in an order that both sides would recognise."""

from collections import Counter, defaultdict
from itertools import pairwise

from netadmin.interfaces.blocks import Block
from netadmin.interfaces.document import Document, parse
from netadmin.interfaces.edit.places import ends_blank, is_auto, parts_by_blank_lines
from netadmin.interfaces.merging.stanzas import merge_stanza
from netadmin.interfaces.merging.versions import Conflict, Merge
from netadmin.interfaces.stanzas import Iface, Stanza

# What a block is called in all three versions: what it is about, and a number where there are several such.
_Id = tuple[str, ...]
_Named = dict[_Id, Block]


def merge(base: Document, ours: Document, theirs: Document) -> Merge:
    """What ours and theirs changed of base, in one document; where both changed the same, ours stands.

    What only one side touched is taken from it with every byte.
    """
    was = _named(base)
    our, their = _named_like(ours, was), _named_like(theirs, was)
    merged: dict[_Id, str] = {}
    conflicts: list[Conflict] = []
    for about in _order(was, our, their):
        text, more = _merge_block(was.get(about), our.get(about), their.get(about), ours)
        conflicts += more
        if text:
            merged[about] = text
    text = _joined(merged, {*pairwise(our), *pairwise(their)}, ours)
    return Merge(parse(text, dialect=ours.dialect, file=ours.file), tuple(conflicts))


def _named(document: Document) -> _Named:
    """The blocks of a document by what they are about: a free text is about the stanza above it."""
    numbers: Counter[_Id] = Counter()
    named: _Named = {}
    above: _Id = ()
    for block, stanza in zip(document.blocks, document.stanzas, strict=True):
        if block.keyword:
            above = subject = _subject(block, stanza)
        else:
            subject = ("below", *above)
        named[*subject, str(numbers[subject])] = block
        numbers[subject] += 1
    return named


def _named_like(document: Document, base: _Named) -> _Named:
    """The same, but a free text keeps the name it has in the base when the stanza above it changed."""
    named = _named(document)
    moved = {
        about for about, block in named.items() if not block.keyword and not _same(block, base.get(about))
    }
    free = {
        _text(block).strip(): about
        for about, block in base.items()
        if not block.keyword and (about not in named or about in moved)
    }
    names = {about: free.pop(named[about].text.strip(), about) for about in named if about in moved}
    taken = {name for about, name in names.items() if name != about}
    for about, name in names.items():
        if name == about and name in taken:
            names[about] = (*name, "new")
    return {names.get(about, about): block for about, block in named.items()}


def _subject(block: Block, stanza: Stanza) -> _Id:
    if isinstance(stanza, Iface):
        return (block.keyword, stanza.name, stanza.family)
    return (block.keyword, block.name) if is_auto(block.keyword) else (block.keyword, block.text.strip())


def _order(was: _Named, our: _Named, their: _Named) -> list[_Id]:
    """The order of theirs where ours kept that of the base, else ours; what only the other has follows what
    it follows there."""
    kept = [about for about in our if about in was] == [about for about in was if about in our]
    first, second = (their, our) if kept else (our, their)
    behind: defaultdict[_Id | None, list[_Id]] = defaultdict(list)
    anchor: _Id | None = None
    for about in second:
        if about in first:
            anchor = about
        else:
            behind[anchor].append(about)
    order = behind[None]
    for about in first:
        order += [about, *behind[about]]
    return order


def _merge_block(
    was: Block | None, our: Block | None, their: Block | None, document: Document
) -> tuple[str, list[Conflict]]:
    if _same(our, their):
        return _text(their if our == was else our), []
    if _same(was, our):
        return _with_end(their, was, our), []
    if _same(was, their):
        return _with_end(our, was, their), []
    if our is not None and their is not None and our.keyword:
        return merge_stanza(was, our, their, document)
    keyword, name = next((block.keyword, block.name) for block in (was, our, their) if block is not None)
    interface = name if keyword == "iface" or is_auto(keyword) else ""
    option = keyword if is_auto(keyword) else ""
    values = [block.text.strip() if block is not None else None for block in (was, our, their)]
    return _text(our), [Conflict(interface, option, *values)]


def _same(one: Block | None, other: Block | None) -> bool:
    """Whether two blocks are the same but for blank lines at their end, which change with what follows."""
    return _text(one).rstrip() == _text(other).rstrip()


def _with_end(changed: Block | None, was: Block | None, other: Block | None) -> str:
    """The changed text; with the blank lines at the end of the other version where only that one moved them."""
    text = _text(changed)
    if changed is None or was is None or other is None or _end(changed) != _end(was):
        return text
    return text.rstrip() + _end(other)


def _end(block: Block) -> str:
    return block.text[len(block.text.rstrip()) :]


def _text(block: Block | None) -> str:
    return "" if block is None else block.text


def _joined(merged: dict[_Id, str], neighbours: set[tuple[_Id, _Id]], document: Document) -> str:
    """The texts in their order; where two meet that did not before, parted as the file parts stanzas."""
    gap = document.newline if parts_by_blank_lines(document) else ""
    texts = list(merged.values())
    for number, (above, below) in enumerate(pairwise(merged)):
        text = texts[number]
        if not text.endswith(("\n", "\r")):
            text += document.newline
        if (above, below) not in neighbours and not is_auto(above[0]) and not ends_blank(text):
            text += gap
        texts[number] = text
    return "".join(texts)
