"""The project's own Slack: people, messages, modals and Home tabs through the real slack_sdk, on both transports."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.platforms.slack import Slack
from tests.platforms.slack_app import FIELD, MODAL, Told, button, client, on_http, on_socket, refusal, section


@pytest.fixture(params=["socket", "http"])
async def slack(request: pytest.FixtureRequest) -> AsyncIterator[Slack]:
    async with Slack() as server:
        server.assistants["transport"] = {"is": request.param}
        yield server


@pytest.fixture
async def app(slack: Slack) -> AsyncIterator[Told]:
    on_socket_mode = slack.assistants.pop("transport")["is"] == "socket"
    async with on_socket(slack) if on_socket_mode else on_http(slack) as told:
        yield told


async def test_a_command_opens_a_modal_whose_submission_is_answered(slack: Slack, app: Told) -> None:
    ana = slack.user("ana")
    it_help = slack.channel("it-help", ana)
    assert not (await ana.command("/ticket", "the vpn is down", it_help)).error
    assert (app.last["command"], app.last["text"], app.last["user_id"]) == ("/ticket", "the vpn is down", ana.id)
    await client(slack).views_open(trigger_id=app.last["trigger_id"], view=MODAL)
    modal = await ana.gets_modal("New ticket")
    assert await ana.submits(modal, {}) == {"What is wrong?": "Please complete this required field."}
    app.answers["view_submission"] = {"response_action": "errors", "errors": {"title": "Too short."}}
    assert await ana.submits(modal, {"What is wrong?": "x"}) == {"What is wrong?": "Too short."}
    app.answers.clear()
    assert await ana.submits(modal, {"What is wrong?": "the vpn is down"}) == {}
    state = app.last["view"]["state"]["values"]
    assert state == {"title": {"title": {"type": "plain_text_input", "value": "the vpn is down"}}}
    assert ana.modal is None and not slack.violations


async def test_an_acknowledgement_with_text_is_shown_to_the_sender_alone(slack: Slack, app: Told) -> None:
    ana, ben = slack.user("ana"), slack.user("ben")
    it_help = slack.channel("it-help", ana, ben)
    app.answers["slash_commands"] = {"text": "On it.", "response_type": "ephemeral"}
    await ana.command("/ticket", "", it_help)
    assert "only for ana" in slack.show(await ana.sees("On it.", it_help))
    assert not ben.messages(it_help)


async def test_a_click_tells_which_button_in_which_message(slack: Slack, app: Told) -> None:
    ana = slack.user("ana")
    it_help = slack.channel("it-help", ana)
    await client(slack).chat_postMessage(channel=it_help.id, text="IT-1", blocks=[button("Claim")])
    message = await ana.sees("[Claim]", it_help)
    await slack.events.quiet()
    await ana.clicks(message, "Claim")
    assert app.last["actions"][0]["action_id"] == "do:claim" and app.last["container"]["message_ts"] == message.ts
    assert app.last["response_url"].startswith(slack.world.base) and app.last["message"]["text"] == "IT-1"
    with pytest.raises(AssertionError, match=r"no button 'Close' in\nfirstline:\n  \[Claim\]"):
        await ana.clicks(message, "Close")


async def test_messages_and_the_bots_own_come_as_events(slack: Slack, app: Told) -> None:
    ana = slack.user("ana")
    it_help = slack.channel("it-help", ana)
    root = await ana.says(it_help, "my <laptop> is dead, @firstline & co")
    assert root.text == f"my &lt;laptop&gt; is dead, <@{slack.installation.bot.id}> &amp; co"
    await client(slack).chat_postMessage(channel=it_help.id, text="seen", thread_ts=root.ts)
    await slack.events.quiet()
    await ana.edits(root, "my laptop is alive")
    await ana.reacts(root, "ticket")
    reply = await ana.says(it_help, "or not", root)
    await ana.deletes(reply)
    await ana.deletes(root)
    events = app.events("message")
    subtypes = ["", "", "message_changed", "", "message_deleted", "message_changed"]
    assert [event.get("subtype", "") for event in events] == subtypes
    assert events[-1]["message"]["subtype"] == "tombstone" and events[-1]["message"]["ts"] == root.ts
    assert events[1]["bot_id"] == slack.installation.bot.bot_id and events[1]["thread_ts"] == root.ts
    assert events[2]["previous_message"]["text"] == root.text.replace("alive", "dead") or events[2]["hidden"]
    assert app.events("app_mention")[0]["ts"] == app.events("reaction_added")[0]["item"]["ts"] == root.ts
    assert not slack.violations


async def test_typing_dispatches_and_a_stale_hash_is_refused(slack: Slack, app: Told) -> None:
    ana, web = slack.user("ana"), client(slack)
    await ana.command("/ticket")
    view = MODAL | {"blocks": [FIELD | {"dispatch_action": True}]}
    opened = (await web.views_open(trigger_id=app.last["trigger_id"], view=view))["view"]
    modal = await ana.gets_modal()
    await ana.types(modal, "What is wrong?", "vpn")
    assert app.last["actions"][0]["value"] == "vpn" and app.last["view"]["hash"] == opened["hash"]
    more = view | {"blocks": [view["blocks"][0], section("Have you restarted it?")]}
    await web.views_update(view_id=opened["id"], hash=opened["hash"], view=more)
    assert await refusal(web.views_update(view_id=opened["id"], hash=opened["hash"], view=view)) == "hash_conflict"
    assert modal.values["title"]["title"]["value"] == "vpn" and "restarted" in slack.show(modal)


async def test_modals_stack_up_to_three(slack: Slack, app: Told) -> None:
    ana, web = slack.user("ana"), client(slack)
    await ana.command("/ticket")
    view = MODAL | {"notify_on_close": True}
    view["blocks"] = [FIELD, button("More", "do:more")]
    await web.views_open(trigger_id=app.last["trigger_id"], view=view)
    for _ in range(2):
        assert ana.modal
        await ana.clicks(ana.modal, "More")
        await web.views_push(trigger_id=app.last["trigger_id"], view=view)
    await ana.clicks(await ana.gets_modal(), "More")
    assert await refusal(web.views_push(trigger_id=app.last["trigger_id"], view=view)) == "push_limit_reached"
    await ana.closes(whole=True)
    assert app.last["type"] == "view_closed" and app.last["is_cleared"] and ana.modal is None


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "?"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "dance"},
    ],
)
async def test_answers_to_a_submission_that_mean_nothing_are_told(slack: Slack, app: Told, answer: object) -> None:
    ana = slack.user("ana")
    await ana.command("/ticket")
    await client(slack).views_open(trigger_id=app.last["trigger_id"], view=MODAL)
    app.answers["view_submission"] = answer
    assert "trouble connecting" in (await ana.submits(None, {"What is wrong?": "x"}))[""]
    assert [one.error for one in slack.violations] == ["invalid_response"]


async def test_shortcuts_home_links_and_assistants(slack: Slack, app: Told) -> None:
    ana, web = slack.user("ana"), client(slack)
    it_help = slack.channel("it-help", ana)
    message = await ana.says(it_help, "help")
    await ana.shortcut(message, "make-ticket")
    assert app.last["type"] == "message_action" and app.last["message"]["ts"] == message.ts
    await ana.opens_home()
    assert app.last["event"]["tab"] == "home"
    home = {"type": "home", "blocks": [section("*My tickets*"), button("New", "do:new")]}
    await web.views_publish(user_id=ana.id, view=home)
    await ana.clicks(await ana.gets_home("My tickets"), "New")
    assert app.last["container"]["type"] == "view" and "response_url" not in app.last
    linked = await ana.shares_link(it_help, "https://desk.example.com/t/1")
    assert app.last["event"]["links"] == [{"domain": "desk.example.com", "url": "https://desk.example.com/t/1"}]
    preview = {"https://desk.example.com/t/1": {"blocks": [section("IT-1")]}}
    await web.chat_unfurl(channel=it_help.id, ts=linked.ts, unfurls=preview)
    assert "IT-1" in ana.shown(it_help)
    await slack.events.quiet()
    assert app.events("message")[-1]["subtype"] == "message_changed" and not linked.edited
    thread = await ana.opens_assistant_thread(it_help)
    assert app.last["event"]["assistant_thread"]["context"]["channel_id"] == it_help.id
    prompts: list[dict[str, str]] = [{"title": "Status", "message": "What is the state of my ticket?"}]
    await web.assistant_threads_setSuggestedPrompts(channel_id=ana.talk.id, thread_ts=thread.ts, prompts=prompts)
    assert slack.assistants[thread.ts]["prompts"] == prompts and not slack.violations


async def test_a_menu_is_picked_and_checkboxes_come_as_options(slack: Slack, app: Told) -> None:
    ana = slack.user("ana")
    options = [{"text": {"type": "plain_text", "text": name}, "value": name.lower()} for name in ("Low", "High")]
    menu = {"type": "static_select", "action_id": "p", "options": options}
    boxes = {"type": "checkboxes", "action_id": "c", "options": options}
    label = {"type": "plain_text", "text": "Priority"}
    blocks = [{"type": "input", "block_id": "p", "label": label, "element": menu}]
    blocks.append({"type": "input", "block_id": "c", "label": label | {"text": "Also"}, "element": boxes})
    await ana.command("/ticket")
    await client(slack).views_open(trigger_id=app.last["trigger_id"], view=MODAL | {"blocks": blocks})
    assert await ana.submits(None, {"Priority": "High", "Also": ["low"]}) == {}
    values = app.last["view"]["state"]["values"]
    assert values["p"]["p"]["selected_option"]["value"] == "high"
    assert [one["value"] for one in values["c"]["c"]["selected_options"]] == ["low"]


async def test_the_agents_talk_suggests_prompts_and_knows_what_is_looked_at(slack: Slack, app: Told) -> None:
    slack.app.agent = True
    ana, it_help = slack.user("ana"), slack.channel("it-help", slack.user("ana"))
    await ana.opens_talk(it_help)
    assert app.last["event"]["tab"] == "messages"
    assert app.last["event"]["context"]["entities"][0]["value"] == it_help.id
    prompts = [{"title": "Status", "message": "What is the state of my ticket?"}]
    await client(slack).assistant_threads_setSuggestedPrompts(channel_id=ana.talk.id, thread_ts="", prompts=prompts)
    await ana.takes_prompt("Status")
    assert app.events("message")[0]["text"] == "What is the state of my ticket?"
    await ana.looks_at(it_help)
    assert app.events("app_context_changed") and not slack.violations


async def test_names_of_people_and_channels_change(slack: Slack, app: Told) -> None:
    ana, it_help = slack.user("ana"), slack.channel("it-help", slack.user("ana"))
    await ana.becomes(real_name="Ana Costa Silva", tz="Europe/Lisbon")
    slack.talk.rename(it_help, "it-desk")
    slack.talk.archive(it_help)
    await slack.events.quiet()
    assert app.events("user_change")[0]["user"]["real_name"] == "Ana Costa Silva"
    assert app.events("channel_rename")[0]["channel"]["name"] == "it-desk"
    assert app.events("channel_archive")[0]["channel"] == it_help.id
    await slack.events.repeat(slack.events.sent[0], team_id="T2")
    assert app.last["team_id"] == "T2" and app.last["event_id"] == slack.events.sent[0]["event_id"]
