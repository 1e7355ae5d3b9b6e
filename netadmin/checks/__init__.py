"""Findings about a set of definitions, one module per subject."""
