import pytest

from nlu_models.dialogue.asked_values import lacks_asked_value


@pytest.mark.parametrize(
    ("question", "has", "lacks"),
    [
        ("how long does a refund take", "It takes 5 working days.", "Refunds go to the card that paid."),
        ("how many days do i have", "Until the end of January.", "Unworn items may be returned."),
        ("how soon is it here", "Orders before noon leave the same day.", "We post to all of Europe."),
        ("how much is shipping", "Shipping is free.", "We ship with DHL."),
        ("what does it cost to send it abroad", "To Norway it is 99 kr.", "Norwegian customs may ask for duty."),
        ("退款要几天", "收到货五个工作天。", "退款原路退回。"),
        ("多久能到", "当天发货，次日达。", "发顺丰。"),
        ("运费多少", "江浙沪包邮。", "默认发中通。"),
        ("配一个要多少钱", "工本费六十元。", "壶身破的不修。"),
    ],
)
def test_a_time_or_an_amount_that_is_asked_for_may_lack(question: str, has: str, lacks: str) -> None:
    assert lacks_asked_value(question, [has, lacks]).tolist() == [0, 1]


@pytest.mark.parametrize(
    "question",
    ["can i return it", "when is my card charged", "修的这几天有备用的吗", "what if it doesnt fit", "能退吗"],
)
def test_other_questions_lack_nothing(question: str) -> None:
    assert lacks_asked_value(question, ["We ship with DHL.", "原路退回。"]).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("question", "has", "lacks"),
    [
        ("do you deliver on sundays", "No deliveries are made on Sundays.", "On Saturdays we deliver in Leeds."),
        ("deliver at the weekend?", "On Saturdays we deliver in Leeds.", "The shop is closed on Tuesday."),
        ("are you open on sunday", "We are open Monday to Friday.", "On Saturdays we open at ten."),
        ("are you open on sunday", "Every day except Tuesday.", "Tuesday is our day off."),
        ("周日送货吗", "周一至周五派送。", "周六上午派送。"),
        ("周末有人吗", "周六10点开门。", "周二休息。"),
    ],
)
def test_a_day_that_is_asked_about_may_lack(question: str, has: str, lacks: str) -> None:
    assert lacks_asked_value(question, [has, lacks]).tolist() == [0, 1]
