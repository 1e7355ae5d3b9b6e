"""Change sets: looking through them, staging, applying, rebasing."""
