"""What can go wrong with the shop's data; edges turn these into words and exit codes."""


class CatalogError(Exception):
    """Base of the catalogue's own errors."""


class DatabaseTimeoutError(CatalogError, TimeoutError):
    """A database call did not end in its time."""


class DatabaseBusyError(CatalogError):
    """More database calls wait than the bound allows."""


class NotFoundError(CatalogError):
    """No such row, or none that this customer may see."""


class NotOwnerError(CatalogError):
    """Somebody else has the conversation now: what was to be said or changed does not happen."""


class NameTakenError(CatalogError):
    """A name that must be the only one of its kind exists already."""


class OutOfStockError(CatalogError):
    """A variant has less stock than is wanted."""

    def __init__(self, variant_id: str, available: int) -> None:
        """Keep the variant's merchant id and what is left of it."""
        super().__init__(f"variant {variant_id}: {available} left")
        self.variant_id = variant_id
        self.available = available


class PriceMissingError(CatalogError):
    """A variant has no price in the currency asked for."""


class DatabaseAddressError(CatalogError, ValueError):
    """An address that names no file, or no engine that the shop can be kept in."""


class DatabaseUnusableError(CatalogError):
    """The database cannot be read, or belongs to a newer version of the program."""


class UnreadableFileError(CatalogError):
    """An import file cannot be read at all."""
