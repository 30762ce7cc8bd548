"""The project's own training text, and ways to read it."""
