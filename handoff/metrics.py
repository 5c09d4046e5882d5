"""What the desk measures. Made once a process; ``/metrics`` shows it."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS = (0.005, 0.01, 0.02, 0.04, 0.06, 0.1, 0.2, 0.4, 0.8, 1.5, 3, 5, 10)


class Metrics:
    """Counters of one desk. No label ever holds what a user wrote or who they are."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.turns = Counter("balcao_turns", "Turns of the bot that ended", ["state"], registry=self.registry)
        self.bot_faults = Counter(
            "balcao_bot_faults", "Answers the bot failed to give", ["fault"], registry=self.registry
        )
        self.turn_seconds = Histogram(
            "balcao_turn_seconds",
            "Message accepted until the bot's answer is stored",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.bot_seconds = Histogram(
            "balcao_bot_seconds", "The bot's own share of a turn", buckets=_SECONDS, registry=self.registry
        )
        self.sockets = Gauge("balcao_sockets", "Open sockets of users", registry=self.registry)
        self.dropped_sockets = Counter(
            "balcao_sockets_dropped", "Sockets whose client did not read", registry=self.registry
        )
        self.waiting = Gauge(
            "balcao_queue_waiting", "Conversations waiting in a queue", ["group"], registry=self.registry
        )
        self.pending_turns = Gauge("balcao_turns_pending", "Turns that wait for the bot", registry=self.registry)
