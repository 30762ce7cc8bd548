"""`shopkeeper up`: from a clean checkout to four healthy processes."""
