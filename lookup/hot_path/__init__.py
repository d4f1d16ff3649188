"""The checkpoint in front of Django's handler: two addresses, connections of its own, nothing else."""
