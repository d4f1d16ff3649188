"""Who asks about whom: doors, admission, disclosure, budgets, audit; for web, API and admin."""
