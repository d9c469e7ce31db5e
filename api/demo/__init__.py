"""The demo company: a small shop on an origin of its own, and what it needs to be set up. Its data are in demo/."""
