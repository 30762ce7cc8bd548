"""What the model server counts, for Prometheus."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


class ServingMetrics:
    """The server's metrics in a registry of their own."""

    def __init__(self) -> None:
        """Register all metrics."""
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "shopkeeper_models_requests_total", "Requests answered", ["endpoint", "status"], registry=self.registry
        )
        self.latency = Histogram(
            "shopkeeper_models_request_seconds",
            "Time to answer",
            ["endpoint"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.batch_size = Histogram(
            "shopkeeper_models_batch_size", "Texts run together", buckets=(1, 2, 4, 8, 16, 32), registry=self.registry
        )
        self.waiting = Gauge("shopkeeper_models_queue_length", "Texts that wait", registry=self.registry)
        self.cache_hits = Counter(
            "shopkeeper_models_cache_hits_total", "Embeddings served from memory", registry=self.registry
        )
        self.replies = Counter(
            "shopkeeper_models_replies_total",
            "Service answers by how they were made",
            ["how", "kind", "language"],
            registry=self.registry,
        )
        self.refusals = Counter(
            "shopkeeper_models_refused_drafts_total",
            "Drafts that the checker refused",
            ["reason", "language"],
            registry=self.registry,
        )
        self.resident = Gauge("shopkeeper_models_resident_bytes", "Resident memory", registry=self.registry)
