"""The section slack of the settings: what is wrong with tokens is said, and no token ever is."""

from __future__ import annotations

import pytest

from bot.configuration.problems import SettingsError
from bot.configuration.reading import parsed, warnings
from bot.settings import SlackApp

BASE = """
calendars: {office: {mon: ["09:00-17:00"]}}
people: {lena: {name: Lena}}
teams: {it: {name: IT, lead: lena, triage: [web:triage]}}
sla: [{name: All, targets: {resolution: 4h}}]
channels: {web: {escalations: e}}
"""
SLACK = "FIRSTLINE_SLACK__"


def app(**values: str) -> SlackApp:
    return parsed(BASE, {f"{SLACK}{name.upper()}": value for name, value in values.items()}).slack


def test_tokens_come_from_the_environment_as_they_were_pasted() -> None:
    found = app(bot_token=" xoxb-1-a\t", app_token="xapp-1-b", reaction=":sos:", api_url="http://127.0.0.1:9/api")
    assert found.bot_token.get_secret_value() == "xoxb-1-a"
    assert (found.on, found.mode, found.reaction, found.api_url) == (True, "socket", "sos", "http://127.0.0.1:9/api/")
    assert not app().on


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        (
            {"bot_token": "xapp-1-z", "app_token": "xapp-1-z"},
            "bot_token (…): is the token of Socket Mode; copy the Bot",
        ),
        ({"bot_token": "xoxp-1-z", "app_token": "xapp-1-z"}, "bot_token (…): is the token of a user; copy the Bot"),
        ({"bot_token": "xoxe.xoxb-1-z", "app_token": "xapp-1-z"}, "bot_token (…): is a token that expires; switch"),
        ({"bot_token": "xoxb-1-z", "app_token": "xoxb-1-z"}, "app_token (…): is the token of the bot; make an App-"),
        ({"bot_token": "xoxb-1-z", "app_token": "zzz"}, "app_token (…): is no token of Slack's that fits here; make"),
        ({"bot_token": "xoxb-1-z"}, "slack.app_token: is missing: Socket Mode needs it; make an App-Level Token"),
        ({"bot_token": "xoxb-1-z", "mode": "http"}, "signing_secret: is missing: the mode http needs it; copy the"),
        ({"bot_token": "xoxb-1-z"}, "give it as FIRSTLINE_SLACK__APP_TOKEN"),
        ({"bot_token": "xoxb-1-z", "mode": "http"}, "give it as FIRSTLINE_SLACK__SIGNING_SECRET"),
        ({"client_id": "1.2", "mode": "http", "signing_secret": "z"}, "slack.client_secret: is missing: client_id and"),
        ({"client_secret": "z"}, "slack.client_id: is missing: client_id and client_secret go together; both stand"),
        ({"bot_token": "[xoxb-1-z]"}, "slack.bot_token (…): must be text"),
    ],
)
def test_a_wrong_token_is_named_with_the_way_out_and_never_shown(values: dict[str, str], complaint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        app(**values)
    said = str(caught.value)
    for name in values:
        said = said.replace(f"{SLACK}{name.upper()}", "…")
    assert complaint in said
    assert "-z" not in said and "zzz" not in said


def test_a_client_id_that_was_read_as_a_number_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"slack\.client_id .*: is read as a number: put it in quotes"):
        parsed(f"{BASE}\nslack: {{client_id: 3336676.569200954261, client_secret: s, app_token: xapp-1}}", {})
    found = parsed(f"{BASE}\nslack: {{client_id: '3336676.569200954261', client_secret: s, app_token: xapp-1}}", {})
    assert found.slack.client_id == "3336676.569200954261"


def test_an_address_that_slack_cannot_call_is_odd() -> None:
    environment = {f"{SLACK}BOT_TOKEN": "xoxb-1", f"{SLACK}MODE": "http", f"{SLACK}SIGNING_SECRET": "s"}
    assert [str(problem) for problem in warnings(parsed(BASE, environment))] == [
        "organisation.address: Slack calls it, and takes only https://; give the public address"
    ]
    public = {**environment, "FIRSTLINE_ORGANISATION__ADDRESS": "https://desk.example.org"}
    assert warnings(parsed(BASE, public)) == []
