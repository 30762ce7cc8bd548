"""Chatwoot as it is set up: is it there, and does it take the token?"""

import asyncio
from dataclasses import dataclass

from bot.desk.chatwoot.client import ChatwootClient
from bot.desk.chatwoot.errors import ChatwootError, MissingError, RefusedError, TokenError
from bot.gateway.settings import GatewaySettings


@dataclass(frozen=True, slots=True)
class ChatwootTrouble:
    """One line for the merchant; `is_wrong` where a setting is, and not only Chatwoot out of reach for now."""

    text: str
    is_wrong: bool


def chatwoot_trouble(settings: GatewaySettings) -> ChatwootTrouble | None:
    """Ask Chatwoot for the inbox's agents, as the gateway does; return what is wrong, None where all is well or off."""
    if not settings.chatwoot_url:
        return None
    try:
        asyncio.run(_ask(settings))
    except TokenError:
        text = (
            f"Chatwoot at {settings.chatwoot_url} refuses the token for account {settings.chatwoot_account}: check "
            "SHOPKEEPER_CHATWOOT_TOKEN (an administrator's) and SHOPKEEPER_CHATWOOT_ACCOUNT"
        )
        return ChatwootTrouble(text, is_wrong=True)
    except (MissingError, RefusedError) as error:
        text = (
            f"Chatwoot at {settings.chatwoot_url} has no inbox {settings.chatwoot_inbox} in account "
            f"{settings.chatwoot_account} ({error}): check SHOPKEEPER_CHATWOOT_INBOX and SHOPKEEPER_CHATWOOT_ACCOUNT"
        )
        return ChatwootTrouble(text, is_wrong=True)
    except ChatwootError as error:
        text = f"Chatwoot does not answer ({error}): check SHOPKEEPER_CHATWOOT_URL, {settings.chatwoot_url}"
        return ChatwootTrouble(text, is_wrong=False)
    return None


async def _ask(settings: GatewaySettings) -> None:
    client = ChatwootClient.of(settings)
    try:
        await client.inbox_members()
    finally:
        await client.close()
