"""A city of invented people, for the embedded run and for tests; never installed in production."""
