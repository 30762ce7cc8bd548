"""Who sends a webhook: Chatwoot's signature, or for versions that do not sign, the secret in the address.

Source:
    Chatwoot's API reference, "webhook": `X-Chatwoot-Signature` is `sha256=` and the HMAC-SHA256 of
    `{X-Chatwoot-Timestamp}.{raw body}` under the webhook's secret.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

SIGNATURE: Final = "X-Chatwoot-Signature"
TIMESTAMP: Final = "X-Chatwoot-Timestamp"
MAX_AGE_S: Final = 300


def is_from_chatwoot(
    body: bytes, headers: Mapping[str, str], secret_in_address: str | None, secret: str, *, now_s: float
) -> bool:
    """Tell whether a request is genuine and not older than five minutes.

    Args:
        body: as it came.
        headers: of the request.
        secret_in_address: what the address carries; counts only where the request is not signed.
        secret: the right one.
        now_s: seconds since the epoch.
    """
    signature = headers.get(SIGNATURE)
    if signature is None:
        given = (secret_in_address or "").encode("utf-8", "replace")
        return hmac.compare_digest(given, secret.encode())
    stamp = headers.get(TIMESTAMP, "")
    if not (stamp.isascii() and stamp.isdigit() and abs(now_s - int(stamp[:20])) <= MAX_AGE_S):
        return False
    return hmac.compare_digest(signature.encode("utf-8", "replace"), sign(body, stamp, secret).encode())


def sign(body: bytes, timestamp: str, secret: str) -> str:
    """Return the signature of a body."""
    return "sha256=" + hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
