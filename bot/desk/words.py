"""What the hand-over says to shoppers, in both languages; the texts stand in `bot/gateway/texts.yml`."""

import re
from datetime import datetime
from typing import Final

from bot.desk.waiting import Waiting
from bot.gateway.texts import Language, say

BACK_TO_BOT: Final = "/desk_back_to_assistant"
_TELEGRAM: Final = "telegram"
_STEPS_MIN: Final = (1, 2, 3, 5, 10, 15, 20, 30, 45, 60)
_DAYS: Final = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
}
_BACK: Final = re.compile(
    r"(go |take me )?back to (the |your )?(assistant|bot|chatbot)"
    r"|(no longer|don't|do not) (want|need) (a person|an agent|a human)( any ?more)?"
    r"|(我)?(不用|不要|不想|不)(再)?(转)?(人工|等)(客服)?(了|啦)?"
    r"|(取消|退出)(排队|人工|转人工)"
    r"|(返回|回到|转回|换回|还是找)(智能)?(助手|客服|机器人)(吧)?",
    re.IGNORECASE,
)
_ENDS: Final = " \t\r\n.!?,。！？，~～"


def wants_assistant(text: str) -> bool:
    """Tell whether a waiting shopper's words say nothing but that the assistant shall go on."""
    return _BACK.fullmatch(text.strip(_ENDS)) is not None


def rounded_minutes(wait_s: float | None) -> int | None:
    """Return a wait as it is told: rounded up to 1, 2, 3, 5, 10 … 60 minutes; None where unknown or over an hour."""
    if wait_s is None:
        return None
    return next((step for step in _STEPS_MIN if wait_s <= step * 60), None)


def waiting_text(waiting: Waiting, language: Language, channel: str) -> str:
    """Return what a shopper is told who waits from now on: nothing that is not so."""
    channel_part = "telegram" if channel == _TELEGRAM else "here"
    if waiting.people_on:
        place = waiting.place or 1
        parts = [say("desk_next" if place == 1 else "desk_place", language).format(place=place)]
        if waiting.estimate_min is not None:
            name = "desk_estimate_minute" if waiting.estimate_min == 1 else "desk_estimate"
            parts.append(say(name, language).format(minutes=waiting.estimate_min))
        parts.append(say("desk_meanwhile", language))
    else:
        if waiting.opens_at is not None:
            opening = _opening(waiting.opens_at, waiting.asked_at, language)
            parts = [say("desk_closed", language).format(opening=opening)]
        else:
            parts = [say("desk_nobody", language)]
        parts += [say("desk_leave_message", language), say(f"desk_answer_{channel_part}", language)]
    return ("" if language == "zh" else " ").join(parts)


def _opening(opens: datetime, now: datetime, language: Language) -> str:
    """Return a moment as people say it: today, tomorrow, else the weekday."""
    days = (opens.date() - now.astimezone(opens.tzinfo).date()).days
    name = "desk_today" if days == 0 else "desk_tomorrow" if days == 1 else "desk_weekday"
    return say(name, language).format(day=_DAYS[language][opens.weekday()], time=f"{opens:%H:%M}")
