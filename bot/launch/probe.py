"""A health check for containers: `python -m bot.launch.probe PORT PATH` ends with 0 where 200 is answered."""

import sys
import urllib.request


def main(port: str, path: str) -> int:
    """Ask the process in this container."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{int(port)}{path}", timeout=4) as answer:
            return int(answer.status != 200)
    except OSError:
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
