"""The law in code: working days, the legal clock, identifiers. Pure; see README.md."""
