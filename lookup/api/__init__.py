"""The API of look-ups: citizens ask by bearer token, devices by key, and anybody reads the catalogue."""
