"""A transaction as it happens, and the human's word on it."""
