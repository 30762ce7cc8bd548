"""The guard of tests/conftest.py: nothing leaves this machine."""

import socket

import pytest

from tests.conftest import NetworkAccessError


def test_connections_to_other_machines_fail() -> None:
    with socket.socket() as plain, pytest.raises(NetworkAccessError):
        plain.connect(("192.0.2.1", 80))


def test_loopback_is_open() -> None:
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())
