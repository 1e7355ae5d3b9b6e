"""One module per verb an admin has."""
