"""The same check as others would write it, measured beside ours: written to win, no part of the service."""
