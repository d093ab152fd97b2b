"""The desk itself: rules, the core and the heartbeat. Knows no chat SDK."""
