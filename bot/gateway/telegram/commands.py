"""The bot's commands."""

from telegram import BotCommand

from bot.gateway.reply import HAND_OVER
from bot.gateway.telegram.chats import Chats, Place
from bot.gateway.telegram.client import TelegramClient
from bot.gateway.telegram.keyboard import Key, markup
from bot.gateway.telegram.links import CODE, Links
from bot.gateway.telegram.rendering import LANGUAGE, Renderer
from bot.gateway.telegram.talk import Talk
from bot.gateway.telegram.words import word
from bot.gateway.texts import LANGUAGES, Language, as_language
from catalog.repositories.customers import get_customer
from catalog.session import Database

TRACK_ORDER = "/track_order"
NAMES = ("start", "help", "orders", "human", "language", "web", "new", "privacy")


def command_list(language: Language) -> list[BotCommand]:
    """Return the commands as Telegram's menu shows them."""
    return [BotCommand(name, word(f"command_{name}", language)) for name in NAMES]


def parse_command(text: str) -> tuple[str, str] | None:
    """Return name and argument of `/name@bot argument`, None for another text."""
    if not text.startswith("/"):
        return None
    name, _, argument = text[1:].partition(" ")
    name = name.partition("@")[0].lower()
    return (name, argument.strip()) if name.isascii() and name.isidentifier() else None


class Commands:
    """Does what commands ask for."""

    def __init__(
        self,
        database: Database,
        client: TelegramClient,
        chats: Chats,
        talk: Talk,
        links: Links,
        renderer: Renderer,
    ) -> None:
        self._database = database
        self._client = client
        self._chats = chats
        self._talk = talk
        self._links = links
        self._renderer = renderer

    async def run(self, place: Place, name: str, argument: str, update_id: int, attempts: int) -> str:
        """Do what a command asks for; returns its name, `unknown_command` for another."""
        match name:
            case "start" if CODE.fullmatch(argument):
                await self._link(place, argument, update_id)
            case "start":
                await self._chats.say(place, "welcome", str(update_id), shop=self._client.bot.first_name)
            case "help" | "privacy":
                await self._chats.say(place, name, str(update_id))
            case "new":
                await self._chats.wait_until_told(place.chat_id)
                fresh = await self._chats.begin(place.chat_id, as_language(place.chat.language))
                await self._chats.say(fresh, "new_conversation", str(update_id))
            case "human":
                await self._talk.take(place, word("person", place.language), update_id, attempts, payload=HAND_OVER)
            case "orders":
                await self._orders(place, update_id, attempts)
            case "language":
                await self._language(place, argument, update_id)
            case "web":
                await self._web(place, update_id)
            case _:
                await self._chats.say(place, "unknown_command", str(update_id))
                return "unknown_command"
        return name

    async def choose_language(self, place: Place, language: Language, update_id: int) -> None:
        """Change the language and say so in it."""
        place = await self._chats.choose(place, language)
        await self._chats.say(place, "language_chosen", str(update_id))

    async def _link(self, place: Place, code: str, update_id: int) -> None:
        await self._chats.wait_until_told(place.chat_id)
        view = await self._links.to_telegram(code, place.chat_id, place.language)
        if view is None:
            await self._chats.say(place, "link_invalid", str(update_id))
            return
        linked, _ = await self._chats.place(place.chat_id, None)
        customer = await self._database.read(get_customer, view.customer_id) if view.customer_id else None
        if customer is None:
            await self._chats.say(linked, "linked", str(update_id))
        else:
            await self._chats.say(linked, "linked_customer", str(update_id), name=customer.name)

    async def _orders(self, place: Place, update_id: int, attempts: int) -> None:
        """Show orders to a verified customer only; anybody may have guessed the bot's name."""
        if place.chat.customer_id is None:
            await self._chats.say(place, "orders_sign_in", str(update_id))
            return
        text = word("orders_ask", place.language)
        await self._talk.take(place, text, update_id, attempts, payload=TRACK_ORDER)

    async def _language(self, place: Place, argument: str, update_id: int) -> None:
        wanted = as_language(argument)
        if wanted in LANGUAGES:
            await self.choose_language(place, wanted, update_id)
        else:
            await self._chats.say(place, "language", str(update_id), keyboard=LANGUAGE)

    async def _web(self, place: Place, update_id: int) -> None:
        """Send a one-time link; it is not kept with the conversation, where agents could read it."""
        path = "/telegram/continue"
        if self._renderer.absolute(path) is None:
            await self._chats.say(place, "web_unknown", str(update_id))
            return
        await self._chats.open(place)
        url = self._renderer.absolute(f"{path}?code={await self._links.issue_to_web(place)}&lang={place.language}")
        rows = ((Key(word("web_open", place.language), url=url),),)
        text = word("web_link", place.language)
        await self._client.call(
            lambda: self._client.bot.send_message(place.chat_id, text, reply_markup=markup(rows), protect_content=True)
        )
