"""Frozen cases: one bot turn with all it was made from, so that it can be made again offline, anywhere, to the same result."""
