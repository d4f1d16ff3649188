"""The deployment: settings, URLs, queue, embedded PostgreSQL. Names the apps only as strings."""
