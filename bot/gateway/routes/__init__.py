"""HTTP at the edge: each module reads requests, calls what lies below, and writes answers."""
