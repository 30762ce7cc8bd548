import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings

from actions.__main__ import main as run_actions
from actions.settings import ActionSettings
from bot.gateway.__main__ import main as run_gateway
from bot.gateway.settings import GatewaySettings, wrong_settings
from catalog.settings import CatalogSettings
from nlu_models.serving.__main__ import main as run_models
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


def test_origins_are_kept_as_browsers_send_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "SHOPKEEPER_ALLOWED_ORIGINS", "https://www.Shop.example:443,https://Müller.example,http://[::1]:80"
    )
    origins = ("https://www.shop.example", "https://xn--mller-kva.example", "http://[::1]")
    assert GatewaySettings().allowed_origins == origins


@pytest.mark.parametrize(
    "origin",
    [
        *("shop.example", "localhost:8080", "https://", "https://shop.example/shop", "https://shop.example?a=1"),
        *("*", "https://*.shop.example", "null", "ftp://shop.example", "https://user@shop.example"),
        *("https://shop.example:99999", "https://shop.example https://other.example"),
    ],
)
def test_what_is_no_origin_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, origin: str) -> None:
    monkeypatch.setenv("SHOPKEEPER_ALLOWED_ORIGINS", f"https://www.shop.example,{origin}")
    with pytest.raises(ValidationError) as refused:
        GatewaySettings()
    (line,) = wrong_settings(refused.value)
    assert line.startswith(f"settings: SHOPKEEPER_ALLOWED_ORIGINS: {origin!r} is no origin; ")
    assert "as https://www.shop.example" in line


@pytest.mark.parametrize("name", ["SHOPKEEPER_PUBLIC_URL", "SHOPKEEPER_RASA_URL", "SHOPKEEPER_MODELS_URL"])
@pytest.mark.parametrize("address", ["shop.example", "//shop.example", "https://", "https://shop.example?a=1"])
def test_address_without_its_scheme_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, address: str
) -> None:
    monkeypatch.setenv(name, address)
    with pytest.raises(ValidationError) as refused:
        GatewaySettings()
    assert wrong_settings(refused.value) == [
        f"settings: {name} begins with https:// or http://, as https://shop.example"
    ]


def test_hours_without_a_zone_are_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOPKEEPER_DESK_HOURS", "Mon-Fri 09:00-18:00")
    with pytest.raises(ValidationError) as refused:
        GatewaySettings()
    (line,) = wrong_settings(refused.value)
    assert line.startswith("settings: SHOPKEEPER_DESK_HOURS: 'Mon-Fri 09:00-18:00' names no time zone; write one")


@pytest.mark.parametrize("kind", [GatewaySettings, ActionSettings, ServingSettings])
def test_level_of_the_log_is_one_that_there_is(kind: type[BaseSettings], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOPKEEPER_LOG_LEVEL", "debug")
    assert kind().model_dump()["log_level"] == "DEBUG"
    monkeypatch.setenv("SHOPKEEPER_LOG_LEVEL", "verbose")
    with pytest.raises(ValidationError, match="'DEBUG', 'INFO', 'WARNING', 'ERROR' or 'CRITICAL'"):
        kind()


@pytest.mark.parametrize("main", [run_gateway, run_actions, run_models])
def test_process_with_a_wrong_setting_ends_with_one_line_that_names_it(
    main: Callable[[], int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHOPKEEPER_LOG_LEVEL", "verbose")
    assert main() == 2
    assert capsys.readouterr().err.startswith("settings: SHOPKEEPER_LOG_LEVEL: Input should be 'DEBUG', 'INFO'")
