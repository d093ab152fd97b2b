"""What the project's own Slack keeps: history and pages, files, people, workspaces and their tokens."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.platforms.slack import Slack
from tests.platforms.slack_app import client, on_socket, refusal

KEY = {"event_type": "firstline_post", "event_payload": {"key": "breach:1042", "revision": 2}}


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with Slack() as server:
        yield server


async def test_history_comes_in_pages_and_keeps_metadata(slack: Slack) -> None:
    """Trap: look the key up in the history with `include_all_metadata` before sending again."""
    it_help, web = slack.channel("it-help"), client(slack)
    for number in range(5):
        await web.chat_postMessage(channel=it_help.id, text=str(number), metadata=KEY)
    first = await web.conversations_history(channel=it_help.id, limit=3, include_all_metadata=True)
    rest = await web.conversations_history(
        channel=it_help.id, limit=3, cursor=first["response_metadata"]["next_cursor"], include_all_metadata=False
    )
    assert [one["text"] for one in first["messages"] + rest["messages"]] == ["4", "3", "2", "1", "0"]
    assert first["has_more"] and not rest["has_more"]
    assert first["messages"][0]["metadata"] == KEY and "event_payload" not in rest["messages"][0]["metadata"]
    since = await web.conversations_history(channel=it_help.id, oldest=first["messages"][1]["ts"])
    assert [one["text"] for one in since["messages"]] == ["4"]


async def test_a_thread_has_its_parent_first(slack: Slack) -> None:
    ana, web = slack.user("ana"), client(slack)
    it_help = slack.channel("it-help", ana)
    root = await ana.says(it_help, "help")
    reply = await web.chat_postMessage(channel=it_help.id, text="yes?", thread_ts=root.ts)
    await ana.says(it_help, "it is the printer", root, broadcast=True)
    told = (await web.conversations_replies(channel=it_help.id, ts=root.ts))["messages"]
    assert [one["text"] for one in told] == ["help", "yes?", "it is the printer"]
    assert told[0]["reply_count"] == 2 and told[1]["parent_user_id"] == ana.id and told[1]["ts"] == reply["ts"]
    top = (await web.conversations_history(channel=it_help.id))["messages"]
    assert [one["text"] for one in top] == ["it is the printer", "help"]


async def test_files_go_both_ways_and_need_the_token(slack: Slack) -> None:
    """Trap: `url_private` without the bot token gives a sign-in page with status 200."""
    ana, web = slack.user("ana"), client(slack)
    it_help = slack.channel("it-help", ana)
    shared = await ana.uploads(it_help, "log.txt", b"oops", "see this")
    url = shared.files[0].shown()["url_private"]
    async with aiohttp.ClientSession() as session:
        async with session.get(url) as response:
            assert response.status == 200 and "Sign in" in await response.text()
        async with session.get(url, headers={"Authorization": f"Bearer {slack.installation.token}"}) as response:
            assert await response.read() == b"oops"
    await web.files_upload_v2(channel=it_help.id, filename="fix.txt", content="do this", initial_comment="Try it")
    posted = await ana.sees("fix.txt", it_help)
    assert posted.files[0].content == b"do this" and posted.text == "Try it"
    assert [one.error for one in slack.violations] == ["invalid_auth"]


async def test_people_and_channels(slack: Slack) -> None:
    ana = slack.user("ana", real_name="Ana Costa", tz="Europe/Lisbon", locale="pt-PT")
    slack.channel("it-help", ana), slack.channel("elsewhere", bot=False), slack.channel("hr", kind="group", bot=False)
    lead = slack.usergroup("leads", ana)
    web = client(slack)
    user = (await web.users_info(user=ana.id, include_locale=True))["user"]
    assert (user["tz"], user["locale"], user["profile"]["email"]) == ("Europe/Lisbon", "pt-PT", "ana@example.com")
    assert (await web.users_lookupByEmail(email="ana@example.com"))["user"]["id"] == ana.id
    assert await refusal(web.users_lookupByEmail(email="eve@example.com")) == "users_not_found"
    listed = (await web.conversations_list(types="public_channel,private_channel"))["channels"]
    assert [(one["name"], one["is_member"]) for one in listed] == [("it-help", True), ("elsewhere", False)]
    assert (await web.usergroups_list(include_users=True))["usergroups"][0]["users"] == [ana.id]
    assert lead.shown(False)["handle"] == "leads"
    opened = (await web.conversations_open(users=[ana.id]))["channel"]["id"]
    assert opened == ana.talk.id == (await web.chat_postMessage(channel=ana.id, text="hi"))["channel"]


# slack_sdk itself still makes a BasicAuth.
@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
async def test_another_workspace_installs_rotates_and_uninstalls(slack: Slack) -> None:
    slack.app.rotates = True
    other = slack.workspace("Other")
    eva = slack.user("eva", other)
    asked = f"https://slack.com/oauth/v2/authorize?client_id={slack.app.client_id}&scope=commands,chat:write&state=s1"
    back = slack.agrees(eva, f"{asked}&redirect_uri=https%3A%2F%2Fdesk.example.com%2Fslack%2Foauth_redirect")
    redirect, _, query = back.partition("?")
    code = dict(part.split("=") for part in query.split("&"))["code"]
    web, known = client(slack), {"client_id": slack.app.client_id, "client_secret": slack.app.client_secret}
    wrong = web.oauth_v2_access(client_id=slack.app.client_id, client_secret="no", code=code, redirect_uri=redirect)
    assert await refusal(wrong) == "bad_client_secret"
    installed = await web.oauth_v2_access(**known, code=code, redirect_uri=redirect)
    assert installed["team"]["id"] == other.id and installed["expires_in"] == pytest.approx(43200, abs=2)
    assert await refusal(web.oauth_v2_access(**known, code=code, redirect_uri=redirect)) == "invalid_code"
    again = {"grant_type": "refresh_token", "refresh_token": installed["refresh_token"]}
    rotated = await web.oauth_v2_access(**known, **again)
    assert rotated["access_token"] != installed["access_token"]
    assert (await client(slack, rotated["access_token"]).auth_test())["team_id"] == other.id
    assert slack.channel("it-other", eva, team=other).members == [eva.id, installed["bot_user_id"]]
    async with on_socket(slack) as app:
        await client(slack, rotated["access_token"]).apps_uninstall(**known)
        await slack.events.quiet()
        assert [payload["event"]["type"] for _, payload in app.told] == ["app_uninstalled", "tokens_revoked"]
    assert await refusal(client(slack, rotated["access_token"]).auth_test()) == "account_inactive"
    assert (await web.auth_test())["team_id"] == slack.team.id


async def test_the_page_shows_and_acts(slack: Slack) -> None:
    ana = slack.user("ana")
    slack.channel("it-help", ana)
    async with on_socket(slack) as app, aiohttp.ClientSession() as session:
        page = ""
        for words in ("help <me>", "/ticket vpn", "[Claim]"):
            form = {"who": "ana", "channel": "it-help", "words": words}
            async with session.post(slack.world.base, data=form) as response:
                page = await response.text()
        assert "no button" in page and "help &lt;me&gt;" in page
        assert app.last["command"] == "/ticket"
        async with session.get(slack.world.base, headers={"Accept": "text/plain"}) as response:
            assert "ana:\n  help <me>" in await response.text()


async def test_a_revoked_token_is_told_and_refused(slack: Slack) -> None:
    async with on_socket(slack) as app:
        await client(slack).auth_revoke()
        await slack.events.quiet()
        assert app.last["event"]["tokens"]["bot"] == [slack.installation.bot.id]
    assert await refusal(client(slack).auth_test()) == "token_revoked"


async def test_the_bot_joins_reacts_and_links(slack: Slack) -> None:
    ana, web = slack.user("ana"), client(slack)
    general = slack.channel("general", ana, bot=False)
    said = await ana.says(general, "hello")
    assert (await web.conversations_join(channel=general.id))["channel"]["is_member"]
    assert (await web.conversations_join(channel=general.id))["warning"] == "already_in_channel"
    await web.reactions_add(channel=general.id, timestamp=said.ts, name="eyes")
    assert await refusal(web.reactions_add(channel=general.id, timestamp=said.ts, name="eyes")) == "already_reacted"
    reacted = (await web.reactions_get(channel=general.id, timestamp=said.ts))["message"]["reactions"]
    assert reacted == [{"name": "eyes", "users": [slack.installation.bot.id], "count": 1}]
    link = (await web.chat_getPermalink(channel=general.id, message_ts=said.ts))["permalink"]
    assert link.endswith(f"/archives/{general.id}/p{said.ts.replace('.', '')}")
    assert (await web.bots_info(bot=slack.installation.bot.bot_id))["bot"]["app_id"] == slack.app.id
    assert (await web.team_info())["team"]["domain"] == "example"
    members = await web.conversations_members(channel=general.id, limit=1)
    assert members["members"] == [ana.id] and members["response_metadata"]["next_cursor"]
