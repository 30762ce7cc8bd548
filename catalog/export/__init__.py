"""Writing the shop's data down for training; training reads files, never the database."""
