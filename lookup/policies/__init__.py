"""The dated rules: the rows that are seeded, and later their dry run, alarm and replay."""
