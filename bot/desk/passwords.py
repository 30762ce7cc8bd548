"""Passwords of agents: argon2id on one thread, so that a sign-in never takes both cores from the shoppers.

Source: RFC 9106 (Argon2); OWASP Password Storage Cheat Sheet, argon2id: 46 MiB, one pass, one lane.
"""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 10
LONGEST = 256
_HASHER = PasswordHasher(time_cost=1, memory_cost=47104, parallelism=1)


def hash_password(password: str) -> str:
    """Return the hash under which a password is kept; some tens of milliseconds of one core.

    Raises:
        ValueError: shorter than 10 characters, or longer than 256.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise ValueError(f"the password: {SHORTEST} to {LONGEST} characters")
    return _HASHER.hash(password)


def verify_password(password_hash: str | None, password: str) -> bool:
    """Tell whether a password is the right one; without a hash it takes as long, so that logins cannot be found out."""
    known = password_hash if password_hash is not None else _nobodys_hash()
    try:
        _HASHER.verify(known, password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash("nobody has this password")
