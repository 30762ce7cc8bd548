"""The bridge to Chatwoot without a server: signatures, events, notes, texts."""

import string
from typing import Any

import pytest

from bot.desk.chatwoot import words
from bot.desk.chatwoot.events import AgentSaid, AgentTypes, StatusChanged, read_event
from bot.desk.chatwoot.notes import plain
from bot.desk.chatwoot.signatures import SIGNATURE, TIMESTAMP, is_from_chatwoot, sign

SECRET = "s" * 20
NOW_S = 1_790_000_000.0


def signed(body: bytes, stamp: str = "1790000000", secret: str = SECRET) -> dict[str, str]:
    return {TIMESTAMP: stamp, SIGNATURE: sign(body, stamp, secret)}


def test_signature_is_the_documented_one() -> None:
    # printf '1790000000.{"a":1}' | openssl dgst -sha256 -hmac ssssssssssssssssssss
    expected = "sha256=b8f24584631b07e7278356ee4aee585beedc469d85441e623226c0887d4ab9af"
    assert sign(b'{"a":1}', "1790000000", SECRET) == expected


@pytest.mark.parametrize(
    ("headers", "in_address", "good"),
    [
        (signed(b"{}"), None, True),
        (signed(b"{}", "1789999701"), None, True),
        (signed(b"{}", "1789999699"), None, False),
        (signed(b"{}", "1790000301"), None, False),
        (signed(b"{ }"), None, False),
        (signed(b"{}", secret="t" * 20), None, False),
        (signed(b"{}", secret="t" * 20), SECRET, False),
        (signed(b"{}") | {TIMESTAMP: "1790000001"}, None, False),
        (signed(b"{}", "nan"), None, False),
        (signed(b"{}") | {SIGNATURE: "sha256=é"}, None, False),
        ({}, SECRET, True),
        ({}, None, False),
        ({}, "", False),
        ({}, "t" * 20, False),
    ],
)
def test_only_fresh_and_signed_requests_are_believed(
    headers: dict[str, str], in_address: str | None, good: bool
) -> None:
    assert is_from_chatwoot(b"{}", headers, in_address, SECRET, now_s=NOW_S) is good


def message(**changes: Any) -> dict[str, Any]:
    return {
        "event": "message_created",
        "id": 9,
        "content": "Hello",
        "message_type": "outgoing",
        "private": False,
        "sender": {"id": 21, "name": "Anna", "type": "user"},
        "inbox": {"id": 45},
        "conversation": {"id": 3, "inbox_id": 45},
        "content_attributes": {},
    } | changes


@pytest.mark.parametrize(
    "changes",
    [
        {"private": True},
        {"private": None},
        {"message_type": "incoming"},
        {"message_type": "template"},
        {"message_type": "activity"},
        {"sender": None},
        {"sender": {"id": 21, "name": "Bot", "type": "agent_bot"}},
        {"sender": {"id": 21, "name": "Mia", "type": "contact"}},
        {"inbox": {"id": 46}},
        {"content_attributes": {"deleted": True}},
        {"content_attributes": {"automation_rule_id": 4}},
        {"event": "message_updated"},
    ],
)
def test_what_no_person_said_to_the_shopper_is_ignored(changes: dict[str, Any]) -> None:
    assert read_event(message(**changes), 45) is None


def test_events_are_read() -> None:
    assert read_event(message(), 45) == AgentSaid(3, 9, 21, "Anna", "Hello")
    resolved = {"event": "conversation_status_changed", "id": 3, "inbox_id": 45, "status": "resolved"}
    assert read_event(resolved, 45) == StatusChanged(3)
    assert read_event(resolved, 46) is None
    types = {
        "event": "conversation_typing_on",
        "user": {"id": 21, "type": "user"},
        "conversation": {"id": 3, "inbox_id": 45},
    }
    assert read_event(types | {"is_private": False}, 45) == AgentTypes(3, 21, on=True)
    assert read_event(types | {"is_private": True}, 45) is None


@pytest.mark.parametrize(
    "payload",
    [
        None,
        [],
        {},
        {"event": 3},
        {"event": "message_created"},
        message(conversation={"id": None}),
        message(id=True),
        message(id="x"),
        {"event": "conversation_status_changed", "inbox_id": 45},
        {"event": "conversation_typing_on", "conversation": {"id": 3}},
    ],
)
def test_other_shapes_are_errors(payload: Any) -> None:
    with pytest.raises(ValueError, match=r"no |number"):
        read_event(payload, 45)


def test_notes_show_what_shoppers_wrote_as_it_is() -> None:
    assert plain("a\n b **c** [d](http://e) ![f](g)") == r"a b \*\*c\*\* \[d\](http://e) \!\[f\](g)"
    for liquid in ("{{ contact.email }}", "{% assign x = 1 %}", "{{{{", "{{%"):
        assert "{{" not in plain(liquid)
        assert "{%" not in plain(liquid)
    assert len(plain("x" * 1000)) == 400


def test_texts_have_both_languages_and_the_same_places() -> None:
    texts = words._texts()
    for name, text in texts.items():
        assert text.keys() == {"en", "zh"}, name
        places = [
            {field for _, field, _, _ in string.Formatter().parse(text[language]) if field} for language in ("en", "zh")
        ]
        assert places[0] == places[1], name
