"""The gateway of the integration tests."""

from tests.integration.gateway.conftest import (
    conversation_id,
    database,
    gateway,
    rasa,
    shop_template,
    start_gateway,
)

__all__ = ["conversation_id", "database", "gateway", "rasa", "shop_template", "start_gateway"]
