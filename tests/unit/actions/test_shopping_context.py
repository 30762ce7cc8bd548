"""What the shopping slot remembers."""

from actions.services.shopping_context import MOST_SEEN, ShoppingContext, ShownProduct, context_from_json


def product(number: int) -> ShownProduct:
    return ShownProduct(f"p{number}", f"Product {number}", number * 100, "USD", brand="Acme", kind="watches")


def test_context_survives_its_json() -> None:
    context = ShoppingContext().showing([product(1), product(2)], query={"kinds": ["watches"]}).focusing(product(2))

    read = context_from_json(context.as_json())

    assert (read.query, read.shown, read.focus) == (context.query, context.shown, context.focus)
    assert set(read.seen) == set(context.seen)


def test_empty_slot_is_a_new_conversation() -> None:
    assert context_from_json(None) == ShoppingContext()
    assert context_from_json({}) == ShoppingContext()


def test_list_of_one_is_the_focus() -> None:
    assert ShoppingContext().showing([product(1)], query=None).focus == "p1"
    assert ShoppingContext().showing([product(1), product(2)], query=None).focus is None


def test_seen_is_bounded_and_newest_first() -> None:
    context = ShoppingContext()
    for number in range(0, 60, 3):
        context = context.showing([product(number), product(number + 1), product(number + 2)], query=None)

    assert len(context.seen) == MOST_SEEN
    assert [p.product_id for p in context.seen[:4]] == ["p57", "p58", "p59", "p54"]


def test_product_shown_again_is_seen_once_with_its_new_price() -> None:
    again = ShownProduct("p1", "Product 1", 50, "USD")
    context = ShoppingContext().showing([product(1), product(2)], query=None).showing([again], query=None)

    assert [p.product_id for p in context.seen] == ["p1", "p2"]
    assert context.seen[0].price_minor == 50


def test_focusing_keeps_the_list_for_positions() -> None:
    context = ShoppingContext().showing([product(1), product(2), product(3)], query=None).focusing(product(2))

    assert [p.product_id for p in context.shown] == ["p1", "p2", "p3"]
    assert context.focus == "p2"
