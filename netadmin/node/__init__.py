"""What runs as root on a node: no Django, no database."""
