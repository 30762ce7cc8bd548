"""Synthetic customers: names and addresses put together from lists by a seed. None of them exists."""

import random
from typing import Any, Final

from sqlalchemy import insert
from sqlalchemy.orm import Session

from catalog.models import Address, Customer, PaymentKind, PaymentMethod


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


CUSTOMERS: Final = 320
PEOPLE_SEED: Final = 11
_FIRST: Final = _words(
    "Emma Liam Olivia Noah Ava Ethan Mia Lucas Sofia Mason Grace Henry Chloe Jack Ella Leo Nora Owen Ruby Felix "
    "Hannah Daniel Zoe Adam Lily Oscar Alice Simon Clara Victor"
)
_LAST: Final = _words(
    "Carter Bennett Hughes Foster Reyes Morgan Price Walsh Novak Ellis Grant Harper Lane Quinn Stone Webb Frost Marsh "
    "Doyle Kerr Sutton Blake Nash Pratt Shaw"
)
_FAMILY_ZH: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN_ZH: Final = _words("婷 伟 敏 静 磊 洋 艳 勇 娟 涛 明 超 霞 强 丽 杰 芳 军 佳怡 子涵 雨桐 浩然 思远 欣妍")
_STREETS: Final = [
    "Harbour Lane",
    "Maple Street",
    "King's Road",
    "Orchard Way",
    "Mill Court",
    "Station Road",
    "Cedar Avenue",
    "Elm Close",
]
_CITIES: Final = (
    ("Portland", "OR", "97201"),
    ("Austin", "TX", "73301"),
    ("Denver", "CO", "80202"),
    ("Boston", "MA", "02108"),
)
_STREETS_ZH: Final = ["人民路", "中山路", "建设街", "和平里", "文化路", "滨江大道", "学院路", "解放路"]
_CITIES_ZH: Final = (("上海", "200001"), ("杭州", "310000"), ("成都", "610000"), ("深圳", "518000"), ("武汉", "430000"))
NAMED: Final = (
    ("emma", "Emma", "Carter", "en"),
    ("liam", "Liam", "Bennett", "en"),
    ("liting", "婷", "李", "zh"),
    ("wangwei", "伟", "王", "zh"),
)


def make_customers() -> list[dict[str, Any]]:
    """Return the customers, the named ones (for the demo's sign-in) first; the same ones each time."""
    random_ = random.Random(PEOPLE_SEED)
    people = [_person(i, first, last, lang, random_) for i, first, last, lang in NAMED]
    while len(people) < CUSTOMERS:
        language = "zh" if random_.random() < 0.4 else "en"
        first = random_.choice(_GIVEN_ZH if language == "zh" else _FIRST)
        last = random_.choice(_FAMILY_ZH if language == "zh" else _LAST)
        people.append(_person(f"demo-{len(people):04d}", first, last, language, random_))
    return people


def _person(customer_id: str, first: str, last: str, language: str, random_: random.Random) -> dict[str, Any]:
    if language == "zh":
        city, postal_code = random_.choice(_CITIES_ZH)
        line1 = f"{random_.choice(_STREETS_ZH)}{random_.randint(1, 300)}号{random_.randint(1, 30)}楼"
        state, country, name = None, "中国", f"{last}{first}"
    else:
        city, state, postal_code = random_.choice(_CITIES)
        line1 = f"{random_.randint(1, 300)} {random_.choice(_STREETS)}"
        country, name = "USA", f"{first} {last}"
    kind = random_.choice((PaymentKind.CREDIT_CARD, PaymentKind.ALIPAY if language == "zh" else PaymentKind.PAYPAL))
    return {
        "id": customer_id,
        "first_name": first,
        "last_name": last,
        "language": language,
        "email": f"{customer_id}@example.com",
        "address": {
            "recipient": name,
            "line1": line1,
            "city": city,
            "state": state,
            "country": country,
            "postal_code": postal_code,
        },
        "payment_kind": kind,
        "last_four": f"{random_.randint(0, 9999):04d}" if kind is PaymentKind.CREDIT_CARD else None,
    }


def write_customers(session: Session, people: list[dict[str, Any]]) -> None:
    """Write customers with an address and a payment method each."""
    names = ("id", "first_name", "last_name", "language", "email")
    session.execute(insert(Customer), [{name: person[name] for name in names} for person in people])
    session.execute(
        insert(Address), [{"customer_id": person["id"], "position": 0, **person["address"]} for person in people]
    )
    session.execute(
        insert(PaymentMethod),
        [
            {
                "customer_id": person["id"],
                "merchant_id": f"{person['payment_kind']}-{person['id']}",
                "kind": person["payment_kind"],
                "last_four": person["last_four"],
            }
            for person in people
        ],
    )
