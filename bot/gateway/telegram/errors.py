"""What can go wrong between this server and Telegram, as far as it makes a difference here."""


class TelegramChannelError(Exception):
    """Base of the errors below; their words never hold the token."""


class ChatGoneError(TelegramChannelError):
    """The person has blocked the bot, or the chat is no more."""


class RefusedError(TelegramChannelError):
    """Telegram does not take this request; the same one will not be taken later either."""


class UnreachableError(TelegramChannelError):
    """Telegram did not answer, several times; whether it has done what was asked is not known."""


class RetryLaterError(TelegramChannelError):
    """It has to be tried again after a while.

    Args:
        after_s: seconds to wait.
        reason: for the log.
        counted: whether this was a try, of which there are few; else something has to come first.
    """

    def __init__(self, after_s: float, reason: str = "later", *, counted: bool = True) -> None:
        """Keep the time and whether it counts."""
        super().__init__(reason)
        self.after_s = after_s
        self.counted = counted
