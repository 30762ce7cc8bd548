"""Order status for a verified owner, in words made from the database's facts."""

from datetime import UTC, datetime

from babel.dates import format_date
from sqlalchemy.orm import Session

from actions.money import format_price
from actions.reply import Language
from actions.services.service_tasks import MOST_OPEN, Completed
from actions.services.tasks.frames import Frame
from actions.services.tasks.order_status import (
    MOST_OFFERED,
    OrderFacts,
    OrderStatus,
    chosen_order,
    read_order_numbers,
)
from actions.texts import Texts, listed
from actions.turn import Turn
from catalog.models.orders import FulfilmentStatus
from catalog.repositories.orders import FulfilmentView, OrderView, get_order, list_order_numbers, list_orders
from catalog.session import Database

_UNDER_WAY = (FulfilmentStatus.PREPARING, FulfilmentStatus.IN_TRANSIT, FulfilmentStatus.UNKNOWN)
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

    async def open(self, turn: Turn) -> list[Frame]:
        """Begin with each of several own orders that the message names; else the task itself reads the number, with the
        owner's orders in hand."""
        frame = Frame(self.task.name)
        typed = read_order_numbers(turn)
        if len(typed) < 2:
            return [frame]
        facts = await self.facts(frame, turn)
        own = list(dict.fromkeys(number for one in typed if (number := facts.own(one)) is not None))
        return [frame.fill(order_number=number) for number in own[:MOST_OPEN]] if len(own) > 1 else [frame]

    async def facts(self, frame: Frame, turn: Turn) -> OrderFacts:
        """Read the owner's recent orders, and the numbers of all."""
        if turn.customer_id is None:
            return OrderFacts(signed_in=False)
        orders, numbers = await self._database.read(_own_orders, turn.customer_id)
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
            numbers=tuple(numbers),
        )

    def focus(self, turn: Turn, facts: OrderFacts) -> None:
        """Return nothing: no product is asked about."""

    async def complete(self, frame: Frame, turn: Turn, facts: OrderFacts) -> Completed:
        """Say where the order is."""
        number = chosen_order(frame, facts)
        order = await self._database.read(get_order, str(turn.customer_id), number)
        say = self._texts.say
        if order is None:
            text = say("order.not_found", turn.language, number=number)
            return Completed(text, buttons=(self._texts.human_button(turn.language),))
        lost = any(parcel.status == FulfilmentStatus.LOST for parcel in order.fulfilments)
        buttons = (self._texts.human_button(turn.language),) if lost else ()
        return Completed("\n".join(self._lines(order, turn.language)), buttons=buttons)

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
        for number, parcel in enumerate(order.fulfilments, start=1):
            if len(order.fulfilments) > 1:
                lines.append(self._contents(number, parcel, order, language))
            lines += self._parcel(parcel, language)
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

    def _contents(self, number: int, parcel: FulfilmentView, order: OrderView, language: Language) -> str:
        if not parcel.lines:
            return self._texts.say("order.parcel", language, number=number)
        items = listed((order.lines[place].title for place in parcel.lines), language)
        return self._texts.say("order.parcel_of", language, number=number, items=items)

    def _parcel(self, parcel: FulfilmentView, language: Language) -> list[str]:
        say = self._texts.say
        delivered = parcel.status == FulfilmentStatus.DELIVERED and parcel.delivered_at is not None
        when = say("order.on_date", language, date=in_words(parcel.delivered_at, language)) if delivered else ""
        lines = [say(f"order.parcel.{parcel.status}", language, when=when)]
        if parcel.tracking_numbers:
            numbers = listed(parcel.tracking_numbers, language)
            carrier = f"{parcel.carrier} " if parcel.carrier else ""
            lines.append(say("order.tracking", language, carrier=carrier, numbers=numbers))
        if parcel.status in _UNDER_WAY and parcel.expected_at is not None and parcel.expected_at > datetime.now(UTC):
            lines.append(say("order.expected", language, date=in_words(parcel.expected_at, language)))
        return lines


def _own_orders(session: Session, customer_id: str) -> tuple[list[OrderView], list[str]]:
    return list_orders(session, customer_id, limit=MOST_OFFERED), list_order_numbers(session, customer_id)
