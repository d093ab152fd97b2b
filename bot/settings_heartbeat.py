"""The section `heartbeat` of settings.yaml."""

from __future__ import annotations

import re
from datetime import timedelta

from pydantic import Field, SecretStr, field_validator

from bot.settings_values import ADDRESS, IN_WORDS, Secret, Shape, Some


class Watchdog(Shape):
    """An address outside that is called only while all is well, so that whoever watches it notices the desk's death."""

    url: Secret = Field(
        SecretStr(""),
        description="What is called with GET, such as a check of healthchecks.io or a push monitor of Uptime Kuma: "
        "FIRSTLINE_HEARTBEAT__URL. Empty: nothing.",
    )
    every: Some = Field(
        timedelta(minutes=1), description="How often. Whoever watches should wait for some three times as long."
    )

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, url: SecretStr) -> SecretStr:
        if url.get_secret_value() and not re.match(ADDRESS, url.get_secret_value()):
            raise ValueError(IN_WORDS[ADDRESS])
        return url
