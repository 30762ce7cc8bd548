"""A health check: `python -m bot.launch.probe PORT PATH` ends with 0 where 200 is answered."""

import http.client
import sys
import urllib.request


def answers(port: int, path: str, timeout_s: float = 4.0) -> bool:
    """Tell whether a process of this machine answers 200.

    What answers is not always a server: where nobody listens, a connection to a port of the range that outgoing
    connections use may be connected to itself, and hears its own request.
    """
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=timeout_s) as answer:
            return bool(answer.status == 200)
    except (OSError, http.client.HTTPException):
        return False


if __name__ == "__main__":
    sys.exit(int(not answers(int(sys.argv[1]), sys.argv[2])))
