"""Tests that need Rasa's own interpreter; the standard library runs them, `tests/unit/rasa` starts it."""
