"""The widget's files: small, and without what a strict content policy forbids."""

import re
from pathlib import Path

import yaml

from bot.gateway.settings import GatewaySettings

ROOT = Path(__file__).parents[3]
WEB = ROOT / "bot" / "web"
WIDGET = [WEB / "static" / "widget.js", *sorted((WEB / "static" / "widget").iterdir())]
PICTURES = ROOT / "catalog" / "demo" / "pictures"


def test_widget_is_smaller_than_40_kilobytes() -> None:
    assert sum(file.stat().st_size for file in WIDGET) < 40_000


def test_widget_never_parses_text_as_markup() -> None:
    for file in WIDGET:
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", file.read_text("utf-8")
        )


def test_templates_have_no_inline_code_or_style() -> None:
    for file in (WEB / "templates").iterdir():
        page = file.read_text("utf-8")
        assert not re.search(r"\son[a-z]+=|\sstyle=|<style|\|\s*safe", page), file.name
        for script in re.findall(r"<script[^>]*>", page):
            assert "src=" in script or "application/json" in script, file.name


def test_pictures_exist_for_every_category_and_are_small_and_harmless() -> None:
    wanted = set()
    for file in (ROOT / "catalog" / "demo" / "categories").glob("*.yml"):
        wanted |= {child["picture"] for child in yaml.safe_load(file.read_text("utf-8"))["children"]}
    assert {f"{name}.svg" for name in wanted} <= {file.name for file in PICTURES.iterdir()}
    for file in PICTURES.iterdir():
        assert file.stat().st_size <= 3072, file.name
        assert not re.search(r"<script|href|\son[a-z]+=", file.read_text("utf-8")), file.name


def test_tag_of_the_readme_has_attributes_that_the_table_explains_and_the_widget_reads() -> None:
    readme, table = ((folder / "README.md").read_text("utf-8") for folder in (ROOT, WEB))
    section = readme.partition("\n## Put it on your page\n")[2].partition("\n## ")[0]
    explained = set(re.findall(r"`data-([a-z-]+)`", table))
    (tag,) = re.findall(r'<script src="https://[^"]+/widget\.js"[^>]*>', section)
    assert set(re.findall(r"data-([a-z-]+)=", tag)) <= explained
    code = "".join(file.read_text("utf-8") for file in WIDGET)
    assert [name for name in explained if re.sub(r"-(.)", lambda part: part[1].upper(), name) not in code] == []
    (origin,) = re.findall(r"`SHOPKEEPER_ALLOWED_ORIGINS=([^`]+)`", section)
    assert GatewaySettings(allowed_origins=origin).allowed_origins == (origin,)


def test_merchants_pages_offer_nothing_of_the_demo_shop() -> None:
    texts = (WEB / "static" / "widget" / "texts.js").read_text("utf-8")
    assert not re.search(r"watch|手表|\$\d|\d元|my dad|爸爸", texts)
