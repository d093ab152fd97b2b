"""The desk itself: rules, the core and the heartbeat. Knows no chat SDK."""

__version__ = "0.1.0"
