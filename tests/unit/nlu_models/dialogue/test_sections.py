from nlu_models.dialogue.sections import join_sentences, question_text, sentence_text


def test_texts_are_joined_as_their_language_joins_them() -> None:
    assert join_sentences(["One.", "Two."], "en") == "One. Two."
    assert join_sentences(["一。", "二。"], "zh") == "一。二。"
    assert question_text("how do returns work", "and shoes?") == "how do returns work / and shoes?"
    assert sentence_text("", "Free.") == "Free."
