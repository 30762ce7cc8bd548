"""The dialogue engine's files: Rasa 3.6, core only. Code here runs on Python 3.10, in `.venv-rasa`, and nowhere else."""
