import asyncio
import re

import pytest
from sqlalchemy import select
from yarl import URL

from catalog.models.events import BehaviourEvent
from catalog.repositories.carts import add_to_cart
from catalog.repositories.events import shopper_history
from catalog.repositories.product_writer import deactivate_products
from catalog.session import Database
from tests.engines import on_both_engines
from tests.integration.gateway.conftest import Client, StartGateway
from tests.integration.gateway.small_shop import EVIL
from tests.integration.gateway.talk import origin


async def page(gateway: Client, path: str, status: int = 200, accept_language: str = "") -> str:
    async with gateway.get(path, headers={"Accept": "text/html", "Accept-Language": accept_language}) as response:
        text = await response.text()
        assert response.status == status, text
        return text


def products(html: str) -> list[str]:
    return re.findall(r'class="tile" data-product="([^"]+)"', html)


async def test_shop_page_shows_products_page_by_page(gateway: Client) -> None:
    first, second = await page(gateway, "/"), await page(gateway, "/?page=2")
    assert len(products(first)) == 24
    assert len(products(second)) == 7
    assert not set(products(first)) & set(products(second))
    assert "$199.00" in first
    await page(gateway, "/?page=3", 404)
    await page(gateway, "/?page=-1", 404)


@on_both_engines("database")
async def test_shop_page_filters_by_category_and_by_text(gateway: Client) -> None:
    assert products(await page(gateway, "/?category=kettles")) == ["kettle-1"]
    assert len(products(await page(gateway, "/?category=electronics"))) == 24
    assert products(await page(gateway, "/?q=kettle")) == ["kettle-1"]
    assert products(await page(gateway, "/?q=7号智能手表&lang=zh"))[0] == "watch-7"
    assert products(await page(gateway, "/?q=nothingofthekind")) == []
    await page(gateway, "/?category=unknown", 404)


async def test_category_whose_products_are_all_off_sale_is_not_offered(gateway: Client, database: Database) -> None:
    path = "/?category=electronics"
    assert "category=kettles" in await page(gateway, path)
    with database.session() as session:
        deactivate_products(session, ["kettle-1"])
    html = await page(gateway, path)
    assert "category=kettles" not in html
    assert "category=smartwatches" in html


async def test_language_is_chosen_by_address_cookie_or_browser(gateway: Client) -> None:
    assert 'lang="en"' in await page(gateway, "/")
    assert 'lang="zh-CN"' in await page(gateway, "/", accept_language="zh-CN,zh;q=0.9,en;q=0.5")
    assert 'lang="en"' in await page(gateway, "/", accept_language="fr, en;q=0.5, zh;q=0.1")
    chinese = await page(gateway, "/?lang=zh")
    assert "智能手表" in chinese
    assert "¥1,499.00" in chinese
    assert 'lang="zh-CN"' in await page(gateway, "/")


@on_both_engines("database")
async def test_product_page_shows_variants_and_attributes(gateway: Client) -> None:
    html = await page(gateway, "/products/watch-3?lang=en")
    assert "Tick &amp; Tock" in html
    assert "leather, steel" in html
    assert '"in_stock": false' in html
    assert "2天" in await page(gateway, "/products/watch-3?lang=zh")
    await page(gateway, "/products/none", 404)


async def test_language_link_never_leads_to_another_site(gateway: Client) -> None:
    address = URL(f"{gateway.make_url('/')}/elsewhere.example/a%2Fb?x=1", encoded=True)
    async with gateway.session.get(address, headers={"Accept": "text/html"}) as response:
        html = await response.text()
        assert response.status == 404
    assert 'href="/elsewhere.example/a%2Fb?x=1&amp;lang=zh"' in html


async def test_texts_of_the_shop_are_escaped(gateway: Client) -> None:
    for path in ("/", "/?category=kettles", "/products/kettle-1", "/products/watch-1", f"/?q={EVIL}"):
        html = await page(gateway, path)
        assert EVIL not in html
        assert "<script>" not in html
    assert "&lt;script&gt;" in await page(gateway, "/products/kettle-1")


async def test_answers_carry_security_headers(gateway: Client) -> None:
    for path in ("/", "/healthz", "/static/shop.css", "/api/session", "/nothing"):
        async with gateway.get(path) as response:
            assert "default-src 'none'" in response.headers["Content-Security-Policy"]
            assert "unsafe" not in response.headers["Content-Security-Policy"]
            assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_widget_loads_from_other_sites_and_is_cached_by_its_content(gateway: Client) -> None:
    for path in ("/widget.js", "/widget/connection.js"):
        async with gateway.get(path) as response:
            assert response.status == 200
            assert "javascript" in response.headers["Content-Type"]
            assert response.headers["Access-Control-Allow-Origin"] == "*"
            etag = response.headers["ETag"]
        async with gateway.get(path, headers={"If-None-Match": etag}) as response:
            assert response.status == 304


async def test_files_outside_the_static_folder_cannot_be_read(gateway: Client) -> None:
    for path in ("/static/../README.md", "/static/%2e%2e%2fREADME.md", "/images/..%2f..%2fcontent.svg", "/widget/x.js"):
        async with gateway.get(path) as response:
            assert response.status == 404


async def test_pictures_are_served(gateway: Client) -> None:
    async with gateway.get("/images/watch.svg") as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "image/svg+xml"


async def test_demo_customers_are_offered_in_the_demo_shop_only(gateway: Client, start_gateway: StartGateway) -> None:
    assert "Mia Chen" in await page(gateway, "/")
    assert "Mia Chen" not in await page(await start_gateway(demo=False), "/")


@pytest.mark.parametrize("path", ["/", "/products/watch-1", "/?category=nowhere"])
async def test_only_the_demo_shop_calls_itself_one(path: str, gateway: Client, start_gateway: StartGateway) -> None:
    real = await start_gateway(demo=False)
    joint = "&" if "?" in path else "?"
    for language, demo_words, own in (
        ("en", ("This is a demo shop", "Lantern Goods", "demo customer"), "Our shop"),
        ("zh", ("这是演示商店", "灯笼优选", "演示顾客"), "本店"),
    ):
        async with gateway.get(f"{path}{joint}lang={language}", headers={"Accept": "text/html"}) as response:
            shown = await response.text()
        assert all(word in shown for word in demo_words)
        async with real.get(f"{path}{joint}lang={language}", headers={"Accept": "text/html"}) as response:
            shown = await response.text()
        assert not [word for word in demo_words if word in shown]
        assert own in shown


@pytest.mark.parametrize("path", ["/", "/products/watch-1", "/?category=nowhere"])
async def test_shop_has_the_name_that_is_set(path: str, start_gateway: StartGateway) -> None:
    gateway = await start_gateway(demo=False, shop_name=f" Flora & Co {EVIL} ")
    async with gateway.get(path, headers={"Accept": "text/html"}) as response:
        shown = await response.text()
    assert "Our shop" not in shown
    assert EVIL not in shown
    assert shown.count("Flora &amp; Co &lt;script&gt;") == 4  # title, widget, header, foot


async def test_only_the_demo_shop_has_starters_of_its_own(gateway: Client, start_gateway: StartGateway) -> None:
    assert 'data-starters-en="Smartwatch under $200|' in await page(gateway, "/?lang=zh")
    own = await page(await start_gateway(demo=False), "/?lang=en")
    assert "data-starters" not in own
    assert not re.search(r"\bwatch under|gift for", own)


@on_both_engines("database")
async def test_behaviour_of_a_session_becomes_events(gateway: Client, database: Database) -> None:
    await (await gateway.get("/api/session")).read()
    events = [
        {"kind": "impression", "product_id": "watch-1", "rank": 1, "place": "grid"},
        {"kind": "click", "product_id": "watch-1", "rank": 1, "place": "grid"},
        {"kind": "view", "product_id": "unknown"},
    ]
    async with gateway.post("/api/events", json={"events": events}, headers=origin(gateway)) as response:
        assert response.status == 202
    with database.reading() as session:
        rows = session.scalars(select(BehaviourEvent)).all()
        assert [(row.kind.value, row.rank, row.channel, row.synthetic) for row in rows] == [
            ("impression", 1, "grid", False),
            ("click", 1, "grid", False),
        ]
        assert rows[0].shopper_id == rows[0].session_id


async def test_clicks_on_the_page_count_for_the_sessions_conversation(
    gateway: Client, conversation_id: str, database: Database
) -> None:
    await (await gateway.get("/api/session")).read()
    message = {"conversation_id": conversation_id, "text": "hi"}
    await gateway.post("/api/messages", json=message, headers=origin(gateway))
    click = {"events": [{"kind": "click", "product_id": "watch-2"}]}
    await gateway.post("/api/events", json=click, headers=origin(gateway))
    with database.reading() as session:
        assert [event.product_id for event in shopper_history(session, conversation_id)] == ["watch-2"]


async def test_an_event_has_the_conversations_shopper_and_session(
    gateway: Client, conversation_id: str, database: Database
) -> None:
    """The gateway's click and the shop's own addition agree; before, after and without a session."""
    bare = f"{conversation_id}-bare"
    await gateway.post("/api/messages", json={"conversation_id": bare, "text": "hi"})
    click = {"kind": "click", "product_id": "watch-2", "place": "chat"}
    await gateway.post("/api/events", json={"conversation_id": bare, "events": [click]})
    await (await gateway.get("/api/session")).read()
    await gateway.post("/api/events", json={"events": [{**click, "place": "grid"}]}, headers=origin(gateway))
    message = {"conversation_id": conversation_id, "text": "hi"}
    await gateway.post("/api/messages", json=message, headers=origin(gateway))
    body = {"conversation_id": conversation_id, "events": [click]}
    await gateway.post("/api/events", json=body, headers=origin(gateway))
    with database.session() as session:
        for talk in (bare, conversation_id):
            add_to_cart(session, talk, "watch-2-1", currency="USD")
    with database.reading() as session:
        events = session.scalars(select(BehaviourEvent).order_by(BehaviourEvent.id)).all()
        seen = [(event.kind.value, event.shopper_id, event.session_id) for event in events]
    browser = seen[1][2]
    assert browser not in (None, bare, conversation_id)
    assert seen == [
        ("click", bare, bare),
        ("click", conversation_id, browser),
        ("click", conversation_id, browser),
        ("add_to_cart", bare, bare),
        ("add_to_cart", conversation_id, browser),
    ]


async def test_a_page_cannot_count_again_what_the_chat_counts_itself(gateway: Client, database: Database) -> None:
    kinds = [("impression", "chat"), ("add_to_cart", "chat"), ("click", "chat"), ("add_to_cart", "product_page")]
    events = [{"kind": kind, "product_id": "watch-1", "place": place} for kind, place in kinds]
    async with gateway.post("/api/events", json={"conversation_id": "somebody", "events": events}) as response:
        assert response.status == 202
    with database.reading() as session:
        rows = session.scalars(select(BehaviourEvent).order_by(BehaviourEvent.id)).all()
        assert [(row.kind.value, row.channel) for row in rows] == [("click", "chat"), ("add_to_cart", "product_page")]


async def test_signed_out_clicks_do_not_count_for_the_customer_before(
    gateway: Client, conversation_id: str, database: Database
) -> None:
    await gateway.post("/api/session/demo", json={"customer_id": "c1"}, headers=origin(gateway))
    message = {"conversation_id": conversation_id, "text": "hi"}
    await gateway.post("/api/messages", json=message, headers=origin(gateway))
    click = {"events": [{"kind": "click", "product_id": "watch-2"}]}
    await gateway.post("/api/events", json=click, headers=origin(gateway))
    await gateway.delete("/api/session", headers=origin(gateway))
    await gateway.post("/api/events", json=click, headers=origin(gateway))
    with database.reading() as session:
        first, second = session.scalars(select(BehaviourEvent).order_by(BehaviourEvent.id)).all()
        assert first.shopper_id == "c1"
        assert second.shopper_id == second.session_id == first.session_id


async def test_events_of_a_wrong_shape_are_refused(gateway: Client) -> None:
    one = {"kind": "view", "product_id": "watch-1"}
    for events in ([], [{**one, "kind": "purchase"}], [{**one, "rank": 0}], [one] * 101):
        body = {"conversation_id": "somebody", "events": events}
        async with gateway.post("/api/events", json=body) as response:
            assert response.status == 400
    async with gateway.post("/api/events", json={"events": [one]}) as response:
        assert response.status == 400


async def test_metrics_are_for_this_machine_or_the_token(start_gateway: StartGateway) -> None:
    gateway = await start_gateway(metrics_token="t" * 20)
    outside = {"X-Forwarded-For": "203.0.113.9"}
    statuses = []
    for headers in ({}, outside, {**outside, "Authorization": "Bearer " + "t" * 20}):
        async with gateway.get("/metrics", headers=headers) as response:
            statuses.append(response.status)
    assert statuses == [200, 404, 200]
    reader, writer = await asyncio.open_connection(gateway.host, gateway.port)
    writer.write(b"GET /metrics HTTP/1.1\r\nHost: shop\r\nX-Forwarded-For: 203.0.113.9\r\nAuthorization: \xff\r\n\r\n")
    assert (await reader.readline()).split()[1] == b"404"
    writer.close()


async def test_wrong_method_is_not_counted_as_a_fault_of_the_server(gateway: Client) -> None:
    async with gateway.put("/healthz") as response:
        assert response.status == 405
    async with gateway.get("/metrics") as response:
        assert 'requests_total{endpoint="unknown",status="405"} 1.0' in await response.text()


async def test_pages_are_named_after_what_they_show(gateway: Client) -> None:
    for path, title in (
        ("/?q=kettle&lang=en", "Results for “kettle”"),
        ("/?q=手表&lang=zh", "“手表”的搜索结果"),
        ("/?category=kettles&lang=en", "Kettles"),
    ):
        html = await page(gateway, path)
        assert f"<title>{title} · " in html
        assert f'<h1 class="title">{title}</h1>' in html
    assert "<title>There is no such page. · " in await page(gateway, "/products/none?lang=en", 404)
