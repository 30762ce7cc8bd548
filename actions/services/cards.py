"""Product cards, and why each product is there: reasons only from data."""

from collections.abc import Mapping, Sequence

from actions.money import format_price
from actions.reply import Button, Card, Language, payload
from actions.services.shopping_context import ShownProduct
from actions.texts import Texts
from catalog.repositories.products import ProductView, VariantView
from catalog.search.query import ProductHit

_WELL_RATED = 4.3
_MANY_RATINGS = 50
_LIST_FOR_LOWEST = 3


def card_of_hit(hit: ProductHit, language: Language, texts: Texts, reason: str | None) -> Card:
    """Return the card of a search hit; a product with a single variant goes into the cart by one tap."""
    variant_id = hit.variant_id if hit.variant_count == 1 else None
    return Card(
        product_id=hit.product_id,
        variant_id=variant_id,
        title=hit.title(language),
        price_minor=hit.price_minor,
        currency=hit.currency,
        image_url=hit.image,
        url=hit.url,
        rating=hit.rating,
        in_stock=hit.in_stock,
        reason=reason,
        sponsored=hit.sponsored,
        buttons=card_buttons(hit.product_id, variant_id, language, texts, in_stock=hit.in_stock),
    )


def card_of_product(
    product: ProductView, currency: str, language: Language, texts: Texts, *, reason: str | None = None
) -> Card | None:
    """Return the card of one product, None where it has no price in the currency."""
    variant = product.cheapest(currency)
    if variant is None:
        return None
    only = variant.variant_id if len(product.variants) == 1 else None
    return Card(
        product_id=product.product_id,
        variant_id=only,
        title=product.title(language),
        price_minor=variant.prices[currency].price_minor,
        currency=currency,
        image_url=product.image,
        url=product.url,
        rating=product.rating,
        in_stock=variant.stock > 0,
        reason=reason,
        sponsored=product.sponsored,
        buttons=card_buttons(product.product_id, only, language, texts, in_stock=variant.stock > 0),
    )


def card_buttons(
    product_id: str, variant_id: str | None, language: Language, texts: Texts, *, in_stock: bool
) -> tuple[Button, ...]:
    """Return what can be done with a card: into the cart (where there is stock), and details."""
    chosen = {"product_id": product_id} | ({"variant_id": variant_id} if variant_id else {})
    details = Button(texts.say("button.details", language), payload("show_product", product_id=product_id))
    if not in_stock:
        return (details,)
    return (Button(texts.say("button.add_to_cart", language), payload("add_to_cart", **chosen)), details)


def shown_of_hit(hit: ProductHit, language: Language) -> ShownProduct:
    """Return what is remembered of a hit."""
    return ShownProduct(
        product_id=hit.product_id,
        title=hit.title(language),
        price_minor=hit.price_minor,
        currency=hit.currency,
        brand=hit.brand,
        kind=hit.category_slug,
        rating=hit.rating,
    )


def shown_of_product(product: ProductView, currency: str, language: Language) -> ShownProduct:
    """Return what is remembered of a product."""
    variant: VariantView | None = product.cheapest(currency)
    return ShownProduct(
        product_id=product.product_id,
        title=product.title(language),
        price_minor=variant.prices[currency].price_minor if variant else None,
        currency=currency if variant else None,
        brand=product.brand,
        kind=product.category_slug,
        rating=product.rating,
    )


def reasons(
    hits: Sequence[ProductHit],
    language: Language,
    texts: Texts,
    *,
    liked_brand: str | None = None,
    given: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return {product id: why it is in the list}; products without a good reason are left out.

    Args:
        hits: the list shown.
        language: of the shopper.
        texts: all texts.
        liked_brand: the brand of the product that the talk was about just before.
        given: reasons that the caller knows already; they win.
    """
    found: dict[str, str] = dict(given or {})
    stocked = [hit for hit in hits if hit.in_stock]
    if len(stocked) >= _LIST_FOR_LOWEST:
        lowest = min(hit.price_minor for hit in stocked)
        at_lowest = [hit for hit in stocked if hit.price_minor == lowest]
        if len(at_lowest) == 1:
            found.setdefault(at_lowest[0].product_id, texts.say("reason.lowest_price", language))
    for hit in hits:
        reason = _reason(hit, language, texts, liked_brand)
        if reason:
            found.setdefault(hit.product_id, reason)
    return found


def _reason(hit: ProductHit, language: Language, texts: Texts, liked_brand: str | None) -> str | None:
    if hit.compare_at_minor is not None and hit.compare_at_minor > hit.price_minor:
        before = format_price(hit.compare_at_minor, hit.currency, language)
        return texts.say("reason.reduced", language, before=before)
    if liked_brand and hit.brand == liked_brand:
        return texts.say("reason.same_brand", language, brand=liked_brand)
    if hit.rating is not None and hit.rating >= _WELL_RATED and hit.rating_count >= _MANY_RATINGS:
        return texts.say("reason.rating", language, count=f"{hit.rating_count:,}")
    return None
