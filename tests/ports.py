"""Ports for servers that tests start."""

import contextlib
import random
import socket


def free_port() -> int:
    """Return a port that nobody uses, outside the range that outgoing connections take theirs from."""
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
