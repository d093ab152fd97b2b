"""The section `slack` of settings.yaml."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, SecretStr, field_validator

from bot.settings_values import ApiAddress, Emoji, Secret, Shape


class SlackApp(Shape):
    """The desk's own app on Slack. Tokens and secrets come from the environment and are never shown."""

    bot_token: Secret = Field(
        SecretStr(""), description="The token of the one workspace, xoxb-…: FIRSTLINE_SLACK__BOT_TOKEN."
    )
    app_token: Secret = Field(
        SecretStr(""), description="The token that opens Socket Mode, xapp-…: FIRSTLINE_SLACK__APP_TOKEN."
    )
    signing_secret: Secret = Field(
        SecretStr(""), description="What Slack signs its HTTP requests with: FIRSTLINE_SLACK__SIGNING_SECRET."
    )
    client_id: str = Field("", description="The app's id for installing it in several workspaces, with client_secret.")
    client_secret: Secret = Field(
        SecretStr(""), description="The app's secret for installing it: FIRSTLINE_SLACK__CLIENT_SECRET."
    )
    mode: Literal["socket", "http"] = Field(
        "socket",
        description="How Slack reaches the desk. socket: the desk calls Slack, no public address is needed; "
        "http: Slack calls organisation.address.",
    )
    api_url: ApiAddress = Field("https://slack.com/api/", description="Where Slack's Web API is.")
    reaction: Emoji = Field("ticket", description="The emoji that makes a ticket of the message it is put on.")

    @field_validator("client_id", mode="before")
    @classmethod
    def _client_id_is_no_number(cls, value: Any) -> Any:
        """It looks like one, with a dot, and would lose its last digits as one."""
        if isinstance(value, float):
            raise ValueError("is read as a number: put it in quotes")
        return value

    @property
    def on(self) -> bool:
        """Whether the desk is on Slack at all."""
        return bool(self.bot_token.get_secret_value() or self.client_id)
