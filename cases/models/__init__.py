"""Rows of the cases: a case, what happened in it, and what is being watched."""

from cases.models.cases import Case, CaseEvent, text_context
from cases.models.watches import Watch

__all__ = ["Case", "CaseEvent", "Watch", "text_context"]
