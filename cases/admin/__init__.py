"""The queue of cases for colleagues, and the page on which one is worked on."""

from cases.admin import cases

__all__ = ["cases"]
