"""What `make run` keeps running, and how it ends."""
