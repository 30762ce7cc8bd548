"""Service answers: a reader finds the sentences that answer, a generator words the reply, a checker lets it pass."""
