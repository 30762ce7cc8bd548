"""WCAG 2.2 AA in the console: axe-core finds nothing in any view, in both languages, at both sizes, light and dark."""

from typing import Any

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import OpenDesk
from tests.e2e.desk_page import DeskPage
from tests.e2e.scripted_desk import ScriptedDesk
from tests.e2e.test_widget_accessibility import PHONE, violations

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
FITS = """() => {
    const parts = [...document.querySelectorAll(".top > *, .chat-top > *, .tools > *")];
    const over = parts.filter((part) => part.offsetWidth > 1).filter((part) => {
        const next = part.nextElementSibling?.getBoundingClientRect();
        return next?.width && next.left < part.getBoundingClientRect().right - 1;
    });
    const bars = [document.documentElement, ...document.querySelectorAll(".top, .chat-top, .tools, .composer")];
    const root = document.documentElement;
    const high = root.scrollHeight > root.clientHeight ? ["the page"] : [];
    const wide = bars.filter((bar) => bar.scrollWidth > bar.clientWidth);
    return wide.concat(over).map((bar) => bar.className).concat(high);
}"""
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["1280", "390"])
@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("zh", "dark")])
async def test_desk_has_no_accessibility_violations(
    open_desk: OpenDesk, desk: ScriptedDesk, axe_source: str, device: dict[str, Any], language: str, scheme: str
) -> None:
    page: DeskPage = await open_desk(**device, color_scheme=scheme, reduced_motion="reduce")
    await page.visit(language)
    await page.enter("carol", "wrong")
    await expect(page.sign_in_error).not_to_be_empty()
    assert await violations(page.page, axe_source) == []
    await page.sign_in(login="carol", language=language)
    assert await violations(page.page, axe_source) == []
    await page.row("mia").locator(".take").click()
    await expect(page.turns).to_have_count(6)
    await desk.type("mia")
    await page.say("Hello")
    await page.page.locator(".tool").nth(1).click()
    await expect(page.page.locator(".draft-source")).to_be_visible()
    assert await violations(page.page, axe_source) == []
    await page.field.fill("/")
    assert await violations(page.page, axe_source) == []
    await page.page.locator(".correct").first.click()
    assert await violations(page.page, axe_source) == []
    await page.page.keyboard.press("Escape")
    await page.page.locator(".tool").nth(2).click()
    await page.dialog.get_by_role("searchbox").fill("watch")
    await expect(page.dialog.locator(".card")).to_have_count(3)
    assert await violations(page.page, axe_source) == []
    await page.page.keyboard.press("Escape")
    await page.page.locator(".tab").nth(1).click()
    await desk.give("mia", "human", 2)
    await expect(page.toasts).to_have_count(1)
    assert await violations(page.page, axe_source) == []
    await page.page.locator(".top button[aria-pressed].flat").first.click()
    await expect(page.page.locator(".team .meter").first).to_be_visible()
    assert await violations(page.page, axe_source) == []
    await page.page.locator(".me").click()
    assert await violations(page.page, axe_source) == []


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["1280", "390"])
async def test_desk_targets_are_large_enough(open_desk: OpenDesk, device: dict[str, Any]) -> None:
    page: DeskPage = await open_desk(**device)
    await page.sign_in()
    await page.row("mia").locator(".take").click()
    await expect(page.turns).to_have_count(6)
    await page.page.locator(".tool").nth(1).click()
    await expect(page.page.locator(".draft-source")).to_be_visible()
    kinds = ("button", "a", "input", "textarea", "summary")
    targets = await page.page.locator(", ".join(f"{kind}:visible" for kind in kinds)).all()
    assert len(targets) > 10
    for target in targets:
        box = await target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24, await target.evaluate("node => node.outerHTML")


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1280, 1920])
@pytest.mark.parametrize("language", ["en", "zh"])
async def test_desk_fits_every_width(open_desk: OpenDesk, desk: ScriptedDesk, width: int, language: str) -> None:
    page: DeskPage = await open_desk(viewport={"width": width, "height": 800})
    await page.sign_in("carol", language)
    assert await page.page.evaluate(FITS) == []
    await page.row("mia").locator(".take").click()
    await expect(page.field).to_be_visible()
    assert await page.page.evaluate(FITS) == []
    await desk.cut()
    await expect(page.line).not_to_be_empty()
    assert await page.page.evaluate(FITS) == []
