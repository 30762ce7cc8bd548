"""What the documentation says of the methods used: parameters, which are required, and limits."""

import json
import re
import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from tests.telegram_server.html_text import CannotParseError, plain_text, utf16_length


class RefusedRequestError(ValueError):
    """The server answers 400 with these words."""


_SENDING = {
    "chat_id", "business_connection_id", "message_thread_id", "direct_messages_topic_id", "disable_notification",
    "protect_content", "allow_paid_broadcast", "message_effect_id", "suggested_post_parameters", "reply_parameters",
    "reply_markup",
}  # fmt: skip
_EDITING = {"business_connection_id", "chat_id", "message_id", "inline_message_id", "reply_markup"}
# method: (required, all parameters)
PARAMETERS: Mapping[str, tuple[set[str], set[str]]] = {
    "getMe": (set(), set()),
    "getUpdates": (set(), {"offset", "limit", "timeout", "allowed_updates"}),
    "setWebhook": (
        {"url"},
        {
            "url",
            "certificate",
            "ip_address",
            "max_connections",
            "allowed_updates",
            "drop_pending_updates",
            "secret_token",
        },
    ),
    "deleteWebhook": (set(), {"drop_pending_updates"}),
    "setMyCommands": ({"commands"}, {"commands", "scope", "language_code"}),
    "sendMessage": (
        {"chat_id", "text"},
        _SENDING | {"text", "parse_mode", "entities", "link_preview_options"},
    ),
    "sendPhoto": (
        {"chat_id", "photo"},
        _SENDING | {"photo", "caption", "parse_mode", "caption_entities", "show_caption_above_media", "has_spoiler"},
    ),
    "sendMediaGroup": ({"chat_id", "media"}, _SENDING - {"reply_markup"} | {"media"}),
    "sendChatAction": (
        {"chat_id", "action"},
        {"business_connection_id", "chat_id", "message_thread_id", "action"},
    ),
    "editMessageText": (
        {"text"},
        _EDITING | {"text", "parse_mode", "entities", "link_preview_options"},
    ),
    "editMessageCaption": (
        set(),
        _EDITING | {"caption", "parse_mode", "caption_entities", "show_caption_above_media"},
    ),
    "editMessageMedia": ({"media"}, _EDITING | {"media"}),
    "answerCallbackQuery": (
        {"callback_query_id"},
        {"callback_query_id", "text", "show_alert", "url", "cache_time"},
    ),
    "answerInlineQuery": (
        {"inline_query_id", "results"},
        {"inline_query_id", "results", "cache_time", "is_personal", "next_offset", "button"},
    ),
    "leaveChat": ({"chat_id"}, {"chat_id"}),
}
_JSON_VALUES = {
    "reply_markup", "media", "results", "commands", "allowed_updates", "link_preview_options", "entities", "scope",
}  # fmt: skip
_UPDATE_KINDS = {"message", "edited_message", "callback_query", "inline_query", "my_chat_member"}
_ACTIONS = {"typing", "upload_photo", "record_voice", "upload_voice", "upload_document", "choose_sticker"}
_PNG = b"\x89PNG\r\n\x1a\n"


def check(method: str, values: Mapping[str, str | bytes]) -> dict[str, Any]:
    """Return the parameters of a request, parsed; `shown` is the text as a person sees it.

    Raises:
        RefusedRequestError: it breaks the documentation.
    """
    if method not in PARAMETERS:
        raise RefusedRequestError(f"method {method} is not known here")
    required, known = PARAMETERS[method]
    files = {key: value for key, value in values.items() if isinstance(value, bytes) and key not in known}
    given = {key: value for key, value in values.items() if key not in files}
    if missing := required - given.keys():
        raise RefusedRequestError(f"{method}: parameter {min(missing)} is required")
    if unknown := given.keys() - known:
        raise RefusedRequestError(f"{method}: no parameter {min(unknown)}")
    parsed: dict[str, Any] = {key: json.loads(value) if key in _JSON_VALUES else value for key, value in given.items()}
    for key in ("chat_id", "message_id"):
        if key in parsed:
            parsed[key] = int(parsed[key])
    _check_text(parsed, "text", 4096, least=0 if method == "answerCallbackQuery" else 1)
    _check_text(parsed, "caption", 1024, least=0)
    if "reply_markup" in parsed:
        check_keyboard(parsed["reply_markup"])
    checks.get(method, _nothing)(parsed, files)
    return parsed


def check_keyboard(markup: Mapping[str, Any]) -> None:
    """Check an inline keyboard: 8 buttons in a row, 100 in all, 1 to 64 bytes of data."""
    rows = markup["inline_keyboard"]
    buttons = [button for row in rows for button in row]
    if len(buttons) > 100 or any(not 1 <= len(row) <= 8 for row in rows):
        raise RefusedRequestError("reply markup is too long")
    for button in buttons:
        if not button.get("text", "").strip():
            raise RefusedRequestError("inline keyboard button text must be non-empty")
        kinds = button.keys() - {"text", "style", "icon_custom_emoji_id"}
        if len(kinds) != 1 or not kinds <= {"url", "callback_data"}:
            raise RefusedRequestError("exactly one of the optional fields must be used")
        if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
            raise RefusedRequestError("BUTTON_DATA_INVALID")
        if "url" in button and not _is_public(button["url"]):
            raise RefusedRequestError("BUTTON_URL_INVALID")


def _check_text(parsed: dict[str, Any], name: str, most: int, *, least: int) -> None:
    if name not in parsed:
        return
    text = parsed[name]
    if parsed.get("parse_mode") == "HTML":
        try:
            text = plain_text(text)
        except CannotParseError as error:
            raise RefusedRequestError(f"can't parse entities: {error}") from error
    elif "parse_mode" in parsed:
        raise RefusedRequestError(f"parse mode {parsed['parse_mode']} is not used here")
    length = utf16_length(text.strip())
    if length < least:
        raise RefusedRequestError("message text is empty")
    if length > most:
        raise RefusedRequestError("message is too long" if name == "text" else "message caption is too long")
    parsed["shown"] = text.strip()


def _photo(value: Any) -> None:
    """A file of at most 10 MB in a raster format, sides of 10,000 together and 20 to 1 at most; a URL; a file id."""
    if isinstance(value, bytes):
        if len(value) > 10 << 20:
            raise RefusedRequestError("file is too big")
        if value[:8] == _PNG:
            width, height = struct.unpack(">II", value[16:24])
            if width + height > 10_000 or max(width, height) > 20 * min(width, height):
                raise RefusedRequestError("PHOTO_INVALID_DIMENSIONS")
        elif value[:3] != b"\xff\xd8\xff" and value[8:12] != b"WEBP":
            raise RefusedRequestError("IMAGE_PROCESS_FAILED")
    elif not str(value).startswith("file-") and (not _is_public(str(value)) or str(value).endswith(".svg")):
        raise RefusedRequestError("wrong file identifier/HTTP URL specified")


def _send_photo(parsed: dict[str, Any], files: Mapping[str, bytes]) -> None:
    value = parsed["photo"]
    if isinstance(value, str) and value.startswith("attach://"):
        value = files[value.removeprefix("attach://")]
    _photo(value)


def _media(parsed: dict[str, Any], files: Mapping[str, bytes]) -> None:
    media = parsed["media"]
    if media["type"] != "photo":
        raise RefusedRequestError("only photos are used here")
    source = media["media"]
    _photo(files[source.removeprefix("attach://")] if source.startswith("attach://") else source)
    parsed["caption"], parsed["parse_mode"] = media.get("caption", ""), media.get("parse_mode")
    _check_text(parsed, "caption", 1024, least=0)


def _media_group(parsed: dict[str, Any], files: Mapping[str, bytes]) -> None:
    if not 2 <= len(parsed["media"]) <= 10:
        raise RefusedRequestError("a media group has 2 to 10 items")
    for item in parsed["media"]:
        _media({"media": item}, files)


def _callback(parsed: dict[str, Any], _files: Mapping[str, bytes]) -> None:
    if utf16_length(parsed.get("text", "")) > 200:
        raise RefusedRequestError("MESSAGE_TOO_LONG")


def _inline(parsed: dict[str, Any], _files: Mapping[str, bytes]) -> None:
    results: Sequence[Mapping[str, Any]] = parsed["results"]
    if len(results) > 50 or len({row["id"] for row in results}) < len(results):
        raise RefusedRequestError("RESULTS_TOO_MUCH or RESULT_ID_DUPLICATE")
    for row in results:
        if row["type"] != "article" or not 1 <= len(row["id"].encode()) <= 64 or not row["title"]:
            raise RefusedRequestError("RESULT_ID_INVALID or RESULT_TITLE_EMPTY")
        content = dict(row["input_message_content"])
        content["text"] = content.pop("message_text")
        _check_text(content, "text", 4096, least=1)
        if "reply_markup" in row:
            check_keyboard(row["reply_markup"])


def _commands(parsed: dict[str, Any], _files: Mapping[str, bytes]) -> None:
    if len(parsed["commands"]) > 100 or not re.fullmatch("[a-z]{2}|", parsed.get("language_code", "")):
        raise RefusedRequestError("BOT_COMMANDS_TOO_MUCH or a wrong language")
    for row in parsed["commands"]:
        if not re.fullmatch("[a-z0-9_]{1,32}", row["command"]) or not 1 <= len(row["description"]) <= 256:
            raise RefusedRequestError("BOT_COMMAND_INVALID")


def _webhook(parsed: dict[str, Any], _files: Mapping[str, bytes]) -> None:
    if not parsed["url"].startswith("https://") or not 1 <= int(parsed.get("max_connections", 40)) <= 100:
        raise RefusedRequestError("bad webhook: an HTTPS URL must be provided")
    if not re.fullmatch("[A-Za-z0-9_-]{1,256}", parsed.get("secret_token", "x")):
        raise RefusedRequestError("bad webhook: secret token contains unallowed characters")
    if not set(parsed.get("allowed_updates", ())) <= _UPDATE_KINDS:
        raise RefusedRequestError("an unknown kind of update")


def _action(parsed: dict[str, Any], _files: Mapping[str, bytes]) -> None:
    if parsed["action"] not in _ACTIONS:
        raise RefusedRequestError("wrong parameter action in request")


def _nothing(_parsed: dict[str, Any], _files: Mapping[str, bytes]) -> None:
    return


def _is_public(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and "." in (parts.hostname or "") and not parts.netloc.startswith("127.")


checks: Mapping[str, Callable[[dict[str, Any], Mapping[str, bytes]], None]] = {
    "sendPhoto": _send_photo,
    "editMessageMedia": _media,
    "sendMediaGroup": _media_group,
    "answerCallbackQuery": _callback,
    "answerInlineQuery": _inline,
    "setMyCommands": _commands,
    "setWebhook": _webhook,
    "sendChatAction": _action,
}
