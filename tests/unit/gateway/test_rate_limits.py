import pytest

from bot.gateway.errors import RateLimitedError
from bot.gateway.rate_limits import RateLimits


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def refused(limits: RateLimits, conversation: str, address: str | None = None) -> int:
    """Return the seconds to wait, 0 where the message is taken."""
    try:
        limits.take_message(conversation, address)
    except RateLimitedError as error:
        return error.retry_after_s or -1
    return 0


def test_allowance_may_be_used_at_once_and_comes_back_steadily() -> None:
    clock = Clock()
    limits = RateLimits(per_conversation=6, per_address=100, clock=clock)
    assert [refused(limits, "one") for _ in range(7)] == [0] * 6 + [10]
    assert refused(limits, "two") == 0
    clock.now_s += 9
    assert refused(limits, "one") == 1
    clock.now_s += 1
    assert [refused(limits, "one") for _ in range(2)] == [0, 10]
    clock.now_s += 600
    assert [refused(limits, "one") for _ in range(7)] == [0] * 6 + [10]


def test_no_minute_takes_more_than_twice_the_rate() -> None:
    clock = Clock()
    limits = RateLimits(per_conversation=60, per_address=100, clock=clock)
    taken = 0
    for _ in range(600):
        taken += refused(limits, "one") == 0
        clock.now_s += 0.1
    assert 60 <= taken <= 120


def test_addresses_are_limited_but_not_this_machine() -> None:
    limits = RateLimits(per_conversation=10, per_address=2, clock=Clock())
    assert [bool(refused(limits, f"c{n}", "203.0.113.1")) for n in range(3)] == [False, False, True]
    assert not any(refused(limits, f"d{n}", None) for n in range(50))
    for _ in range(2):
        limits.take_request("sign_in", "203.0.113.1")
    with pytest.raises(RateLimitedError):
        limits.take_request("sign_in", "203.0.113.1")


def test_keys_that_have_recovered_are_forgotten() -> None:
    clock = Clock()
    limits = RateLimits(per_conversation=6000, per_address=2, clock=clock)
    for number in range(9_999):
        limits.take_message(f"c{number}", None)
    clock.now_s += 61
    limits.take_message("last", None)
    assert len(limits._full_again_s) == 1
