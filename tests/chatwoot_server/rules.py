"""What Chatwoot's API reference says of the calls used: fields, which are required, their types and values.

Source:
    chatwoot/chatwoot, `swagger/paths/application` and `swagger/definitions/request`.
"""

from collections.abc import Mapping
from typing import Any

Field = type | tuple[str, ...]
MAX_CONTENT = 150_000
CONTACT: Mapping[str, Field] = {
    "inbox_id": int,
    "name": str,
    "email": str,
    "blocked": bool,
    "phone_number": str,
    "avatar_url": str,
    "identifier": str,
    "additional_attributes": dict,
    "custom_attributes": dict,
}
CONVERSATION: Mapping[str, Field] = {
    "source_id": str,
    "inbox_id": int,
    "contact_id": int,
    "additional_attributes": dict,
    "custom_attributes": dict,
    "status": ("open", "resolved", "pending"),
    "assignee_id": int,
    "team_id": int,
    "snoozed_until": str,
    "message": dict,
}
MESSAGE: Mapping[str, Field] = {
    "content": str,
    "message_type": ("outgoing", "incoming"),
    "private": bool,
    "content_type": ("text", "input_email", "cards", "input_select", "form", "article"),
    "content_attributes": dict,
    "campaign_id": int,
    "template_params": dict,
}
STATUS: Mapping[str, Field] = {"status": ("open", "resolved", "pending", "snoozed"), "snoozed_until": int}
REQUIRED = {"contact": {"inbox_id"}, "conversation": {"source_id"}, "message": {"content"}, "status": {"status"}}
FIELDS = {"contact": CONTACT, "conversation": CONVERSATION, "message": MESSAGE, "status": STATUS}


def violations(kind: str, body: Any) -> list[str]:
    """Return what a request body has against the reference."""
    if not isinstance(body, dict):
        return [f"{kind}: no object"]
    fields = FIELDS[kind]
    found = [f"{kind}: {key} is missing" for key in REQUIRED[kind] - body.keys()]
    found += [f"{kind}: {key} is not documented" for key in body.keys() - fields.keys()]
    for key, rule in fields.items():
        if key not in body:
            continue
        value = body[key]
        if isinstance(rule, tuple):
            if value not in rule:
                found.append(f"{kind}: {key} is {value!r}")
        elif not isinstance(value, rule) or (rule is int and isinstance(value, bool)):
            found.append(f"{kind}: {key} is a {type(value).__name__}")
    if kind == "message":
        found += _message_violations(body)
    return found


def _message_violations(body: dict[str, Any]) -> list[str]:
    content = str(body.get("content", ""))
    found = []
    if not content.strip() or len(content) > MAX_CONTENT:
        found.append(f"message: {len(content)} characters")
    if body.get("message_type", "outgoing") == "outgoing":
        if body.get("private") is not True:
            found.append("message: a public outgoing one, which would look like an agent's")
        if "{{" in content or "{%" in content:
            found.append("message: Chatwoot would fill in what looks like Liquid")
    return found
