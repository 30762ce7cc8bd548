"""The container set-up names things that exist: modules, settings, health checks, users."""

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DOCKERFILES = sorted((ROOT / "docs" / "docker").glob("Dockerfile*"))
ONE_SHOT = {"shop"}
FOREIGN = {"database"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return loaded


@pytest.fixture(scope="module")
def own(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the services that run this project's code."""
    return {name: service for name, service in compose["services"].items() if name not in FOREIGN}


def environment(service: dict[str, Any]) -> dict[str, str]:
    """Return a service's variables; YAML's merge keys are resolved already."""
    found: dict[str, str] = service.get("environment", {})
    return found


def variables_read(module: str) -> set[str]:
    """Return the environment variables that the process `python -m MODULE` reads."""
    from actions.settings import ActionSettings
    from bot.gateway.settings import GatewaySettings
    from catalog.settings import CatalogSettings
    from nlu_models.serving.settings import ServingSettings

    if module.startswith("bot.rasa"):
        source = "\n".join(path.read_text("utf-8") for path in (ROOT / "bot" / "rasa").glob("*.*") if path.is_file())
        return set(re.findall(r"\bSHOPKEEPER_[A-Z_]+", source))
    read = set()
    classes = {
        "bot.gateway": (GatewaySettings,),
        "actions": (ActionSettings, CatalogSettings),
        "nlu_models.serving": (ServingSettings,),
        "catalog.demo": (CatalogSettings,),
    }[module]
    for settings in classes:
        prefix = settings.model_config.get("env_prefix", "")
        for name, field in settings.model_fields.items():
            read.add(str(field.validation_alias or f"{prefix}{name.upper()}"))
    return read


def test_compose_runs_the_four_processes_of_an_instance(own: dict[str, dict[str, Any]]) -> None:
    from bot.launch.instance import Instance
    from bot.launch.supervision import services

    started = {service.command[-1] for service in services(Instance("data", "127.0.0.1", 8080, 5005, 5055, 5006))}
    assert started <= {service["command"][-1] for service in own.values()}


def test_compose_commands_are_modules_that_can_be_run(own: dict[str, dict[str, Any]]) -> None:
    for name, service in own.items():
        python, flag, module = service["command"]
        assert (python, flag) == ("python", "-m"), name
        spec = importlib.util.find_spec(module)
        assert spec is not None, f"{name}: no module {module}"
        if spec.submodule_search_locations is not None:
            assert importlib.util.find_spec(f"{module}.__main__") is not None, f"{name}: {module} cannot be run"


def test_compose_sets_only_variables_that_the_process_reads(own: dict[str, dict[str, Any]]) -> None:
    shared = {name for service in own.values() for name in variables_read(service["command"][-1])}
    for name, service in own.items():
        unknown = set(environment(service)) - shared
        assert not unknown, f"{name}: nothing reads {unknown}"
        own_only = set(environment(service)) - variables_read(service["command"][-1])
        needless = own_only & {"DATABASE_URL", "SHOPKEEPER_SECRET_KEY"}
        assert not needless, f"{name} is given {needless} and does not read it"


def test_compose_passes_on_what_a_merchant_sets_at_the_gateway(
    own: dict[str, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.gateway.settings import GatewaySettings

    set_there = environment(own["gateway"])
    tuned_in_code = re.compile(r"_(?:TIMEOUT_S|API_URL)$|_MAX_(?:TURNS|WAITING)")
    assert {name for name in variables_read("bot.gateway") - set(set_there) if not tuned_in_code.search(name)} == set()
    given = {name: found[1] for name, value in set_there.items() if (found := re.fullmatch(r".*:-(.*)}", str(value)))}
    unset = GatewaySettings()
    for name in given.keys() - {"SHOPKEEPER_DEMO"}:
        monkeypatch.setenv(name, given[name])
    assert GatewaySettings() == unset


def test_compose_gives_every_process_the_address_it_listens_on(own: dict[str, dict[str, Any]]) -> None:
    for name, service in own.items():
        if name in ONE_SHOT:
            continue
        port = environment(service)["SHOPKEEPER_PORT"]
        assert environment(service)["SHOPKEEPER_HOST"] == "0.0.0.0"
        assert port in service["healthcheck"]["test"], f"{name} is probed on another port than {port}"


def test_compose_addresses_name_services_and_their_ports(own: dict[str, dict[str, Any]]) -> None:
    for service in own.values():
        for variable, value in environment(service).items():
            found = re.fullmatch(r"http://([a-z]+):(\d+)", str(value))
            if variable.endswith("_URL") and found:
                assert environment(own[found[1]])["SHOPKEEPER_PORT"] == found[2], variable


def test_compose_publishes_the_gateway_alone(compose: dict[str, Any]) -> None:
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["gateway"]
    assert [name for name, service in compose["services"].items() if "public" in service["networks"]] == ["gateway"]
    assert compose["networks"]["internal"] == {"internal": True}


def test_compose_services_that_run_long_have_a_health_check(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        if name in ONE_SHOT:
            assert service["restart"] == "no"
        else:
            assert service["healthcheck"]["test"][0] == "CMD", name
            assert service["restart"] == "unless-stopped", name


def test_compose_volumes_are_declared(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for volume in service.get("volumes", []):
            if not volume.startswith("./"):
                assert volume.split(":")[0] in compose["volumes"]


def test_compose_gives_the_gateway_one_folder_of_the_host_to_import_from(compose: dict[str, Any]) -> None:
    volumes = [(name, volume) for name, service in compose["services"].items() for volume in service.get("volumes", [])]
    assert [(name, volume) for name, volume in volumes if volume.startswith((".", "/", "~"))] == [
        ("gateway", "./import:/import:ro")
    ]
    assert "/import/" in (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert "import" in (ROOT / ".dockerignore").read_text("utf-8").splitlines()


def test_documents_import_from_the_folder_that_compose_mounts() -> None:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    lines = "\n".join(page.read_text("utf-8") for page in pages)
    imports = re.findall(r"docker compose exec gateway shopkeeper import (\w+) (\S+)", lines)
    assert {kind for kind, _ in imports} >= {"products", "policies"}
    assert all(path.startswith("/import/") for _, path in imports)


OFF_WHILE_EMPTY = {  # what they open is off without them
    "SHOPKEEPER_TELEGRAM_TOKEN",
    "SHOPKEEPER_CHATWOOT_TOKEN",
    "SHOPKEEPER_CUSTOMER_KEY",
    "SHOPKEEPER_METRICS_TOKEN",
}


def test_compose_secrets_have_no_default(own: dict[str, dict[str, Any]]) -> None:
    for service in own.values():
        for variable, value in environment(service).items():
            if variable.endswith(("_KEY", "_TOKEN", "_PASSWORD")):
                optional = variable in OFF_WHILE_EMPTY
                assert (value == f"${{{variable}:-}}") if optional else (":?" in value), variable


def test_compose_services_do_not_run_as_root(compose: dict[str, Any]) -> None:
    assert compose["services"]["database"]["user"] == "postgres"
    assert DOCKERFILES
    for path in DOCKERFILES:
        lines = [line.split() for line in path.read_text("utf-8").splitlines() if line and line[0] != "#"]
        users = [words[1] for words in lines if words[0] == "USER"]
        assert users, f"{path.name} runs as root"
        assert users[-1] not in {"root", "0"}, path.name


def test_compose_starts_with_the_demo_shop_and_one_variable_leaves_it_out(own: dict[str, dict[str, Any]]) -> None:
    told = {name: environment(service).get("SHOPKEEPER_DEMO") for name, service in own.items()}
    assert {name for name, value in told.items() if value} == {"gateway", "actions", "shop"}
    assert {value for value in told.values() if value} == {"${SHOPKEEPER_DEMO:-1}"}


def test_compose_asks_the_dialogue_engine_where_it_says_that_it_is_ready(own: dict[str, dict[str, Any]]) -> None:
    from bot.rasa_address import RASA_READY

    assert own["dialogue"]["healthcheck"]["test"][-1] == RASA_READY


def image_environment(path: Path) -> dict[str, str]:
    """Return the variables that an image sets."""
    lines = [line.split()[1:] for line in path.read_text("utf-8").splitlines() if line.startswith("ENV ")]
    return dict(pair.split("=", 1) for pairs in lines for pair in pairs)


def test_images_read_and_write_utf_8() -> None:
    for path in DOCKERFILES:
        assert image_environment(path).items() >= {"LANG": "C.UTF-8", "PYTHONUTF8": "1"}.items(), path.name


def test_image_keeps_the_base_weights_where_its_user_reads_them() -> None:
    path = ROOT / "docs" / "docker" / "Dockerfile"
    cache = image_environment(path)["SHOPKEEPER_CACHE_DIR"]
    assert not cache.startswith("/root")
    prepared = next(line for line in path.read_text("utf-8").splitlines() if "nlu_models.serving.prepare" in line)
    assert re.search(rf"chown -R shopkeeper [^&]*{cache}\b", prepared)


def test_dockerfiles_copy_what_is_there() -> None:
    for path in DOCKERFILES:
        for line in path.read_text("utf-8").splitlines():
            if line.startswith("COPY "):
                for source in line.split()[1:-1]:
                    assert (ROOT / source).exists(), f"{path.name}: {source}"


def test_compose_builds_from_dockerfiles_that_are_there(own: dict[str, dict[str, Any]]) -> None:
    built = {service["image"]: service["build"]["dockerfile"] for service in own.values() if "build" in service}
    assert set(built) == {service["image"] for service in own.values()}
    assert {ROOT / dockerfile for dockerfile in built.values()} == set(DOCKERFILES)
