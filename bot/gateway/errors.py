"""What the gateway refuses or cannot do; `problems.py` turns these into status codes and words."""


class GatewayError(Exception):
    """Base of the gateway's own errors; `code` names the text in `texts.yml` and the code in the answer."""

    code = "internal"

    def __init__(self, detail: str = "", *, retry_after_s: int | None = None) -> None:
        """Keep a detail for the log and, where waiting helps, how long."""
        super().__init__(detail or self.code)
        self.retry_after_s = retry_after_s


class InvalidRequestError(GatewayError):
    """The request does not have the documented shape."""

    code = "invalid"


class EmptyMessageError(GatewayError):
    """Nothing was said."""

    code = "empty"


class MessageTooLongError(GatewayError):
    """A message is longer than the limit."""

    code = "too_long"


class ForbiddenConversationError(GatewayError):
    """The conversation belongs to somebody else."""

    code = "forbidden"


class ForeignOriginError(GatewayError):
    """A request with our cookie comes from a page that may not send it."""

    code = "origin"


class SignInError(GatewayError):
    """A customer's token is not valid, or the customer is unknown."""

    code = "sign_in"


class NotFoundError(GatewayError):
    """There is no such thing."""

    code = "not_found"


class RateLimitedError(GatewayError):
    """Too many messages in a short time."""

    code = "rate_limited"


class BusyError(GatewayError):
    """More work waits than the bounds allow, or the database cannot take it."""

    code = "busy"


class DialogueUnavailableError(GatewayError):
    """The dialogue server cannot be reached or gives no usable answer."""

    code = "unavailable"


class SilentDialogueError(DialogueUnavailableError):
    """The dialogue server answered with nothing: its state needs repair."""
