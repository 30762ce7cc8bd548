"""A health check: `python -m bot.launch.probe PORT PATH` ends with 0 where 200 is answered."""

import http.client
import sys
import urllib.request

_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # `http_proxy` is for other machines


def answers(port: int, path: str, timeout_s: float = 4.0, host: str = "127.0.0.1") -> bool:
    """Tell whether a process of this machine answers 200; `host` is the address that it listens on.

    What answers is not always a server: where nobody listens, a connection to a port of the range that outgoing
    connections use may be connected to itself, and hears its own request.
    """
    try:
        with _DIRECT.open(f"http://{host}:{port}{path}", timeout=timeout_s) as answer:
            return bool(answer.status == 200)
    except (OSError, http.client.HTTPException):
        return False


if __name__ == "__main__":
    sys.exit(int(not answers(int(sys.argv[1]), sys.argv[2])))
