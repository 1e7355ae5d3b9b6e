"""A safe node to try things on: a network namespace with stand-in NICs and the real engines."""
