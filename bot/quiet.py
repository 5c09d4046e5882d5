"""Short logs: Rasa's own at warning level. Its debug lines would hold what users type."""

import logging
import sys

import structlog


def quieten() -> None:
    """Sets the standard library's loggers and structlog to warnings, on standard output."""
    logging.captureWarnings(True)  # Rasa's libraries warn of their own deprecations by the dozen
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        cache_logger_on_first_use=True,  # or each of Rasa's debug lines makes a logger: 8 % of a turn
    )
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stdout, force=True, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    for noisy in ("py.warnings", "apscheduler", "matplotlib", "sanic.access", "rasa.shared.utils.validation"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
