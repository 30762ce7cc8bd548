"""How much one conversation and one address may say in a minute."""

import math
import time
from collections.abc import Callable

from bot.gateway.errors import RateLimitedError

_MINUTE_S = 60.0
_SWEEP_EVERY = 10_000


class RateLimits:
    """Allowances that fill up steadily, in memory: one gateway process serves an instance.

    A key may use its allowance of a minute at once, and gets one `rate`-th of it back every 60 / `rate` seconds. Kept
    is one number a key. An address of None is this machine itself (an operator, a benchmark): only its conversations
    are limited.

    Args:
        per_conversation: messages a minute.
        per_address: messages, and requests of each other kind, a minute.
        clock: seconds that only go forward.

    Source:
        The generic cell rate algorithm (ITU-T I.371, virtual scheduling). The `limits` library's memory storage was
        measured at 0.7 ms a message: it starts a thread for each sweep of all keys.
    """

    def __init__(self, *, per_conversation: int, per_address: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_conversation = per_conversation
        self._per_address = per_address
        self._clock = clock
        self._full_again_s: dict[tuple[str, str], float] = {}
        self._taken = 0

    def take_message(self, conversation_id: str, address: str | None) -> None:
        """Count one message.

        Raises:
            RateLimitedError: with the seconds after which the next one is taken.
        """
        self._take(self._per_conversation, "conversation", conversation_id)
        if address is not None:
            self._take(self._per_address, "address", address)

    def take_request(self, kind: str, address: str | None) -> None:
        """Count one request of another kind (events, sign-in, history, a WebSocket frame); as `take_message`."""
        if address is not None:
            self._take(self._per_address, kind, address)

    def _take(self, rate: int, kind: str, key: str) -> None:
        now = self._clock()
        full_again_s = max(self._full_again_s.get((kind, key), now), now) + _MINUTE_S / rate
        if full_again_s - now > _MINUTE_S + 1e-6:
            wait_s = full_again_s - now - _MINUTE_S
            raise RateLimitedError(f"{kind} over its rate", retry_after_s=max(1, math.ceil(wait_s)))
        self._full_again_s[kind, key] = full_again_s
        self._taken += 1
        if self._taken % _SWEEP_EVERY == 0:
            self._full_again_s = {key: full for key, full in self._full_again_s.items() if full > now}
