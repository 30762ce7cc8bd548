"""The published schema, as checks."""

from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

PATH = Path(__file__).parents[3] / "bot" / "gateway" / "openapi.yml"


def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    loaded: dict[str, Any] = yaml.safe_load(PATH.read_text("utf-8"))
    return loaded


def check(name: str, value: Any) -> None:
    """Raise where a value breaks a component's schema; keys that the schema does not name break it too."""
    root = document()
    for schema in root["components"]["schemas"].values():
        _close(schema)
    validator = Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": root["components"]})
    errors = sorted(validator.iter_errors(value), key=lambda error: list(error.absolute_path))
    assert not errors, [f"{list(error.absolute_path)}: {error.message}" for error in errors]


def _close(schema: Any) -> None:
    """Forbid keys that are not named, at every depth, except where anything is allowed."""
    if isinstance(schema, list):
        for part in schema:
            _close(part)
    if isinstance(schema, dict):
        if schema.get("type") == "object" and "properties" in schema:
            schema.setdefault("additionalProperties", False)
        for part in schema.values():
            _close(part)
