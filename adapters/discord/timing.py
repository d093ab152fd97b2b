"""How long things take on Discord before something else is done."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds. `lease`: a replica that has not said so again for so long owns a gateway session no more; `renew`: it
    says so this often, and tries as often for one that is free.

    `again`: before each further try to connect; `apart`: between two sessions begun by one key of Discord's.
    `early` and `lost`: before each further try of what came ahead of what it is about, and of what the database did
    not take. `retry`: before a call that failed on the way is made again; `ready`: in which Discord tells of servers.
    `keep`: between two notes of how far was heard; `burst`: in which changes of what the bot may do come together.
    """

    lease: float = 5.0
    renew: float = 1.0
    again: tuple[float, ...] = (1, 2, 5, 15, 30, 60)
    apart: float = 5.0
    early: tuple[float, ...] = (1.0, 4.0, 15.0, 60.0)
    lost: tuple[float, ...] = (1.0, 4.0, 10.0)
    retry: tuple[float, ...] = (0.2, 1.0, 3.0)
    ready: float = 2.0
    keep: float = 30.0
    burst: float = 2.0
