"""The widget's files: small, and without what a strict content policy forbids."""

import re
from pathlib import Path

import yaml

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
