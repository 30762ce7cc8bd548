"""Signed values: the session cookie, and the customer tokens of the merchant's shop.

Both are JSON Web Signatures with HMAC-SHA256, the one algorithm that is accepted.
Source: RFC 7515 (compact serialisation), RFC 7519 (`sub`, `exp`, `nbf`), RFC 8725 (fix the algorithm).
"""

import base64
import binascii
import hashlib
import hmac
from typing import Any, cast

import orjson

MAX_TOKEN_LENGTH = 4096
_HEADER = {"alg": "HS256", "typ": "JWT"}


class InvalidTokenError(ValueError):
    """A token is malformed, forged, or out of its time."""


def sign_claims(claims: dict[str, Any], key: bytes) -> str:
    """Return a compact HS256 token of the claims."""
    body = f"{_encode(orjson.dumps(_HEADER))}.{_encode(orjson.dumps(claims))}"
    return f"{body}.{_encode(_signature(body, key))}"


def verify_claims(token: str, key: bytes, now_s: float) -> dict[str, Any]:
    """Return the claims of a token.

    Args:
        token: compact serialisation.
        key: the shared key.
        now_s: seconds since the epoch; `exp` is required and must lie ahead, `nbf`, where there, behind.

    Raises:
        InvalidTokenError: malformed, another algorithm, a wrong signature, too early or too late.
    """
    if len(token) > MAX_TOKEN_LENGTH or token.count(".") != 2:
        raise InvalidTokenError("not a token")
    body, _, signature = token.rpartition(".")
    if not hmac.compare_digest(_decode(signature), _signature(body, key)):
        raise InvalidTokenError("wrong signature")
    header, claims = (_object(part) for part in body.split("."))
    if header.get("alg") != "HS256":
        raise InvalidTokenError("another algorithm")
    expires, begins = claims.get("exp"), claims.get("nbf", 0)
    if not isinstance(expires, int | float) or not isinstance(begins, int | float):
        raise InvalidTokenError("no time of expiry")
    if not begins <= now_s < expires:
        raise InvalidTokenError("out of its time")
    return claims


def _signature(body: str, key: bytes) -> bytes:
    return hmac.digest(key, body.encode("utf-8", "replace"), hashlib.sha256)


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidTokenError("not base64url") from error


def _object(part: str) -> dict[str, Any]:
    try:
        value = orjson.loads(_decode(part))
    except orjson.JSONDecodeError as error:
        raise InvalidTokenError("not JSON") from error
    if not isinstance(value, dict):
        raise InvalidTokenError("not an object")
    return cast(dict[str, Any], value)
