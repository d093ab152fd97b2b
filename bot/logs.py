"""How the log is written: a line an event on standard error, as `timestamp='…' level='…' event='…'` and what belongs
to it.
"""

from __future__ import annotations

import sys

import structlog


def set_up() -> None:
    """Tracebacks come without the values of variables, which may hold what people wrote."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger("info"),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
