"""The API of accounts. Its modules are imported by name."""
