"""Offers: those that are stored, those of the merchant's policies, and none."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from catalog.knowledge.import_folder import import_policies
from catalog.models import KnowledgeDocument, Promotion, PromotionKind
from catalog.repositories.product_records import Price
from catalog.repositories.product_writer import ProductWriter
from catalog.session import Database
from tests.engines import on_both_engines
from tests.integration.actions.conftest import PRODUCTS
from tests.integration.actions.tasks.service_shopper import ServiceShopper

TULIPS = """---
slug: promotions
topic: promotions
language: {language}
title: {title}
version: "2026-11"
effective: 2026-11-01
---

## {heading}

{text}
"""


@pytest.fixture
def told_in_policies(shop: Database, shopper: ServiceShopper, tmp_path: Path) -> ServiceShopper:
    """Write the offers of a flower shop into its policies."""
    english = {"title": "Offers", "heading": "Offers this week", "text": "Tulips are 20% off until Sunday."}
    chinese = {"title": "优惠", "heading": "本周优惠", "text": "郁金香八折，到周日为止。"}
    for language, words in (("en", english), ("zh", chinese)):
        (tmp_path / f"{language}.md").write_text(TULIPS.format(language=language, **words), "utf-8")
    with shop.session() as session:
        assert import_policies(session, tmp_path).updated == 2
    return shopper


@on_both_engines("shop")
@pytest.mark.parametrize("text", ["any offers?", "/ask_promotion"])
async def test_offers_are_told_from_the_policies_where_none_are_stored(
    told_in_policies: ServiceShopper, text: str
) -> None:
    reply = await told_in_policies.say(text, "ask_promotion")
    assert reply.text == "Tulips are 20% off until Sunday."
    assert [(source.document, source.section) for source in reply.sources] == [("Offers", "Offers this week")]


async def test_offers_of_the_policies_are_told_in_the_shoppers_language(told_in_policies: ServiceShopper) -> None:
    assert (await told_in_policies.say("有什么优惠", "ask_promotion")).text == "郁金香八折，到周日为止。"


async def test_product_asked_for_stays_the_one_that_is_meant(told_in_policies: ServiceShopper) -> None:
    await told_in_policies.say("tell me about the amazfit bip 5", "ask_product_detail")
    reply = await told_in_policies.say("is there a discount on it", "ask_promotion")
    assert reply.text == "Tulips are 20% off until Sunday."
    assert "Amazfit Bip 5" in (await told_in_policies.say("how much is it", "ask_price")).text


async def test_stored_offers_come_before_the_policies(shop: Database, told_in_policies: ServiceShopper) -> None:
    with shop.session() as session:
        values = {
            "title_en": "10% off everything",
            "title_zh": "全场九折",
            "kind": PromotionKind.PERCENT,
            "percent": 10,
        }
        session.add(Promotion(code="TEN", starts_at=datetime(2026, 1, 1, tzinfo=UTC), **values))
    reply = await told_in_policies.say("any offers?", "ask_promotion")
    assert "TEN" in reply.text
    assert not reply.sources


async def test_reduced_product_is_said_to_be_before_the_policies(
    shop: Database, told_in_policies: ServiceShopper
) -> None:
    bip = next(product for product in PRODUCTS if product.product_id == "bip-5")
    variants = tuple(replace(variant, prices={"USD": Price(7900, 9900)}) for variant in bip.variants)
    with shop.session() as session:
        ProductWriter(session).write([replace(bip, variants=variants)])
    await told_in_policies.say("tell me about the amazfit bip 5", "ask_product_detail")
    reply = await told_in_policies.say("is there a discount on it", "ask_promotion")
    assert "reduced" in reply.text


@pytest.mark.parametrize(("text", "said"), [("any offers?", "no offers"), ("有什么优惠", "没有查到优惠")])
async def test_no_offers_are_known_where_neither_tells_of_one(
    shop: Database, shopper: ServiceShopper, text: str, said: str
) -> None:
    with shop.session() as session:
        session.execute(update(KnowledgeDocument).where(KnowledgeDocument.topic == "promotions").values(current=False))
    assert said in (await shopper.say(text, "ask_promotion")).text
