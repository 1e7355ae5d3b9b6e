"""The nodes and what each shows."""
