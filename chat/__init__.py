"""The conversation: an append-only event log and what is folded from it. Owns inboxes, contacts, conversations, episodes, events."""
