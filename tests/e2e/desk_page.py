"""The page object of the agents' console."""

from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.e2e.scripted_desk import PASSWORD


class DeskPage:
    """`/desk` in a browser: what an agent sees and does."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address.rstrip("/")
        self.login = page.locator("#login")
        self.password = page.locator("#password")
        self.sign_in_error = page.locator("#sign-in-error")
        self.rows = page.locator(".row")
        self.queue = page.locator(".lists .queue .row")
        self.mine = page.locator(".lists .mine .row")
        self.others = page.locator(".lists .others .row")
        self.heading = page.locator(".chat-top h2").first
        self.transcript = page.locator(".transcript")
        self.turns = page.locator(".turn")
        self.field = page.locator("#desk-field")
        self.banner = page.locator(".banner")
        self.toasts = page.locator(".toast")
        self.dialog = page.locator("dialog[open]")
        self.line = page.locator(".top .line")
        self.canned = page.get_by_role("option")
        self.heard = page.locator(".unseen[role=log]")

    async def visit(self, language: str = "en") -> None:
        """Open the page, without signing in."""
        await self.page.goto(f"{self.address}/desk?lang={language}")

    async def sign_in(self, login: str = "anna", language: str = "en", password: str = PASSWORD) -> None:
        """Open the page, sign in, and wait for the lists."""
        await self.visit(language)
        await self.enter(login, password)
        await expect(self.rows.first).to_be_visible()

    async def enter(self, login: str, password: str) -> None:
        """Fill the form and send it."""
        await self.login.fill(login)
        await self.password.fill(password)
        await self.password.press("Enter")

    def row(self, conversation_id: str) -> Locator:
        """Return a conversation's row."""
        return self.page.locator(f'.row[data-id="{conversation_id}"]')

    async def open(self, conversation_id: str) -> None:
        """Click a conversation and wait for what was said."""
        await self.row(conversation_id).locator(".open").click()
        await expect(self.turns.first).to_be_visible()

    async def say(self, text: str) -> None:
        """Write into the field and press Enter."""
        await self.field.fill(text)
        await self.field.press("Enter")

    async def press(self, name: str) -> None:
        """Press the button of the open conversation that has that name."""
        await self.page.locator(".chat").get_by_role("button", name=name, exact=True).click()

    async def answer(self, name: str) -> None:
        """Press a button of the open dialog."""
        await self.dialog.get_by_role("button", name=name, exact=True).click()

    async def attach(self, title: str) -> None:
        """Look for a product and put it below the message that is being written."""
        await self.press("Find products to send")
        await self.dialog.get_by_role("searchbox").fill(title)
        await self.dialog.get_by_role("button", name=f"Add: {title}", exact=True).click()
        await self.answer("Done")

    def answered(self, action: str) -> Any:
        """Return a context that ends when the desk has answered the request for an action of a conversation."""
        return self.page.expect_response(lambda response: response.url.split("?")[0].endswith(f"/{action}"))

    async def bubbles(self) -> list[str]:
        """Return what all turns say."""
        return await self.turns.locator(".bubble").all_inner_texts()
