"""The admin of the records: read only, but for the rules of sources and for what is held or refused."""

from records.admin import feeds, held, people, rules

__all__ = ["feeds", "held", "people", "rules"]
