import re
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings

from actions.settings import ActionSettings
from bot.gateway.settings import GatewaySettings
from catalog.settings import CatalogSettings
from nlu_models.serving.settings import ServingSettings

ROOT = Path(__file__).parents[3]
CLASSES: tuple[type[BaseSettings], ...] = (GatewaySettings, ActionSettings, ServingSettings, CatalogSettings)


def rows(kind: type[BaseSettings]) -> set[tuple[str, str, str]]:
    """Return variable, default and meaning of each setting, as docs/settings.md has to show them."""
    found = set()
    for name, field in kind.model_fields.items():
        default = field.default
        if isinstance(default, SecretStr):
            default = default.get_secret_value()
        if isinstance(default, Path) and default.is_absolute():
            default = default.relative_to(ROOT)
        if isinstance(default, tuple):
            default = ",".join(str(part).split("/")[0] for part in default)
        shown = str(int(default)) if isinstance(default, bool) else str(default)
        variable = field.validation_alias or f"SHOPKEEPER_{name.upper()}"
        found.add((str(variable), shown, field.description or "(no description)"))
    return found


def test_every_setting_is_documented_and_nothing_else() -> None:
    page = (ROOT / "docs" / "settings.md").read_text("utf-8")
    written = re.findall(r"^\| `([A-Z_]+)` \| (?:`([^`]*)`|empty) \| (.+) \|$", page, re.MULTILINE)
    assert set(written) == set().union(*(rows(kind) for kind in CLASSES))


def test_lists_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOPKEEPER_ALLOWED_ORIGINS", "https://Shop.example/, https://b.example")
    monkeypatch.setenv("SHOPKEEPER_TRUSTED_PROXIES", "10.0.0.0/8,::1")
    settings = GatewaySettings()
    assert settings.allowed_origins == ("https://shop.example", "https://b.example")
    assert [str(network) for network in settings.trusted_proxies] == ["10.0.0.0/8", "::1/128"]


def test_short_key_is_refused_without_being_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOPKEEPER_SECRET_KEY", "hunter2")
    with pytest.raises(ValidationError, match="shorter than 32") as refused:
        GatewaySettings()
    assert "hunter2" not in str(refused.value)


def test_hours_that_cannot_be_read_are_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOPKEEPER_DESK_HOURS", "Mon-Fri 9 to 5")
    with pytest.raises(ValidationError, match=r"SHOPKEEPER_DESK_HOURS: .*Mon-Fri 09:00-18:00"):
        GatewaySettings()
