"""Understanding one message: intent, entities and product category from one encoder pass."""
