"""What can go wrong between this server and Chatwoot, as far as it makes a difference here."""


class ChatwootError(Exception):
    """Base of the errors below; their words never hold the token or what a shopper said."""


class MissingError(ChatwootError):
    """There is no such thing in Chatwoot (any more)."""


class RefusedError(ChatwootError):
    """Chatwoot does not take this request."""


class UnreachableError(ChatwootError):
    """Chatwoot did not answer, or cannot now; whether it has done what was asked is not known.

    Args:
        reason: for the log.
        after_s: seconds to wait at least, where Chatwoot says so.
    """

    def __init__(self, reason: str, after_s: float | None = None) -> None:
        """Keep the time."""
        super().__init__(reason)
        self.after_s = after_s


class TokenError(UnreachableError):
    """Chatwoot does not take the token; nothing is wrong with the request, so it may be made again later."""
