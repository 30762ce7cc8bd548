"""Checks of passwords off the event loop, few at a time: each takes 46 MiB for some tens of milliseconds."""

import asyncio

from bot.desk.passwords import verify_password
from bot.gateway.errors import BusyError

AT_ONCE = 2
MAX_WAITING = 32


class PasswordChecks:
    """Bounds what sign-ins cost: a flood of them waits, then is refused, and the shoppers' work goes on."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._under_way = 0

    async def is_right(self, password_hash: str | None, password: str) -> bool:
        """Tell whether a password is the right one; without a hash it is not, and that takes as long to say.

        Raises:
            BusyError: too many sign-ins wait.
        """
        if self._under_way >= MAX_WAITING:
            raise BusyError("too many sign-ins", retry_after_s=2)
        self._under_way += 1
        try:
            async with self._slots:
                return await asyncio.to_thread(verify_password, password_hash, password)
        finally:
            self._under_way -= 1
