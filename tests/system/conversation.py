"""Scripted conversations: shopper lines and what must hold of each answer (see tests/conversations/README.md)."""

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
import yaml

FOLDER = Path(__file__).parents[1] / "conversations"
CHECKS = {
    "cards", "cards_at_least", "category", "max_price", "min_price", "currency", "titles_include", "every_title",
    "no_title", "text", "no_text", "source", "expects", "offers", "cart_count", "cart_total_positive", "language",
    "intent", "handoff", "cheaper_than_before", "in_stock",
    "names_card",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Script:
    """One conversation: its name, who is signed in, and its turns."""

    name: str
    customer: str | None
    turns: tuple[dict[str, Any], ...]


def scripts() -> Iterator[Script]:
    """Yield all conversations; a file that breaks the format fails when it is read."""
    for path in sorted(FOLDER.glob("*/*.yml")):
        for row in yaml.safe_load(path.read_text("utf-8")):
            for turn in row["turns"]:
                unknown = set(turn.get("expect", {})) - CHECKS
                if unknown or not {"say", "tap"} & set(turn):
                    raise ValueError(f"{path}: {row['name']}: turn {turn} has unknown checks {unknown} or says nothing")
            name = f"{path.parent.name}/{path.stem}/{row['name']}"
            yield Script(name, row.get("customer"), tuple(row["turns"]))


class Shopper:
    """A shopper over HTTP: types, or taps a button of the last answer."""

    def __init__(self, url: str, customer: str | None = None) -> None:
        self.url = url
        self.http = requests.Session()
        self.conversation_id = f"test-{secrets.token_urlsafe(12)}"
        self.last: dict[str, Any] = {"replies": [], "cart": {"lines": []}}
        if customer is not None:
            self.http.get(f"{url}/api/session", timeout=10).raise_for_status()
            response = self.http.post(
                f"{url}/api/session/demo", json={"customer_id": customer}, headers={"Origin": url}, timeout=10
            )
            response.raise_for_status()

    def say(self, text: str) -> dict[str, Any]:
        """Send a text and return the body of the answer."""
        response = self.http.post(
            f"{self.url}/api/messages",
            json={"conversation_id": self.conversation_id, "text": text},
            headers={"Origin": self.url},
            timeout=20,
        )
        assert response.status_code == 200, response.text
        self.last = response.json()
        return self.last

    def tap(self, title: str, card: int | None = None) -> dict[str, Any]:
        """Tap the button whose title matches; `card` picks the n-th card's buttons."""
        cards = [card_ for reply in self.last["replies"] for card_ in reply["cards"]]
        chosen = cards if card is None else cards[card - 1 : card]
        buttons = [b for c in chosen for b in c["buttons"]]
        if card is None:
            buttons = [b for reply in self.last["replies"] for b in reply["quick_replies"]] + buttons
        found = next((b for b in buttons if re.search(title, b["title"], re.IGNORECASE)), None)
        assert found is not None, f"no button {title!r} among {[b['title'] for b in buttons]}"
        return self.say(found["payload"])


def _text(body: dict[str, Any]) -> str:
    return "\n".join(reply["text"] for reply in body["replies"])


def _cards(body: dict[str, Any]) -> list[dict[str, Any]]:
    return [card for reply in body["replies"] for card in reply["cards"]]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def check(expect: dict[str, Any], body: dict[str, Any], before: dict[str, Any], catalogue: dict[str, str]) -> None:
    """Assert everything that a turn expects.

    Args:
        expect: the turn's checks.
        body: the answer.
        before: the answer to the turn before.
        catalogue: category slug of each product id.
    """
    text, cards = _text(body), _cards(body)
    said = f"said: {text!r}; cards: {[(c['title'], c['price_minor'], c['currency']) for c in cards]}"
    assert text.strip(), "silence"
    for key, wanted in expect.items():
        assert _holds(key, wanted, body, before, catalogue), f"{key}: {wanted!r} does not hold; {said}"


def _holds(key: str, wanted: Any, body: dict[str, Any], before: dict[str, Any], catalogue: dict[str, str]) -> bool:  # noqa: C901
    text, cards = _text(body), _cards(body)
    titles = [card["title"] for card in cards]
    match key:
        case "cards":
            return bool(cards) is bool(wanted) if isinstance(wanted, bool) else len(cards) == wanted
        case "cards_at_least":
            return len(cards) >= int(wanted)
        case "category":
            return bool(cards) and all(catalogue[card["product_id"]] in _listed(wanted) for card in cards)
        case "max_price":
            return bool(cards) and all(card["price_minor"] <= wanted * 100 for card in cards)
        case "min_price":
            return bool(cards) and all(card["price_minor"] >= wanted * 100 for card in cards)
        case "currency":
            return bool(cards) and {card["currency"] for card in cards} == {wanted}
        case "titles_include":
            return all(any(re.search(w, title, re.IGNORECASE) for title in titles) for w in _listed(wanted))
        case "every_title":
            return bool(titles) and all(re.search(wanted, title, re.IGNORECASE) for title in titles)
        case "no_title":
            return not any(re.search(wanted, title, re.IGNORECASE) for title in titles)
        case "text":
            return all(re.search(w, text, re.IGNORECASE) for w in _listed(wanted))
        case "no_text":
            return not any(re.search(w, text, re.IGNORECASE) for w in _listed(wanted))
        case "source":
            found = [s["document"] for reply in body["replies"] for s in reply["sources"]]
            return bool(found) is wanted if isinstance(wanted, bool) else any(re.search(wanted, d) for d in found)
        case "expects":
            return wanted in [reply["expects"] for reply in body["replies"]]
        case "offers":
            buttons = [b["title"] for reply in body["replies"] for b in reply["quick_replies"]]
            return all(any(re.search(w, title, re.IGNORECASE) for title in buttons) for w in _listed(wanted))
        case "cart_count":
            return int(sum(line["quantity"] for line in body["cart"]["lines"])) == int(wanted)
        case "cart_total_positive":
            return (int(body["cart"]["total_minor"]) > 0) is wanted
        case "language":
            return {reply["language"] for reply in body["replies"]} == {wanted}
        case "intent":
            return str(body["understanding"]["intent"]) in _listed(wanted)
        case "handoff":
            return any(reply["handoff"] for reply in body["replies"]) is wanted
        case "cheaper_than_before":
            prices = [card["price_minor"] for card in _cards(before)]
            return bool(cards) and max(c["price_minor"] for c in cards) < max(prices)
        case "names_card":
            earlier = _cards(before)
            return bool(earlier) and earlier[wanted - 1 if wanted > 0 else wanted]["title"].lower() in text.lower()
        case "in_stock":
            return bool(cards) and all(card["in_stock"] for card in cards)
    raise AssertionError(f"unknown check {key}")
