"""What lies between two states of a node: differences, impact, and the steps of an apply."""
