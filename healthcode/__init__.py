"""The rule book: facts about a person and a clock in, a verdict out; no names, no ID numbers, no Django."""
