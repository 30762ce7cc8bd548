"""How many WebSockets are open, in all and of one address."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from bot.gateway.errors import BusyError, RateLimitedError


class Connections:
    """Bounds on open connections; an address of None (this machine itself) counts in all only."""

    def __init__(self, *, most: int, most_per_address: int) -> None:
        self._most = most
        self._most_per_address = most_per_address
        self._addresses: Counter[str] = Counter()
        self.open = 0

    @contextmanager
    def admitted(self, address: str | None) -> Iterator[None]:
        """Count one connection while the context lasts.

        Raises:
            BusyError: too many in all.
            RateLimitedError: too many of this address.
        """
        if self.open >= self._most:
            raise BusyError("too many connections", retry_after_s=10)
        if address is not None and self._addresses[address] >= self._most_per_address:
            raise RateLimitedError("too many connections of one address", retry_after_s=10)
        self.open += 1
        if address is not None:
            self._addresses[address] += 1
        try:
            yield
        finally:
            self.open -= 1
            if address is not None:
                self._addresses[address] -= 1
                if not self._addresses[address]:
                    del self._addresses[address]
