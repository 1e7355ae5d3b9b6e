"""The typed meaning of the stanzas of one interface: a bridge with its ports, a bond with its mode."""
