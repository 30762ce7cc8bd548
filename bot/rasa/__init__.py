"""The dialogue engine: Rasa 3.6, core only. This code runs on Python 3.10, in `.venv-rasa`, and nowhere else."""
