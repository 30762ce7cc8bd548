from bot.desk.agent_sessions import AgentSessions


def test_only_the_token_of_the_sign_in_is_right() -> None:
    sessions = AgentSessions(b"k" * 40)
    session = sessions.begin(1, 1)
    assert sessions.token_is_right(session, sessions.token(session))
    for other in ("", None, sessions.token(sessions.begin(1, 1)), "\udcff"):  # the last: no UTF-8 in a header
        assert not sessions.token_is_right(session, other)
