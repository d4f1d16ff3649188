"""What stands behind identity's ports; each module says in its name what it is."""
