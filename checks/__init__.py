"""The house's own rules as checks. `python -m checks` prints what breaks them and ends with 1."""
