"""What the gateway counts, for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0)


class GatewayMetrics:
    """The gateway's metrics in a registry of their own."""

    def __init__(self) -> None:
        """Register all metrics."""
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "shopkeeper_gateway_requests_total",
            "Requests answered",
            ["endpoint", "status"],
            registry=self.registry,
        )
        self.latency = Histogram(
            "shopkeeper_gateway_request_seconds",
            "Time to answer a request",
            ["endpoint"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.turns = Counter(
            "shopkeeper_gateway_turns_total",
            "Turns by channel and outcome",
            ["channel", "outcome"],
            registry=self.registry,
        )
        self.turn_seconds = Histogram(
            "shopkeeper_gateway_turn_seconds",
            "From a message's arrival to its stored reply",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.dialogue_seconds = Histogram(
            "shopkeeper_gateway_dialogue_seconds",
            "Time in the dialogue server",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.telegram_updates = Counter(
            "shopkeeper_gateway_telegram_updates_total",
            "Telegram updates by what they were",
            ["outcome"],
            registry=self.registry,
        )
        self.telegram_sent = Counter(
            "shopkeeper_gateway_telegram_messages_total",
            "Messages to Telegram by outcome",
            ["outcome"],
            registry=self.registry,
        )
        self.chatwoot_sent = Counter(
            "shopkeeper_gateway_chatwoot_messages_total",
            "Messages to Chatwoot by outcome",
            ["outcome"],
            registry=self.registry,
        )
        self.chatwoot_events = Counter(
            "shopkeeper_gateway_chatwoot_agents_messages_total",
            "Messages of agents in Chatwoot by outcome",
            ["outcome"],
            registry=self.registry,
        )
        self.connections = Gauge("shopkeeper_gateway_connections", "Open WebSockets", registry=self.registry)
        self.waiting = Gauge(
            "shopkeeper_gateway_waiting_turns", "Messages that wait for an answer", registry=self.registry
        )
