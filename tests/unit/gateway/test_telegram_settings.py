import pytest
from pydantic import ValidationError

from bot.gateway.settings import GatewaySettings

TOKEN = "123456:" + "a" * 35


def refused(**values: object) -> str:
    with pytest.raises(ValidationError) as error:
        GatewaySettings(**values)  # type: ignore[arg-type]
    return str(error.value)


def test_bad_token_is_refused_without_being_shown() -> None:
    text = refused(telegram_mode="polling", telegram_token="hunter2")
    assert "SHOPKEEPER_TELEGRAM_TOKEN" in text
    assert "hunter2" not in text


def test_webhook_needs_a_public_address() -> None:
    text = refused(telegram_mode="webhook", telegram_token=TOKEN, public_url="http://shop.example")
    assert "SHOPKEEPER_PUBLIC_URL" in text


def test_short_or_strange_webhook_secret_is_refused() -> None:
    for secret in ("short", "with space in it!!"):
        values = {"telegram_mode": "polling", "telegram_token": TOKEN, "telegram_webhook_secret": secret}
        assert "SHOPKEEPER_TELEGRAM_WEBHOOK_SECRET" in refused(**values)


def test_off_needs_nothing() -> None:
    assert GatewaySettings(telegram_token="anything").telegram_mode == "off"
