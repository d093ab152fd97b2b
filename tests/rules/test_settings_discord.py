"""The section discord of the settings: what is wrong with it is said with the way out, and no token ever is."""

from __future__ import annotations

import pytest

from bot.configuration.problems import SettingsError
from bot.configuration.reading import parsed, warnings
from bot.settings import DiscordApp, Settings

BASE = """
calendars: {office: {mon: ["09:00-17:00"]}}
people: {lena: {name: Lena}}
teams: {it: {name: IT, lead: lena, triage: [web:triage]}}
sla: [{name: All, targets: {resolution: 4h}}]
channels: {web: {escalations: e}}
"""
DISCORD = "FIRSTLINE_DISCORD__"
TOKEN = "MTA0Mg.Gabcde.zzzz-zz_zz"


def settings(text: str = BASE, **values: str) -> Settings:
    return parsed(text, {f"{DISCORD}{name.upper()}": value for name, value in values.items()})


def app(**values: str) -> DiscordApp:
    return settings(**values).discord


def odd(found: Settings) -> list[str]:
    return [str(problem) for problem in warnings(found)]


def test_the_token_comes_from_the_environment_as_it_was_pasted() -> None:
    found = app(token=f" {TOKEN}\t", tickets="#help", gateway_url="ws://127.0.0.1:9/gateway")
    assert found.token.get_secret_value() == TOKEN
    assert (found.on, found.tickets, found.shards, found.reaction) == (True, "help", 1, "🎫")
    assert not app().on and app().gateway_url == ""


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://discord.com/api/v10", "https://discord.com/api/v10"),
        ("https://discord.com/api/v10/", "https://discord.com/api/v10"),
        ("https://discord.com/api", "https://discord.com/api/v10"),
        ("http://127.0.0.1:9", "http://127.0.0.1:9/api/v10"),
        ("http://127.0.0.1:9/", "http://127.0.0.1:9/api/v10"),
        ("http://proxy/discord/v10", "http://proxy/discord/v10"),
    ],
)
def test_the_address_of_the_api_may_lack_its_end(written: str, read: str) -> None:
    assert app(api_url=written).api_url == read


@pytest.mark.parametrize(
    ("written", "read"), [("🎫", "🎫"), ("❤️", "❤"), ("<:sos:81384788765712384>", "sos"), (":sos:", "sos")]
)
def test_an_emoji_may_be_copied_from_anywhere(written: str, read: str) -> None:
    assert app(reaction=written).reaction == read


def test_an_id_may_be_a_number() -> None:
    """An id needs 63 bits: YAML's whole numbers keep them all."""
    most = 2**63 - 1
    found = parsed(f"{BASE}\ndiscord: {{guild: {most}}}\nadmin_roles: {{discord: [{most}]}}", {})
    assert found.discord.guild == str(most) and found.admin_roles["discord"] == (str(most),)
    assert parsed(f"{BASE}\ndiscord: {{guild: '{most}'}}", {}).discord.guild == str(most)


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"token": "zzzz"}, "discord.token (…): is no token of a bot's; press Reset Token"),
        ({"token": "zz.zz"}, "discord.token (…): is no token of a bot's"),
        ({"token": "z" * 32}, "discord.token (…): is the client secret of the application; press"),
        ({"token": "ab" * 32}, "discord.token (…): is the public key of the application"),
        ({"token": "81384788765712384"}, "discord.token (…): is the id of the application, or of somebody"),
        ({"token": "https://discord.com/api/webhooks/1/zzzz"}, "discord.token (…): is the address of a webhook"),
        ({"token": f"Bot {TOKEN}"}, "discord.token (…): begins with a word that is not part of it"),
        ({"token": "[zzzz]"}, "discord.token (…): must be text"),
        ({"guild": "Example"}, "discord.guild (…): must be an id of Discord's, which is a long number, not Example"),
        ({"guild": "1.75e17"}, "discord.guild (…): must be an id of Discord's"),
        (
            {"gateway_url": "https://gateway"},
            "must be an address that starts with wss:// or ws://, not https://gateway",
        ),
        ({"api_url": "discord.com"}, "must be an address that starts with http:// or https://"),
        ({"api_url": "https://discord.com/api/v9"}, "must be version 10 of the API: end it with /api/v10"),
        ({"shards": "0"}, "discord.shards (…): must be 1 or more, not 0"),
        ({"tickets": "discord:help"}, "discord.tickets (…): names its channel twice; write help"),
    ],
)
def test_what_is_wrong_is_named_with_the_way_out_and_no_token_is_shown(values: dict[str, str], complaint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        app(**values)
    said = str(caught.value)
    for name in values:
        said = said.replace(f"{DISCORD}{name.upper()}", "…")
    assert complaint in said
    assert "zz" not in said and "abab" not in said and "Gabcde" not in said


def test_another_server_s_tokens_may_have_another_shape() -> None:
    assert app(token="test", api_url="http://127.0.0.1:9").on


def test_a_room_on_discord_without_a_token_is_odd() -> None:
    text = BASE.replace("web:triage", "web:triage, discord:triage-it")
    assert odd(settings(text)) == [
        "teams.it.triage[1]: is a room on Discord, and the desk is not there: posts for it wait; give the bot's token "
        "as FIRSTLINE_DISCORD__TOKEN; docs/discord.md shows how to get it"
    ]
    assert odd(settings(BASE, tickets="help"))[0].startswith("discord.tickets: is a room on Discord, and the desk")


def test_rooms_on_discord_without_its_channel_are_odd() -> None:
    text = BASE.replace("web:triage", "web:triage, discord:triage-it")
    (said,) = odd(settings(text, token=TOKEN))
    assert said.startswith("channels: has no discord, so that no escalation is said there; add channels: {discord:")
    whole = text.replace("{web: {escalations: e}}", "{web: {escalations: e}, discord: {escalations: e, panel: help}}")
    assert odd(settings(whole, token=TOKEN)) == []
    assert odd(settings(BASE, token=TOKEN)) == [], "the doctor tells of teams without a room"


def test_an_id_that_is_a_name_is_odd() -> None:
    text = BASE.replace("{name: Lena}", "{name: Lena, identities: {discord: lena}}")
    text = text.replace("lead: lena,", "lead: lena, lead_roles: {discord: [Leads]}, user_groups: {discord: 7},")
    assert odd(settings(text, token=TOKEN)) == [
        "people.lena.identities.discord: lena is no id on Discord, which is a long number; switch Developer Mode on "
        "(User Settings, Advanced), right-click, Copy ID",
        "teams.it.lead_roles.discord[0]: Leads is no id on Discord, which is a long number; switch Developer Mode on "
        "(User Settings, Advanced), right-click, Copy ID",
    ]


def test_a_role_that_is_pinged_is_told_from_a_person() -> None:
    """Mention.id: digits are a person, `&1042` is a role."""
    team = settings(BASE.replace("lead: lena,", "lead: lena, user_groups: {discord: 1042, slack: S1},")).teams["it"]
    assert team.group_in("main", "discord") == "&1042" and team.group_in("main", "slack") == "S1"


def test_a_panel_that_names_its_channel_twice_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"channels\.discord\.panel.*: names its channel twice; write help"):
        settings(BASE.replace("{web:", "{discord: {panel: discord:help}, web:"))
