"""The bridge to Chatwoot: people answer there instead of in this server's own console (docs/chatwoot.md)."""
