"""The shop in SQL: models, repositories, importers, search and the demo shop."""
