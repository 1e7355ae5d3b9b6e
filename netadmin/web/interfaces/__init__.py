"""The forms of an interface, and its raw text."""
