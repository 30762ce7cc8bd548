"""Measuring the models on files."""
