"""The API of a citizen's cases."""
