"""How the auditor knows whether Discord's gateway lives (BEHAVIOUR 30)."""

from __future__ import annotations

from adapters.discord.catch_up import Gap
from adapters.discord.shards import Lease


def test_30_a_gateway_is_silent_from_when_its_connection_was_lost() -> None:
    """BEHAVIOUR 30: also one that was never made; being told twice that it is lost changes nothing."""
    now = 100.0
    gap = Gap(Lease(0, 1), lambda: now)
    now = 130.0
    assert gap.silent() == 30
    gap.ready()
    now = 1000.0
    assert gap.silent() == 0
    gap.live = False
    now = 1020.0
    gap.live = False
    now = 1050.0
    assert gap.silent() == 50 and not gap.live
    gap.live = True
    assert gap.silent() == 0
