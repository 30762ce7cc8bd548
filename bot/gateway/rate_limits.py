"""How much one conversation and one address may say in a minute."""

import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from bot.gateway.errors import RateLimitedError


class RateLimits:
    """Moving windows of one minute, in memory: one gateway process serves an instance.

    An address of None is this machine itself (an operator, a benchmark): only its conversations are limited.
    """

    def __init__(self, *, per_conversation: int, per_address: int) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._per_conversation = RateLimitItemPerMinute(per_conversation)
        self._per_address = RateLimitItemPerMinute(per_address)

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

    def _take(self, item: RateLimitItemPerMinute, kind: str, key: str) -> None:
        if self._limiter.hit(item, kind, key):
            return
        reset = self._limiter.get_window_stats(item, kind, key).reset_time
        raise RateLimitedError(f"{kind} over its rate", retry_after_s=max(1, math.ceil(reset - time.time())))
