"""Where the shop's database is, and what an empty one is filled with."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class CatalogSettings(BaseSettings):
    """Settings of the catalogue, from the environment."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    data_dir: Path = Field(
        Path("data"), validation_alias="SHOPKEEPER_DATA_DIR", description="Folder of the SQLite files and caches."
    )
    database_url: str = Field(
        "", validation_alias="DATABASE_URL", description="Database address; empty means SQLite in the data directory."
    )

    demo: bool = Field(
        True,
        validation_alias="SHOPKEEPER_DEMO",
        description="An empty shop is filled with the demo shop at the first start.",
    )

    @property
    def url(self) -> str:
        """Return the database address, the SQLite file in the data directory where none is set."""
        return self.database_url or f"sqlite:///{self.data_dir / 'shop.db'}"
