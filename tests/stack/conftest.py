"""The node's rig, for files of real nodes."""

from tests.node.conftest import make_rig

__all__ = ["make_rig"]
