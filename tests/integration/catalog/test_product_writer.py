"""Writing products: what is read back is what was written, and writing twice changes nothing."""

from dataclasses import replace

from sqlalchemy import func, select, update

from catalog.models import Variant, VariantPrice, VariantTerm
from catalog.repositories.catalog_state import versions
from catalog.repositories.product_records import Price, WriteCounts
from catalog.repositories.product_writer import ProductWriter, deactivate_products, withdraw_all_but
from catalog.repositories.products import currencies, get_product, get_products, load_labels
from catalog.search.product_search import ProductSearch
from catalog.search.query import SearchQuery
from catalog.session import Database
from tests.integration.catalog.conftest import PRODUCTS, variant


def test_a_product_reads_back_as_written(shop: Database) -> None:
    with shop.reading() as session:
        view = get_product(session, "apple-watch-9")
    assert view is not None
    assert view.titles == PRODUCTS[0].titles
    assert view.description("zh") == "关于苹果 Apple Watch Series 9 智能手表。"
    assert view.category_slug == "smartwatches"
    assert view.brand == "Apple"
    assert view.image == "/images/smartwatches.svg"
    assert [v.variant_id for v in view.variants] == ["aw9-midnight-41", "aw9-silver-45"]
    assert view.variants[1].options == {"color": "silver", "size": "45 mm"}
    assert view.price_range("CNY") == (299900, 319900)
    cheapest = view.cheapest("USD")
    assert cheapest is not None
    assert cheapest.variant_id == "aw9-midnight-41"


def test_get_products_keeps_the_order_and_leaves_out_unknown_ids(shop: Database) -> None:
    with shop.reading() as session:
        found = get_products(session, ["sony-xm5", "nothing", "plain-tee", "sony-xm5"])
        assert currencies(session) == ("USD", "CNY")
    assert [view.product_id for view in found] == ["sony-xm5", "plain-tee", "sony-xm5"]


def test_writing_the_same_again_changes_nothing_and_keeps_sold_stock(shop: Database) -> None:
    with shop.session() as session:
        session.execute(update(Variant).where(Variant.merchant_id == "xm5-black").values(stock=2))
        before = versions(session)
        assert ProductWriter(session).write(PRODUCTS) == WriteCounts(unchanged=len(PRODUCTS))
        assert versions(session) == before
        assert session.scalar(select(Variant.stock).where(Variant.merchant_id == "xm5-black")) == 2


def test_a_changed_product_is_replaced_in_all_its_parts(shop: Database) -> None:
    sony = next(record for record in PRODUCTS if record.product_id == "sony-xm5")
    changed = replace(
        sony,
        titles={"en": "Sony Ultrasound Helmet"},
        descriptions={},
        images=(),
        variants=(replace(variant("xm5-black", 299, color="blue"), prices={"EUR": Price(29900)}),),
    )
    with shop.session() as session:
        assert ProductWriter(session).write([changed]) == WriteCounts(updated=1)
    search = ProductSearch()
    with shop.reading() as session:
        view = get_product(session, "sony-xm5")
        assert view is not None
        assert view.titles == {"en": "Sony Ultrasound Helmet"}
        assert view.images == ()
        assert [v.variant_id for v in view.variants] == ["xm5-black"]
        assert view.variants[0].prices == {"EUR": Price(29900)}
        found = search.search(session, SearchQuery("ultrasound", currency="EUR"))
        assert [hit.product_id for hit in found.hits] == ["sony-xm5"]
        gone = search.search(session, SearchQuery("降噪", currency="EUR"))
        assert gone.hits == ()
        assert session.scalar(select(func.count()).select_from(VariantTerm).where(VariantTerm.term == "silver")) == 1
        orphans = (
            select(func.count()).select_from(VariantPrice).where(VariantPrice.variant_id.not_in(select(Variant.id)))
        )
        assert session.scalar(orphans) == 0


def test_deactivated_products_are_not_found_until_they_come_again(shop: Database) -> None:
    search = ProductSearch()
    stock = select(Variant.stock).where(Variant.merchant_id == "xm5-black")
    with shop.session() as session:
        before = session.scalar(stock)
        deactivate_products(session, ["sony-xm5"])
    with shop.reading() as session:
        assert session.scalar(stock) == 0, "a cart that has one can still be ordered"
        assert "sony-xm5" not in {hit.product_id for hit in search.search(session, SearchQuery("sony")).hits}
    with shop.session() as session:
        assert ProductWriter(session).write(PRODUCTS).updated == 1
    with shop.reading() as session:
        assert session.scalar(stock) == before != 0
        assert "sony-xm5" in {hit.product_id for hit in search.search(session, SearchQuery("sony")).hits}


def test_products_that_are_not_among_those_named_are_taken_off_sale(shop: Database) -> None:
    with shop.session() as session:
        assert withdraw_all_but(session, {"sony-xm5", "not-in-the-shop"}) == len(PRODUCTS) - 1
        before = versions(session)
        assert withdraw_all_but(session, {"sony-xm5"}) == 0
        assert versions(session) == before
    with shop.reading() as session:
        assert [view.product_id for view in get_products(session, [p.product_id for p in PRODUCTS]) if view.active] == [
            "sony-xm5"
        ]


def test_usual_options_have_chinese_names_in_a_shop_that_gives_none(shop: Database) -> None:
    with shop.reading() as session:
        labels = load_labels(session)
    assert (labels.option("size", "zh"), labels.attribute("color", "zh")) == ("规格", "颜色")
    assert (labels.option("size", "en"), labels.attribute("strap_material", "zh")) == ("size", "strap material")
