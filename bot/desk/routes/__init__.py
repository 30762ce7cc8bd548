"""The desk's HTTP: each module reads requests, calls the desk, and writes answers (`protocol.md`)."""
