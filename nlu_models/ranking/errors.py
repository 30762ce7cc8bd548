"""What can go wrong with the ranker."""


class RankingError(Exception):
    """The export or the weights cannot be used; the message says which line or file and why."""


class UnknownVersionError(LookupError):
    """The product table of this version is not loaded."""
