import base64
import hashlib
import hmac
import json
from typing import Any

import pytest

from bot.gateway.signing import InvalidTokenError, sign_claims, verify_claims

KEY = b"k" * 32
CLAIMS = {"sub": "c1", "exp": 100}


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_signed_claims_come_back() -> None:
    assert verify_claims(sign_claims(CLAIMS, KEY), KEY, 99.0) == CLAIMS


def test_token_of_another_program_is_read() -> None:
    """The example of RFC 7515, A.1."""
    token = (
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
        ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    )
    key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
    claims = verify_claims(token, base64.urlsafe_b64decode(key + "=="), 1300819379)
    assert claims["iss"] == "joe"


@pytest.mark.parametrize("now", [100.0, 1e9])
def test_expired_token_is_refused(now: float) -> None:
    with pytest.raises(InvalidTokenError):
        verify_claims(sign_claims(CLAIMS, KEY), KEY, now)


def test_token_without_an_end_is_refused() -> None:
    with pytest.raises(InvalidTokenError):
        verify_claims(sign_claims({"sub": "c1"}, KEY), KEY, 0.0)


def test_changed_claims_are_refused() -> None:
    header, _, signature = sign_claims(CLAIMS, KEY).split(".")
    with pytest.raises(InvalidTokenError):
        verify_claims(f"{header}.{part({'sub': 'c2', 'exp': 100})}.{signature}", KEY, 0.0)


@pytest.mark.parametrize("algorithm", ["none", "HS512", "RS256", None])
def test_other_algorithms_are_refused_even_with_a_right_signature(algorithm: str | None) -> None:
    body = f"{part({'alg': algorithm})}.{part(CLAIMS)}"
    signature = base64.urlsafe_b64encode(hmac.digest(KEY, body.encode(), hashlib.sha256)).rstrip(b"=").decode()
    with pytest.raises(InvalidTokenError, match="algorithm"):
        verify_claims(f"{body}.{signature}", KEY, 0.0)
    with pytest.raises(InvalidTokenError):
        verify_claims(f"{body}.", KEY, 0.0)


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "é.é.é", "x" * 5000, "a.b.c.d"])
def test_nonsense_is_refused(token: str) -> None:
    with pytest.raises(InvalidTokenError):
        verify_claims(token, KEY, 0.0)
