import http.server
import socket
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.launch.instance import Instance, local_address
from bot.launch.probe import answers
from bot.launch.supervision import services
from bot.launch.up import is_ready
from tests.ports import free_port


def test_probe_of_a_port_where_nobody_listens_is_no() -> None:
    assert not answers(free_port(), "/readyz", timeout_s=1)


def test_probe_that_hears_its_own_request_is_no() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def echo() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(connection.recv(4096))

        thread = threading.Thread(target=echo)
        thread.start()
        assert not answers(server.getsockname()[1], "/readyz", timeout_s=2)
        thread.join(5)


class _Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port_at_another_address() -> Iterator[int]:
    """Serve at 127.0.0.2 alone, as `shopkeeper up --host` does at an address of the network."""
    with http.server.HTTPServer(("127.0.0.2", 0), _Ready) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join(5)


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has only 127.0.0.1 of the loopback network")
def test_gateway_at_another_address_is_ready(
    port_at_another_address: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    instance = Instance(str(tmp_path), "127.0.0.2", port_at_another_address, 1, 2, 3)
    gateway = services(instance)[-1]
    assert is_ready(gateway)
    assert not is_ready(replace(gateway, host="127.0.0.1"))


def test_gateway_at_every_address_is_asked_at_loopback() -> None:
    assert local_address("0.0.0.0") == "127.0.0.1"
    assert local_address("192.0.2.7") == "192.0.2.7"
