"""Scripts of this project's own upkeep; not installed."""
