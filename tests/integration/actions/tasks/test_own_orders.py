"""Orders as their owner asks for them: by any spelling of the number, and never anybody else's."""

from datetime import UTC, datetime, timedelta

import pytest

from catalog.models import Fulfilment, FulfilmentStatus, Order, OrderStatus
from catalog.session import Database
from tests.engines import on_both_engines
from tests.integration.actions.tasks.service_shopper import ServiceShopper

NUMBERS = ("W10008866", "W10000001", "W10000002", "W10000003", "W10000004")
SOMEBODY_ELSES = "W77777777"


@pytest.fixture
def owner(shop: Database, shopper: ServiceShopper) -> ServiceShopper:
    """Give Emma, signed in, with five orders; the first is the oldest, and lost. Liam has one."""
    placed = datetime(2026, 11, 1, tzinfo=UTC)
    with shop.session() as session:
        for day, number in enumerate((*NUMBERS, SOMEBODY_ELSES)):
            order = Order(
                number=number, customer_id="liam" if number == SOMEBODY_ELSES else "emma", status=OrderStatus.SHIPPED,
                currency="USD", total_minor=100, recipient="Emma", email="e@example.com", shipping_address={},
                placed_at=placed + timedelta(days=day), updated_at=placed,
            )  # fmt: skip
            status = FulfilmentStatus.LOST if number == NUMBERS[0] else FulfilmentStatus.IN_TRANSIT
            order.fulfilments.append(Fulfilment(position=0, status=status))
            session.add(order)
    shopper.customer_id = "emma"
    return shopper


@on_both_engines("shop")
@pytest.mark.parametrize(
    "text",
    ["10008866", "W 10008866", "W-10008866", "#w10008866", "where is order number10008866", "订单10008866到哪了"],
)
async def test_owner_finds_an_order_however_its_number_is_typed(owner: ServiceShopper, text: str) -> None:
    assert "W10008866" in (await owner.say(text, "track_order")).text
    assert owner.tasks == []


@pytest.mark.parametrize("text", [SOMEBODY_ELSES, "77777777", "查一下77777777"])
async def test_somebody_elses_number_is_answered_as_one_that_does_not_exist(owner: ServiceShopper, text: str) -> None:
    reply = await owner.say(text, "track_order")

    assert "can't find" in reply.text or "没有查到" in reply.text
    *offered, person = reply.quick_replies
    assert [button.payload.split('"')[3] for button in offered] == [*reversed(NUMBERS[1:])]
    assert person.payload == "/contact_human_agent"
    assert "W10000003" in (await owner.tap(reply.quick_replies[1])).text
    assert owner.tasks == []


@pytest.mark.parametrize(
    ("opening", "search"),
    [("where is my order", "do you have phones under 2000?"), ("我的订单到哪了", "有2000以下的手机吗")],
)
async def test_search_after_which_order_is_searched_for(owner: ServiceShopper, opening: str, search: str) -> None:
    await owner.say(opening, "track_order")
    reply = await owner.say(search, "search_product")

    assert "2000 " not in reply.text
    assert owner.last.rejected


@pytest.mark.parametrize(
    "text", ["where is my order from last month", "show my recent orders", "我上个月的订单到哪了", "最近的订单有哪些"]
)
async def test_recent_orders_are_offered_to_choose_from(owner: ServiceShopper, text: str) -> None:
    reply = await owner.say(text, "track_order")

    assert len(reply.quick_replies) == 4
    assert reply.text in ("Which order do you mean?", "您想查哪个订单？")


@pytest.mark.parametrize("text", ["where is W10008866", "W10008866到哪了"])
async def test_lost_parcel_comes_with_a_person(owner: ServiceShopper, text: str) -> None:
    reply = await owner.say(text, "track_order")
    assert "lost" in reply.text or "丢失" in reply.text
    assert [button.payload for button in reply.quick_replies] == ["/contact_human_agent"]

    assert not (await owner.say("my last order", "track_order")).quick_replies


@pytest.mark.parametrize("text", ["where are W10000001 and W10000003", "W10000001和W10000003到哪了"])
async def test_each_of_several_orders_is_told(owner: ServiceShopper, text: str) -> None:
    reply = await owner.say(text, "track_order")

    assert "W10000001" in reply.text
    assert "W10000003" in reply.text
    assert owner.tasks == []


async def test_somebody_elses_order_beside_an_own_one_is_not_told(owner: ServiceShopper) -> None:
    assert SOMEBODY_ELSES not in (await owner.say(f"where are W10000001 and {SOMEBODY_ELSES}", "track_order")).text
