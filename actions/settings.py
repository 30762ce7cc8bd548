"""Settings of the action server, from the environment."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

LogLevel = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(str.upper)]


class ActionSettings(BaseSettings):
    """What the action server depends on."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    host: str = Field("127.0.0.1", validation_alias="SHOPKEEPER_HOST", description="Address to listen on.")
    port: int = Field(5055, validation_alias="SHOPKEEPER_PORT", description="Port to listen on.")
    models_url: str = Field(
        "http://127.0.0.1:5006", validation_alias="SHOPKEEPER_MODELS_URL", description="Address of the model server."
    )
    internal_token: str = Field(
        "",
        validation_alias="SHOPKEEPER_INTERNAL_TOKEN",
        description="Bearer token asked of callers, sent to the models.",
    )
    demo: bool = Field(
        False,
        validation_alias="SHOPKEEPER_DEMO",
        description="Demo shop: checkout says that nothing is charged or sent.",
    )
    log_level: LogLevel = Field(
        "INFO", validation_alias="SHOPKEEPER_LOG_LEVEL", description="Least level that is logged."
    )
    action_timeout_s: float = Field(
        8.0,
        validation_alias="SHOPKEEPER_ACTION_TIMEOUT_S",
        gt=0,
        le=10,
        description="Longest that one action may take.",
    )
