"""A Chatwoot for tests: its application API and webhooks as documented, each request checked."""
