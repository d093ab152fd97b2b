"""What the project's own Slack refuses, as the real one does: each refusal is written down as a violation."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.platforms.slack import Message, Slack, manifest_problems, pings
from tests.platforms.slack.blockkit import message_problems, view_problems
from tests.platforms.slack.calls import METHODS
from tests.platforms.slack_app import FIELD, MODAL, button, client, on_socket, refusal, section

OPTIONS = [{"text": {"type": "plain_text", "text": name}, "value": name.lower()} for name in ("Low", "High")]


def menu(**changes: Any) -> dict[str, Any]:
    """An actions block with a menu."""
    return {
        "type": "actions",
        "elements": [{"type": "static_select", "action_id": "m", "options": OPTIONS} | changes],
    }


class Time:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def slack(time: Time) -> AsyncIterator[Slack]:
    async with Slack(now=time) as server:
        yield server


async def test_channels_where_the_bot_may_not_speak(slack: Slack) -> None:
    web, ana, other = client(slack), slack.user("ana"), slack.user("hal", is_bot=True)
    slack.channel("open", bot=False)
    slack.channel("closed", kind="group", bot=False)
    slack.channel("old").archived = True
    assert await refusal(web.chat_postMessage(channel="open", text="hi")) == "not_in_channel"
    assert await refusal(web.chat_postMessage(channel="closed", text="hi")) == "channel_not_found"
    assert await refusal(web.chat_postMessage(channel="old", text="hi")) == "is_archived"
    assert await refusal(web.chat_postMessage(channel=other.id, text="hi")) == "cannot_dm_bot"
    call = web.chat_postEphemeral(channel=slack.channel("it-help").id, user=ana.id, text="hi")
    assert await refusal(call) == "user_not_in_channel"
    assert await refusal(web.api_call("chat.postMessage", json={"channel": ana.id})) == "no_text"
    assert len(slack.violations) == 6


async def test_trigger_ids_live_three_seconds_and_once(slack: Slack, time: Time) -> None:
    """Trap: a trigger_id lives about three seconds."""
    async with on_socket(slack) as app:
        await slack.user("ana").command("/ticket")
        trigger = app.last["trigger_id"]
        await app.web.views_open(trigger_id=trigger, view=MODAL)
        assert await refusal(app.web.views_open(trigger_id=trigger, view=MODAL)) == "exchanged_trigger_id"
        await slack.user("ana").command("/ticket")
        time.seconds += 3.5
        late = app.web.views_open(trigger_id=app.last["trigger_id"], view=MODAL)
        assert await refusal(late) == "expired_trigger_id"
        assert await refusal(app.web.views_open(trigger_id="1.2.x", view=MODAL)) == "invalid_trigger_id"


async def test_a_response_url_answers_five_times_within_half_an_hour(slack: Slack, time: Time) -> None:
    ana = slack.user("ana")
    async with on_socket(slack) as app, aiohttp.ClientSession() as session:
        await ana.command("/ticket", "", slack.channel("it-help", ana))
        url = app.last["response_url"]
        for number in range(5):
            async with session.post(url, json={"text": f"answer {number}"}) as response:
                assert await response.text() == "ok"
        async with session.post(url, json={"text": "one more"}) as response:
            assert (response.status, await response.text()) == (404, "used_url")
        await ana.command("/ticket")
        time.seconds += 1801
        async with session.post(app.last["response_url"], json={"text": "late"}) as response:
            assert await response.text() == "expired_url"
        assert len(ana.ephemerals("it-help")) == 5


async def test_an_ephemeral_is_replaced_and_deleted_over_its_response_url(slack: Slack) -> None:
    ana = slack.user("ana")
    it_help = slack.channel("it-help", ana)
    async with on_socket(slack) as app, aiohttp.ClientSession() as session:
        await app.web.chat_postEphemeral(channel=it_help.id, user=ana.id, text="?", blocks=[button("Yes")])
        message = await ana.sees("[Yes]", it_help)
        await ana.clicks(message, "Yes")
        assert app.last["container"]["is_ephemeral"] and "message" not in app.last
        url = app.last["response_url"]
        await session.post(url, json={"text": "Done.", "replace_original": True})
        assert ana.messages(it_help) == [message] and message.text == "Done."
        await session.post(url, json={"delete_original": True})
        assert ana.messages(it_help) == []


async def test_scopes_come_from_the_manifest(time: Time) -> None:
    manifest: dict[str, Any] = {
        "display_information": {"name": "Firstline"},
        "features": {
            "bot_user": {"display_name": "firstline"},
            "slash_commands": [{"command": "/ticket", "description": "Open a ticket"}],
        },
        "oauth_config": {"scopes": {"bot": ["commands", "chat:write"]}},
        "settings": {"socket_mode_enabled": True},
    }
    async with Slack(manifest, now=time) as slack:
        ana, web = slack.user("ana"), client(slack)
        it_help = slack.channel("it-help", ana)
        call = web.conversations_history(channel=it_help.id)
        assert await refusal(call) == "missing_scope"
        assert str(slack.violations[0]) == (
            "conversations.history: missing_scope needed=channels:history; provided=chat:write,commands"
        )
        await ana.says(it_help, "nobody hears this")
        assert not slack.events.sent
        posted = await web.chat_postMessage(channel=it_help.id, text="hi")
        assert posted.headers["x-oauth-scopes"] == "chat:write,commands"
        with pytest.raises(AssertionError, match="not a valid command"):
            await ana.command("/other")
    manifest["settings"]["event_subscriptions"] = {"bot_events": ["message.channels"]}
    assert "message.channels needs the scope channels:history" in manifest_problems(manifest)[0]


async def test_only_ones_own_messages_are_edited_and_text_takes_blocks_away(slack: Slack) -> None:
    ana, web = slack.user("ana"), client(slack)
    it_help = slack.channel("it-help", ana)
    hers = await ana.says(it_help, "help")
    assert await refusal(web.chat_update(channel=it_help.id, ts=hers.ts, text="x")) == "cant_update_message"
    assert await refusal(web.chat_delete(channel=it_help.id, ts=hers.ts)) == "cant_delete_message"
    posted = await web.chat_postMessage(channel=it_help.id, text="IT-1", blocks=[section("IT-1")])
    await web.chat_update(channel=it_help.id, ts=posted["ts"], text="IT-1 is solved")
    assert not it_help.messages[posted["ts"]].blocks
    too_long = web.chat_update(channel=it_help.id, ts=posted["ts"], text="x" * 4001)
    assert await refusal(too_long) == "msg_too_long"


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        (section("x" * 3001), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
        (section(""), "must be more than 0 characters"),
        (section("hi") | {"color": "red"}, "additional property not allowed: color"),
        ({"type": "header", "text": {"type": "mrkdwn", "text": "hi"}}, "unsupported value: 'mrkdwn'"),
        ({"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}, "less than 151"),
        ({"type": "section"}, "must define one of: text, fields"),
        ({"type": "section", "fields": [section("x" * 2001)["text"]]}, "less than 2001"),
        ({"type": "section", "fields": [section("x")["text"]] * 11}, "no more than 10 items"),
        (button("x" * 76), "less than 76"),
        ({"type": "image", "alt_text": "x", "image_url": "/chart.png"}, "must be a valid url"),
        (
            menu(initial_option={"text": {"type": "plain_text", "text": "Low"}, "value": "low!"}),
            "must match exactly one",
        ),
        (menu(options=OPTIONS * 51), "no more than 100 items"),
        (menu(options=[]), "no less than 1 items"),
        (button(""), "must be more than 0"),
        (button("x", "a" * 256), "less than 256"),
        ({"type": "actions", "elements": []}, "no less than 1 items"),
        ({"type": "fancy"}, "unsupported type of block: 'fancy'"),
        ({"type": "actions", "elements": [*button("a")["elements"], *button("b")["elements"]]}, "already exists"),
    ],
)
def test_blocks_beyond_their_limits_are_refused(block: dict[str, Any], problem: str) -> None:
    assert any(problem in one for one in message_problems([block])), message_problems([block])


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"title": {"type": "plain_text", "text": "x" * 25}}, "less than 25"),
        ({"private_metadata": "x" * 3001}, "less than 3001"),
        ({"callback_id": "x" * 256}, "less than 256"),
        ({"blocks": [section("x")] * 101}, "no more than 100 items"),
        ({"blocks": [FIELD, FIELD]}, "`block_id` 'title' already exists"),
        ({"submit": None}, "submit is required in the view"),
        ({"colour": "red"}, "additional property not allowed: colour"),
    ],
)
def test_modals_beyond_their_limits_are_refused(change: dict[str, Any], problem: str) -> None:
    assert not view_problems(MODAL) and any(problem in one for one in view_problems(MODAL | change))


def test_a_menu_begins_with_one_of_its_options() -> None:
    assert message_problems([menu(initial_option=OPTIONS[1])]) == []


def test_only_live_mentions_ping() -> None:
    """Trap: `<!here>`, `<!subteam^S1>` and `<@U1>` in a name ping as well."""
    message = Message("C1", "1.2", "U1", "T1", "&lt;!channel&gt; <@U2|Ana>")
    message.blocks = [section("<!here> and <https://x.example|@U9>"), section("<!everyone>", "plain_text")]
    assert pings(message) == {"@U2", "!here"}


def test_a_message_holds_fifty_blocks() -> None:
    assert message_problems([section("x")] * 51) == ["no more than 50 items allowed [json-pointer:/blocks]"]


async def test_invalid_blocks_are_explained_and_not_posted(slack: Slack) -> None:
    it_help = slack.channel("it-help")
    call = client(slack).chat_postMessage(channel=it_help.id, text="x", blocks=[{"type": "section"}])
    assert await refusal(call) == "invalid_blocks"
    assert not it_help.messages and "must define one of" in slack.violations[0].detail


async def test_rates_are_a_message_a_second_a_channel_when_switched_on(slack: Slack, time: Time) -> None:
    it_help, web = slack.channel("it-help"), client(slack)
    slack.rates.on = True
    for _ in range(3):
        await web.chat_postMessage(channel=it_help.id, text="hi")
    assert await refusal(web.chat_postMessage(channel=it_help.id, text="hi")) == "ratelimited"
    time.seconds += 1
    await web.chat_postMessage(channel=it_help.id, text="hi")
    assert [one.error for one in slack.violations] == ["ratelimited"]


async def test_unknown_methods_tokens_and_bodies(slack: Slack) -> None:
    web = client(slack)
    assert await refusal(web.api_call("chat.sing")) == "unknown_method"
    assert await refusal(client(slack, "xoxb-wrong").auth_test()) == "invalid_auth"
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {slack.installation.token}"}) as session:
        json_headers = {"Content-Type": "application/json"}
        async with session.post(f"{slack.api_url}auth.test", data="{", headers=json_headers) as response:
            assert (response.status, (await response.json())["error"]) == (200, "invalid_json")
        async with session.post(f"{slack.api_url}auth.test", data="{}", headers=json_headers) as response:
            assert (await response.json())["warning"] == "missing_charset"
        async with session.get(f"{slack.api_url}auth.test") as response:
            assert (await response.json())["error"] == "method_not_allowed"
        async with session.post(f"{slack.api_url}api.test", data=io.BytesIO(b"x")) as response:
            assert (await response.json())["error"] == "invalid_post_type"


@pytest.mark.parametrize("given", [7, "[", [None], {"id": 7}, [{"type": 7}]])
async def test_whatever_an_argument_is_the_answer_is_slacks(slack: Slack, given: object) -> None:
    names = "channel channel_id user users user_id ts thread_ts text blocks attachments metadata view trigger_id limit"
    names += " cursor types email file files unfurls prompts name timestamp length filename hash code oldest"
    good = {"channel": slack.channel("it-help").id, "ts": "1.2", "text": "hi", "name": "ticket"}
    head = {"Authorization": f"Bearer {slack.installation.token}", "Content-Type": "application/json; charset=utf-8"}
    async with aiohttp.ClientSession(headers=head) as session:
        for method in METHODS:
            for name in names.split():
                body = json.dumps(good | {name: given})
                async with session.post(f"{slack.api_url}{method}", data=body) as response:
                    assert response.status == 200 and "ok" in await response.json(), (method, name)
            if method in ("auth.revoke", "apps.uninstall"):
                slack.world.tokens[slack.installation.token].revoked = False
