"""What can go wrong with the encoder's files."""

from __future__ import annotations


class EncoderError(RuntimeError):
    """The encoder's base weights or its exported graph cannot be used; the message says what to do."""
