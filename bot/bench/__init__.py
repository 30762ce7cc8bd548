"""Benchmarks as commands: they print JSON, and each compares with a baseline in the same run."""
