"""Reading the merchant's files into the shop."""
