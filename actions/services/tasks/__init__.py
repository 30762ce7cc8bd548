"""Service tasks as frames on a stack: pure functions that read a turn, fill slots and choose what to ask next."""
