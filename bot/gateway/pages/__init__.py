"""The demo shop's pages, drawn by the templates of bot/web."""
