"""Order status for a verified owner, in words made from the database's facts."""

from datetime import datetime
from typing import Final

from babel.dates import format_date
from sqlalchemy.orm import Session

from actions.money import format_price
from actions.reply import Language
from actions.services.service_tasks import Completed
from actions.services.tasks.frames import Frame
from actions.services.tasks.order_status import OrderFacts, OrderStatus, chosen_order, read_order_number
from actions.texts import Texts, listed
from actions.turn import Turn
from catalog.models.orders import FulfilmentStatus
from catalog.repositories.orders import FulfilmentView, OrderView, get_order, list_orders
from catalog.session import Database

MOST_RECENT: Final = 4
_LOCALES = {"en": "en_US", "zh": "zh_CN"}


def in_words(moment: datetime | None, language: Language) -> str:
    """Return a date as the language writes it."""
    if moment is None:
        return "–"
    return format_date(moment, "medium" if language == "en" else "long", locale=_LOCALES[language])


class OrderStatusService:
    """See `OrderStatus` for what is asked; an order of somebody else answers as one that does not exist."""

    def __init__(self, database: Database, texts: Texts) -> None:
        self.task = OrderStatus()
        self._database = database
        self._texts = texts

    async def open(self, turn: Turn) -> Frame:
        """Begin with the order number in the message, if there is one."""
        number = read_order_number(turn)
        return Frame(self.task.name, {"order_number": number} if number else {})

    async def facts(self, frame: Frame, turn: Turn) -> OrderFacts:
        """Read the owner's recent orders."""
        if turn.customer_id is None:
            return OrderFacts(signed_in=False)
        orders = await self._database.read(_recent, turn.customer_id)
        return OrderFacts(
            signed_in=True,
            recent=tuple(
                (
                    order.number,
                    self._texts.say(
                        "order.choice",
                        turn.language,
                        number=order.number,
                        date=in_words(order.placed_at, turn.language),
                    ),
                )
                for order in orders
            ),
        )

    async def complete(self, frame: Frame, turn: Turn, facts: OrderFacts) -> Completed:
        """Say where the order is."""
        number = chosen_order(frame, facts)
        order = await self._database.read(get_order, str(turn.customer_id), number)
        say = self._texts.say
        if order is None:
            text = say("order.not_found", turn.language, number=number)
            return Completed(text, buttons=(self._texts.human_button(turn.language),))
        return Completed("\n".join(self._lines(order, turn.language)))

    def _lines(self, order: OrderView, language: Language) -> list[str]:
        say = self._texts.say
        items = listed(
            (say("order.line", language, quantity=line.quantity, title=line.title) for line in order.lines), language
        )
        lines = [
            say(
                "order.summary",
                language,
                number=order.number,
                date=in_words(order.placed_at, language),
                status=say(f"order.status.{order.status}", language),
            )
        ]
        lines += [line for parcel in order.fulfilments for line in self._parcel(parcel, language)]
        total = format_price(order.total_minor, order.currency, language)
        lines.append(say("order.items", language, items=items, total=total))
        lines += [
            say(
                "order.refund",
                language,
                amount=format_price(refund.amount_minor, refund.currency, language),
                status=say(f"order.refund.{refund.status}", language),
            )
            for refund in order.refunds
        ]
        return lines

    def _parcel(self, parcel: FulfilmentView, language: Language) -> list[str]:
        say = self._texts.say
        delivered = parcel.status == FulfilmentStatus.DELIVERED and parcel.delivered_at is not None
        when = say("order.on_date", language, date=in_words(parcel.delivered_at, language)) if delivered else ""
        lines = [say(f"order.parcel.{parcel.status}", language, when=when)]
        if parcel.tracking_numbers:
            numbers = listed(parcel.tracking_numbers, language)
            carrier = f"{parcel.carrier} " if parcel.carrier else ""
            lines.append(say("order.tracking", language, carrier=carrier, numbers=numbers))
        return lines


def _recent(session: Session, customer_id: str) -> list[OrderView]:
    return list_orders(session, customer_id, limit=MOST_RECENT)
