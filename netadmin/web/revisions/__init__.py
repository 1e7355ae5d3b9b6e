"""The saved files as they once were."""
