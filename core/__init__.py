"""Floor 0: what everything stands on. See ARCHITECTURE.md."""
