"""The three-way merge of documents: what two people changed of one base, option by option."""

from netadmin.interfaces.merging.documents import merge
from netadmin.interfaces.merging.versions import Conflict, Merge

__all__ = ["Conflict", "Merge", "merge"]
