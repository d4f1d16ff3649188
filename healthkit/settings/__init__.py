"""Two ways to run: embedded (a developer's or visitor's machine) and production (a server)."""
