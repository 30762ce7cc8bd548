"""One running instance: where its data lies, which ports it uses, and the environment its processes get."""

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.secret_key import secret_key

ROOT = Path(__file__).resolve().parents[2]
RASA_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
DEFAULT_PORT = 8080
_INTERNAL_DEFAULTS = {"rasa": 5005, "actions": 5055, "models": 5006}


class PortInUseError(RuntimeError):
    """The gateway's port is taken."""


def local_address(host: str) -> str:
    """Return where this machine itself reaches what listens on a host."""
    return "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104  (compared, not bound)


@dataclass(frozen=True, slots=True)
class Instance:
    """Addresses and folders of one `shopkeeper up`."""

    data_dir: str
    host: str
    gateway_port: int
    rasa_port: int
    actions_port: int
    models_port: int
    demo: bool = False

    @property
    def gateway_url(self) -> str:
        """Where shoppers go."""
        return f"http://{local_address(self.host)}:{self.gateway_port}"

    @property
    def data(self) -> Path:
        """The data directory."""
        return Path(self.data_dir)

    def environment(self) -> dict[str, str]:
        """Return the variables that all four processes share.

        They write bytecode whatever the caller's shell says: without it every start compiles thousands of files, Rasa's
        alone 4 s of CPU.
        """
        demo = {"SHOPKEEPER_DEMO": "1"} if self.demo and "SHOPKEEPER_DEMO" not in os.environ else {}
        return {
            **demo,
            "PYTHONDONTWRITEBYTECODE": "",
            "SHOPKEEPER_DATA_DIR": self.data_dir,
            "SHOPKEEPER_RASA_URL": f"http://127.0.0.1:{self.rasa_port}",
            "SHOPKEEPER_ACTIONS_URL": f"http://127.0.0.1:{self.actions_port}",
            "SHOPKEEPER_MODELS_URL": f"http://127.0.0.1:{self.models_port}",
            "SHOPKEEPER_SECRET_KEY": os.environ.get("SHOPKEEPER_SECRET_KEY") or secret_key(self.data),
        }

    def save(self) -> None:
        """Write the addresses where `bench`, `doctor` and tests look for them."""
        folder = self.data / "run"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "instance.json").write_text(json.dumps(asdict(self)), "utf-8")


def load_instance(data_dir: Path) -> Instance:
    """Read what the last `shopkeeper up` on this data directory wrote.

    Raises:
        FileNotFoundError: nothing was started there yet.
    """
    return Instance(**json.loads((data_dir / "run" / "instance.json").read_text("utf-8")))


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Tell whether a server could listen on the port now."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _free_ports(start: int) -> Iterator[int]:
    return (port for port in range(start, 65536) if port_is_free(port))


def plan_instance(data_dir: Path, host: str, port: int) -> Instance:
    """Choose ports: the gateway's is the one asked for, the internal ones are free ones beside it.

    Raises:
        PortInUseError: something listens on the gateway's port already.
    """
    if not port_is_free(port, host):
        raise PortInUseError(f"port {port} is in use: stop what listens there, or choose another with --port")
    taken = {port}
    chosen = {}
    for name, default in _INTERNAL_DEFAULTS.items():
        wanted = default if port == DEFAULT_PORT else port + 1
        chosen[name] = next(p for p in _free_ports(wanted) if p not in taken)
        taken.add(chosen[name])
    return Instance(str(data_dir.resolve()), host, port, chosen["rasa"], chosen["actions"], chosen["models"])


@contextmanager
def single_start(data_dir: Path) -> Iterator[None]:
    """Hold the data directory's lock, so that two instances never share one.

    Raises:
        RuntimeError: another `shopkeeper up` holds it.
    """
    import fcntl

    (data_dir / "run").mkdir(parents=True, exist_ok=True)
    with (data_dir / "run" / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise RuntimeError(
                f"{data_dir} belongs to an instance that is running: stop it, or choose another --data-dir"
            ) from error
        yield


PYTHON = sys.executable
