"""The commands behind `warmline …`, one module a day's work."""
