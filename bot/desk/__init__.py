"""The desk: people take conversations over, answer, and hand them back. `protocol.md` has its routes and frames."""
