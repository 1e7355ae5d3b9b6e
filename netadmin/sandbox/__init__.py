"""A safe node to try things on: a network namespace with stand-in NICs and the real engines."""

from netadmin.sandbox.sandbox import INSTALLED, NICS, Sandbox

__all__ = ["INSTALLED", "NICS", "Sandbox"]
