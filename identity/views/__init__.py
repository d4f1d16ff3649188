"""The pages of accounts. Their modules are imported by name."""
