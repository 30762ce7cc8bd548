"""The demo shop: written content (YAML, Markdown) and synthetic people, orders and behaviour made from a seed."""
