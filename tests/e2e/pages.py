"""Page objects of the widget and of the demo shop: what a person sees and does, without selectors in the tests."""

from playwright.async_api import Locator, Page, expect

ANSWER_TIMEOUT_MS = 15_000


class ChatWidget:
    """The `<shopkeeper-chat>` of a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.locator("shopkeeper-chat")
        self.launcher = self.root.locator(".launcher")
        self.badge = self.root.locator(".badge")
        self.hint = self.root.locator(".hint")
        self.panel = self.root.get_by_role("dialog")
        self.log = self.root.get_by_role("log")
        self.field = self.root.locator("textarea")
        self.counter = self.root.locator(".left")
        self.banner = self.root.get_by_role("status")
        self.shopper_turns = self.root.locator(".turn.shopper")
        self.answers = self.root.locator(".turn.bot[data-seq]")
        self.notices = self.root.get_by_role("log").locator(".day")
        self.cards = self.answers.last.locator(".card")
        self.sources = self.answers.last.locator(".sources li")
        self.strip = self.root.locator(".strip")
        self.cart_lines = self.root.locator(".basket li")

    async def open(self) -> None:
        """Press the bubble, where the panel is not open."""
        await expect(self.root).to_be_attached()
        if not await self.panel.is_visible():
            await self.launcher.click()
        await expect(self.panel).to_be_visible()

    async def close(self) -> None:
        """Press the header's close button."""
        await self.root.locator(".head > .flat").last.click()
        await expect(self.launcher).to_be_visible()

    async def say(self, text: str) -> Locator:
        """Type and send a message; return the answer, when it has come."""
        before = await self.answers.count()
        await self.field.fill(text)
        await self.field.press("Enter")
        return await self.answer(before)

    async def press(self, title: str) -> Locator:
        """Press the newest button of that title; return the answer."""
        before = await self.answers.count()
        await self.root.locator(".chip, .action").filter(has_text=title, visible=True).last.click()
        return await self.answer(before)

    async def press_on_card(self, title: str, number: int = 1) -> Locator:
        """Press a button of the newest answer's card with that number, from 1; return the answer."""
        before = await self.answers.count()
        await self.cards.nth(number - 1).get_by_role("button", name=title).click()
        return await self.answer(before)

    async def answer(self, before: int) -> Locator:
        """Wait for one more answer than `before` and return it."""
        answer = self.answers.nth(before)
        await expect(answer).to_be_visible(timeout=ANSWER_TIMEOUT_MS)
        return answer

    async def text_of(self, turn: Locator) -> str:
        """Return what a turn says, without the speaker's name that only screen readers hear."""
        text = await turn.locator(".bubble").inner_text()
        speaker = await turn.locator(".bubble .unseen").inner_text()
        return text.removeprefix(speaker).strip()

    async def texts(self) -> list[str]:
        """Return what all stored turns say, in their order."""
        turns = await self.root.locator(".turn[data-seq]").all()
        return [await self.text_of(turn) for turn in turns]


class ShopPage:
    """The demo shop."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address.rstrip("/")
        self.chat = ChatWidget(page)
        self.tiles = page.locator(".tile")
        self.account = page.locator(".account summary")
        self.demo_notice = page.locator(".demo")

    async def visit(self, path: str = "/", language: str = "en") -> None:
        """Go to a page of the shop and wait for the widget."""
        joint = "&" if "?" in path else "?"
        await self.page.goto(f"{self.address}{path}{joint}lang={language}")
        await expect(self.chat.root).to_be_attached()

    async def sign_in(self, name: str) -> None:
        """Choose a demo customer."""
        await self.account.click()
        async with self.page.expect_navigation():
            await self.page.get_by_role("button", name=name).click()

    async def sign_out(self) -> None:
        """Press "sign out"."""
        await self.account.click()
        async with self.page.expect_navigation():
            await self.page.locator("[data-sign-out]").click()

    async def choose(self, option: str) -> None:
        """Choose an option value on a product page."""
        await self.page.locator(".values label").filter(has_text=option).click()
