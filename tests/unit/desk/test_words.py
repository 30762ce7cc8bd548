from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.desk.waiting import Waiting
from bot.desk.words import rounded_minutes, waiting_text, wants_assistant
from catalog.models import ConversationStatus
from catalog.repositories.ownership import Ownership

NOW = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)
OWNER = Ownership("c", ConversationStatus.QUEUED, 1, None, None, NOW, "requested")


def waiting(place: int = 1, estimate: int | None = None, *, on: bool = True, opens: datetime | None = None) -> Waiting:
    return Waiting(OWNER, place, estimate, people_on=on, opens_at=opens, asked_at=NOW)


@pytest.mark.parametrize(
    ("wait_s", "minutes"), [(None, None), (0, 1), (60, 1), (61, 2), (181, 5), (700, 15), (3600, 60), (3601, None)]
)
def test_waits_are_rounded_up_and_none_where_unknown(wait_s: float | None, minutes: int | None) -> None:
    assert rounded_minutes(wait_s) == minutes


def test_place_and_estimate_are_told_where_they_are_known() -> None:
    assert waiting_text(waiting(3, 5), "en", "web").startswith(
        "I've passed you on to our team. You're number 3 in line. It's taking about 5 minutes at the moment."
    )
    assert "minute" not in waiting_text(waiting(3), "en", "web")
    assert waiting_text(waiting(2, 1), "zh", "web").startswith(
        "已为您转接人工客服，您排在第2位。目前大约需要等待1分钟。"
    )


@pytest.mark.parametrize(
    ("opens", "english", "chinese"),
    [
        (datetime(2026, 11, 27, 21, 30, tzinfo=UTC), "back today at 21:30", "客服今天21:30上班"),
        (datetime(2026, 11, 28, 9, 0, tzinfo=UTC), "back tomorrow at 09:00", "客服明天09:00上班"),
        (datetime(2026, 11, 30, 9, 0, tzinfo=UTC), "back on Monday at 09:00", "客服周一09:00上班"),
        # in Shanghai it is already the 28th
        (datetime(2026, 11, 28, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai")), "back today at 09:00", "客服今天09:00上班"),
    ],
)
def test_the_next_opening_is_said_as_people_say_it(opens: datetime, english: str, chinese: str) -> None:
    closed = waiting(on=False, opens=opens)
    assert english in waiting_text(closed, "en", "web")
    assert chinese in waiting_text(closed, "zh", "web")


@pytest.mark.parametrize("opens", [None, datetime(2026, 11, 28, 9, 0, tzinfo=UTC)])
def test_where_the_answer_comes_is_true_for_the_channel_and_no_mail_is_promised(opens: datetime | None) -> None:
    nobody = waiting(on=False, opens=opens)
    assert "in this chat" in waiting_text(nobody, "en", "web")
    assert "Telegram" in waiting_text(nobody, "zh", "telegram")
    for channel in ("web", "telegram", "api"):
        for language, mail in (("en", "mail"), ("zh", "邮")):
            text = waiting_text(nobody, "zh" if language == "zh" else "en", channel)
            assert mail not in text
            assert "{" not in text


@pytest.mark.parametrize(
    "text",
    [
        "back to the assistant",
        "Go back to the bot!",
        "不用人工了",
        "我不等了。",
        "取消排队",
        "返回智能助手",
        "don't need a person anymore",
    ],
)
def test_a_shopper_who_only_wants_the_assistant_is_understood(text: str) -> None:
    assert wants_assistant(text)


@pytest.mark.parametrize(
    "text", ["I want my money back", "不用了谢谢您，但是包裹坏了", "take it back to the store", "", "等多久"]
)
def test_all_else_is_a_message_for_the_person(text: str) -> None:
    assert not wants_assistant(text)
