"""Where the dialogue engine says over HTTP that it answers and has its model (bot/rasa/compat/channel.py)."""

RASA_READY = "/webhooks/rest/readyz"
