"""What the kernel has, read by netlink into frozen values."""
