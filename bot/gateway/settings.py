"""The gateway's settings, from the environment; docs/settings.md lists them."""

import ipaddress
import re
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from yarl import URL

from bot.desk.hours import OpeningHours

MIN_KEY_LENGTH = 32
MIN_WEBHOOK_SECRET = 16
_TELEGRAM_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]{20,}")
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")
_ADDRESS = re.compile(r"https?://[^\s/?#]+(?:/[^\s?#]*)?")
_HOST = re.compile(r"[\w.:-]+")
LogLevel = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(str.upper)]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class GatewaySettings(BaseSettings):
    """One frozen object; each field is an environment variable `SHOPKEEPER_…`, and `DATABASE_URL`."""

    model_config = SettingsConfigDict(
        env_prefix="SHOPKEEPER_", frozen=True, extra="ignore", populate_by_name=True, hide_input_in_errors=True
    )

    data_dir: Path = Field(Path("data"), description="Folder of the SQLite file and of the secret key.")
    database_url: str = Field(
        "",
        validation_alias="DATABASE_URL",
        description="Database address; empty: SQLite in the data directory.",
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    log_level: LogLevel = Field("INFO", description="Level of the log.")
    rasa_url: str = Field("http://127.0.0.1:5005", description="Address of the dialogue server.")
    internal_token: SecretStr = Field(SecretStr(""), description="Token shared by the internal servers; empty: none.")
    secret_key: SecretStr = Field(
        SecretStr(""),
        description="Signs session cookies, 32 characters or more; empty: made once in the data folder.",
    )
    customer_key: SecretStr = Field(
        SecretStr(""),
        description="The merchant's shop signs customer tokens (HS256) with it; empty: no such sign-in.",
    )
    demo: bool = Field(False, description="Demo shop: anybody may sign in as a synthetic customer.")
    shop_name: str = Field(
        "", max_length=80, description="The shop's name on the gateway's own pages; empty: \"Our shop\"."
    )
    trace: bool = Field(False, description="Answers carry `understanding`.")
    public_url: str = Field("", description="Address that shoppers use, where it is not the one of the Host header.")
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Origins of the merchant's pages that embed the widget, separated by commas."
    )
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode] = Field(
        (ipaddress.ip_network("127.0.0.1"), ipaddress.ip_network("::1")),
        description="Networks whose X-Forwarded-For and X-Forwarded-Proto are believed, separated by commas.",
    )
    metrics_token: SecretStr = Field(
        SecretStr(""),
        description="Bearer token that opens /metrics to others than this machine; empty: nobody else.",
    )
    rate_per_minute: int = Field(60, ge=1, description="Messages a minute in one conversation.")
    rate_per_address: int = Field(
        600, ge=1, description="Messages a minute from one address, all its conversations together."
    )
    max_connections: int = Field(2000, ge=1, description="Open WebSockets in all.")
    max_connections_per_address: int = Field(50, ge=1, description="Open WebSockets of one address.")
    max_turns: int = Field(32, ge=1, description="Conversations that are answered at the same time.")
    max_waiting: int = Field(1000, ge=1, description="Messages in all that may wait for an answer; more get 503.")
    max_waiting_per_conversation: int = Field(8, ge=1, description="Messages of one conversation that may wait.")
    rasa_timeout_s: float = Field(4.5, gt=0, description="Longest wait for the dialogue server; then an apology.")
    turn_timeout_s: float = Field(10.0, gt=0, description="Longest wait for an answer, queueing included.")
    session_days: int = Field(180, ge=1, description="Life of the session cookie.")
    customer_hours: int = Field(12, ge=1, description="How long a customer stays signed in.")
    desk_hours: str = Field(
        "", description="When people are at the desk, as `Mon-Fri 09:00-18:00 Europe/Berlin`; empty: always."
    )
    models_url: str = Field(
        "http://127.0.0.1:5006", description="Address of the model server, for drafts of answers at the desk."
    )
    chatwoot_url: str = Field(
        "", description="Address of a Chatwoot where people answer instead of at this server's desk; empty: off."
    )
    chatwoot_token: SecretStr = Field(SecretStr(""), description="API access token of an administrator of Chatwoot.")
    chatwoot_account: int = Field(0, ge=0, description="Number of the account in Chatwoot.")
    chatwoot_inbox: int = Field(0, ge=0, description="Number of the API inbox in Chatwoot.")
    chatwoot_webhook_secret: SecretStr = Field(
        SecretStr(""), description="Secret of Chatwoot's webhook, which signs what it sends; 16 characters or more."
    )
    chatwoot_timeout_s: float = Field(10.0, gt=0, description="Longest wait for one answer of Chatwoot.")
    telegram_mode: Literal["off", "polling", "webhook"] = Field(
        "off", description="Telegram: `off`, `polling` (one process, development) or `webhook`."
    )
    telegram_token: SecretStr = Field(SecretStr(""), description="Token of the Telegram bot, from BotFather.")
    telegram_webhook_secret: SecretStr = Field(
        SecretStr(""), description="Secret that Telegram sends with updates; empty: derived from the secret key."
    )
    telegram_api_url: str = Field("https://api.telegram.org", description="Address of the Telegram Bot API.")
    telegram_timeout_s: float = Field(10.0, gt=0, description="Longest wait for one answer of Telegram.")

    @field_validator("shop_name")
    @classmethod
    def _without_spaces_around(cls, value: str) -> str:
        return value.strip()

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _split_origins(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("allowed_origins")
    @classmethod
    def _as_browsers_send_them(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_origin(text) for text in value)

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _split_networks(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(ipaddress.ip_network(part.strip()) for part in value.split(",") if part.strip())
        return value

    @field_validator("rasa_url", "public_url", "telegram_api_url", "models_url", "chatwoot_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @field_validator("rasa_url", "public_url", "telegram_api_url", "models_url")
    @classmethod
    def _is_an_address(cls, value: str, info: ValidationInfo) -> str:
        if value and not _ADDRESS.fullmatch(value):
            raise ValueError(
                f"SHOPKEEPER_{str(info.field_name).upper()} begins with https:// or http://, as https://shop.example"
            )
        return value

    @field_validator("desk_hours")
    @classmethod
    def _hours_can_be_read(cls, value: str) -> str:
        try:
            OpeningHours.parse(value)
        except ValueError as error:
            raise ValueError(f"SHOPKEEPER_DESK_HOURS: {error}") from error
        return value.strip()

    @model_validator(mode="after")
    def _keys_are_long(self) -> Self:
        for name in ("secret_key", "customer_key"):
            key = getattr(self, name).get_secret_value()
            if key and len(key) < MIN_KEY_LENGTH:
                raise ValueError(f"SHOPKEEPER_{name.upper()} is shorter than {MIN_KEY_LENGTH} characters")
        return self

    @model_validator(mode="after")
    def _chatwoot_is_complete(self) -> Self:
        if not self.chatwoot_url:
            return self
        if not self.chatwoot_url.startswith(("https://", "http://")):
            raise ValueError("SHOPKEEPER_CHATWOOT_URL begins with https:// (or http:// inside your own network)")
        for name in ("token", "account", "inbox"):
            value = getattr(self, f"chatwoot_{name}")
            if not (value.get_secret_value() if isinstance(value, SecretStr) else value):
                raise ValueError(
                    f"SHOPKEEPER_CHATWOOT_URL needs SHOPKEEPER_CHATWOOT_{name.upper()}; see docs/chatwoot.md"
                )
        if len(self.chatwoot_webhook_secret.get_secret_value()) < MIN_WEBHOOK_SECRET:
            raise ValueError(f"SHOPKEEPER_CHATWOOT_WEBHOOK_SECRET has {MIN_WEBHOOK_SECRET} characters or more")
        return self

    @model_validator(mode="after")
    def _telegram_is_complete(self) -> Self:
        if self.telegram_mode == "off":
            return self
        if not _TELEGRAM_TOKEN.fullmatch(self.telegram_token.get_secret_value()):
            raise ValueError("SHOPKEEPER_TELEGRAM_TOKEN does not look like 123456:ABC…; BotFather shows it")
        if self.telegram_mode == "webhook" and not self.public_url.startswith("https://"):
            raise ValueError("SHOPKEEPER_TELEGRAM_MODE=webhook needs SHOPKEEPER_PUBLIC_URL with https://")
        secret = self.telegram_webhook_secret.get_secret_value()
        if secret and not _WEBHOOK_SECRET.fullmatch(secret):
            raise ValueError("SHOPKEEPER_TELEGRAM_WEBHOOK_SECRET: 16 to 256 letters, digits, _ and -")
        return self

    @cached_property
    def database_address(self) -> str:
        """The database address, the SQLite file in the data directory where none is set."""
        return self.database_url or f"sqlite:///{self.data_dir / 'shop.db'}"


def wrong_settings(error: ValidationError) -> list[str]:
    """Return one line for each setting that is wrong: its variable's name and what it should be, without its value."""
    lines = []
    for row in error.errors():
        message = row["msg"].removeprefix("Value error, ")
        fields = (str(name) for name in row["loc"])
        names = (f"SHOPKEEPER_{name.upper()}" if name in GatewaySettings.model_fields else name for name in fields)
        lines.append(": ".join(["settings", *(name for name in names if not message.startswith(name)), message]))
    return lines


def _origin(text: str) -> str:
    """Return an origin as browsers send it: `https://Müller.example:443/` is `https://xn--mller-kva.example`."""
    try:
        url = URL(text.lower())
        alone = url == url.origin() and url.scheme in ("http", "https") and _HOST.fullmatch(url.raw_host or "")
        origin = url.with_port(None) if url.is_default_port() else url
    except ValueError:
        alone = None
    if not alone:
        raise ValueError(
            f"SHOPKEEPER_ALLOWED_ORIGINS: {text!r} is no origin; name each page's scheme and host alone, as "
            "https://www.shop.example (without a path, and never *)"
        )
    return str(origin.origin())
