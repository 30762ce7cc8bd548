import socket
import threading

from bot.launch.probe import answers
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
