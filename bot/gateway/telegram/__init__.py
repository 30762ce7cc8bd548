"""Telegram: a channel like the widget; updates come in once, what is said goes out by a cursor in the database."""
