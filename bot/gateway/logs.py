"""Structured logs: one JSON object a line, with the id of the request that it belongs to."""

import logging
from contextvars import ContextVar
from datetime import UTC, datetime

import orjson

REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)


class JsonFormatter(logging.Formatter):
    """Writes a record as JSON; what shoppers say is never logged at INFO or above."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        row = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        request_id = REQUEST_ID.get()
        if request_id is not None:
            row["request_id"] = request_id
        if record.exc_info:
            row["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(row).decode()


def configure_logs(level: str) -> None:
    """Send the process's log to standard error as JSON lines."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
