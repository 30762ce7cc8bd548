"""An order in several parcels: which thing is in which, where each is, and when it comes."""

from datetime import UTC, datetime, timedelta

from catalog.models import FulfilmentStatus, OrderStatus
from catalog.repositories.order_writer import save_order
from catalog.repositories.orders import FulfilmentView, OrderLineView, OrderView
from catalog.session import Database
from tests.integration.actions.tasks.service_shopper import ServiceShopper


async def test_each_parcel_is_told_with_what_is_in_it_and_when_it_comes(
    shop: Database, shopper: ServiceShopper
) -> None:
    now = datetime.now(UTC)
    lines = tuple(OrderLineView(name, name, name.title(), {}, 1, 500) for name in ("mug", "tray"))
    parcels = (
        FulfilmentView(FulfilmentStatus.IN_TRANSIT, "DHL", ("T1",), now, now + timedelta(days=400), None, (0,)),
        FulfilmentView(FulfilmentStatus.PREPARING, None, (), None, now - timedelta(days=1), None, (1,)),
    )
    order = OrderView(
        "W20000001", "emma", OrderStatus.SHIPPED, "USD", 1000, "Emma", "e@example.com", {}, now, lines, parcels, (), ()
    )
    with shop.session() as session:
        save_order(session, order)
    shopper.customer_id = "emma"

    told = (await shopper.say("where is W20000001", "track_order")).text.splitlines()[1:-1]
    assert told[:3] == ["Parcel 1 (Mug):", "The parcel is on its way.", "Tracking: DHL T1."]
    assert told[3].startswith("Expected by ")
    assert told[4:] == ["Parcel 2 (Tray):", "The parcel is being packed."]  # a day that is over is not told
