"""Messages that people forward in Slack: what was said there reaches the ticket, behind the comment."""

from __future__ import annotations

from tests.adapters.slack_company import Company


async def test_a_message_forwarded_to_a_watched_channel_is_a_ticket_of_its_words(it: Company) -> None:
    """BEHAVIOUR 4: Slack tells of its words in an attachment alone. Who forwards is the requester."""
    ana, erik = it.person("ana", "it-help"), it.person("erik", "it-help")
    room = it.slack.channel("random", ana, erik)
    said = await erik.says(room, "@ana my screen *flickers*\nsince monday")
    await ana.forwards(said, "it-help")
    it.now += it.settings.limits.follow_up * 2
    await ana.forwards(said, "it-help", "the same at my desk")
    await it.settles()
    assert [(t.requester, t.title) for t in await it.tickets()] == [
        ("ana", "@Ana Costa my screen flickers since monday — Erik"),
        ("ana", "the same at my desk @Ana Costa my screen flickers since monday — Erik"),
    ]
    quotation = "> @Ana Costa my screen **flickers**\n> since monday\n> — Erik"
    opened = [entry.text for entry in await it.timeline() if entry.kind == "opened"]
    assert opened == [quotation, f"the same at my desk\n\n{quotation}"]


async def test_a_message_forwarded_into_a_talk_or_a_thread_keeps_its_words_and_files(it: Company) -> None:
    """BEHAVIOUR 5, 11."""
    ana, ben, erik = it.person("ana", "it-help"), it.person("ben", "triage-it"), it.person("erik")
    room = it.slack.channel("random", ana, erik)
    said = await erik.uploads(room, "flicker.png", b"\x89PNG", "look")
    asked = await ana.says("it-help", "my screen is dark")
    await it.settles()
    await ana.forwards(said, "it-help", "as with Erik", asked)
    await ana.forwards(said, "@")
    await it.settles()
    card = await ben.sees("my screen is dark", "triage-it")
    await ben.sees("as with Erik", "triage-it", card)
    (reply,) = [entry.text for entry in await it.timeline() if entry.kind == "reply"]
    assert reply.startswith("as with Erik\n\n> look\n> — Erik\n\n📎 flicker.png")
    assert [m.files[0].content for m in it.slack.channel("triage-it").messages.values() if m.files] == [b"\x89PNG"]
    question = await ana.sees("Shall I open a ticket for this?")
    assert "look" in it.slack.show(question)


async def test_the_emoji_on_a_forwarded_message_makes_a_ticket_of_its_words(it: Company) -> None:
    """BEHAVIOUR 3."""
    ana, ben, erik = it.person("ana"), it.person("ben"), it.person("erik")
    room = it.slack.channel("random", ana, ben, erik)
    passed_on = await ana.forwards(await erik.says(room, "my mouse is dead"), room, "who can help?")
    await ben.reacts(passed_on, "ticket")
    await it.settles()
    (opened,) = [entry.text for entry in await it.timeline() if entry.kind == "opened"]
    assert opened == "who can help?\n\n> my mouse is dead\n> — Erik"


async def test_the_preview_of_a_link_and_what_a_bot_attaches_is_nobodys_words(it: Company) -> None:
    ana = it.person("ana", "it-help")
    said = await ana.says("it-help", "see https://example.com my laptop is broken")
    event = dict(it.slack.events.sent[-1]["event"]) | {"ts": f"{said.ts}1"}
    preview = event | {"attachments": [{"id": 1, "from_url": "https://example.com", "text": "News"}], "text": "hm, see"}
    bots = event | {"attachments": [{"is_share": True, "text": "News"}], "text": "", "bot_id": "B0OTHER"}
    for number, told in enumerate((preview, bots)):
        payload = dict(it.slack.events.sent[-1]) | {"event": told, "event_id": f"Ev{number}"}
        assert (await it.adapter.listening(it.desk).receive(payload)).status == 200
    await it.settles()
    assert "News" not in str([entry.text for entry in await it.timeline()])
