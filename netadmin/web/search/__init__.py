"""Finding interfaces on all nodes."""
