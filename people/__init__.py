"""Floor 1: who works here and what they may do. Owns person, session, api_key, audit and model_spend.

roles.py      what each role may do, in one table
person.py     persons: make, list, change, deactivate
passwords.py  argon2id, outside every unit, in a bounded pool
session.py    sign in, look up, sign out, change the password
api_keys.py   keys for programs, with scopes
audit.py      the append-only, hash-chained record of who changed what
budget.py     how many model tokens a workspace and a conversation may spend

Never does HTTP; never hashes a password inside a unit.
"""
