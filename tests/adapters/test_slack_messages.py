"""What people say in Slack, change and delete, and make tickets of: once, in whatever order Slack tells of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from adapters.slack.pace import Pace
from tests.adapters.slack_company import Company, company

both = pytest.mark.parametrize("way", ["socket", "http"])


@both
async def test_a_message_in_a_watched_channel_is_a_ticket(it: Company) -> None:
    """BEHAVIOUR 4: each new top-level message of an employee; not thanks, agents, joins, bots."""
    ana, ben = it.person("ana", "it-help"), it.person("ben", "it-help")
    asked = await ana.says("it-help", "my laptop is *broken*, see <https://example.com/a?b=1&c=2|this>")
    await it.settles()
    ticket = (await it.tickets())[0]
    assert (ticket.requester, ticket.origin_room, ticket.origin_thread) == ("ana", "it-help", asked.ts)
    await ana.sees("IT-1001 is open", "it-help")
    await ana.sees("IT-1001", "it-help", thread=asked)
    for person, words in ((ana, "thanks!"), (ben, "the printer is broken")):
        await person.says("it-help", words)
    erik = it.person("erik")
    await erik.joins("it-help")
    await it.settles()
    assert len(await it.tickets()) == 1


@both
async def test_an_event_told_twice_has_one_effect(it: Company) -> None:
    """Events are delivered again: their ids are remembered, and the person is answered once."""
    ana = it.person("ana", "it-help")
    it.slack.events.retries = (0,)
    it.slack.faults.redeliver(1)
    await ana.says("it-help", "my laptop is broken")
    await it.slack.until(lambda: not it.slack.events.again)
    await it.settles()
    assert len(await it.tickets()) == 1
    assert len(ana.ephemerals("it-help")) == 1


async def test_one_message_told_under_two_teams_is_one_ticket(it: Company) -> None:
    """Slack Connect: other event ids, the same channel and ts."""
    ana = it.person("ana", "it-help")
    await ana.says("it-help", "my laptop is broken")
    told = dict(it.slack.events.sent[-1])
    again = told | {"event_id": "Ev0OTHER", "team_id": "T0OTHER"}
    assert (await it.adapter.listening(it.desk).receive(again)).status == 200
    await it.settles()
    assert len(await it.tickets()) == 1 and len(ana.ephemerals("it-help")) == 1


@both
async def test_a_direct_message_is_a_ticket_after_one_click(it: Company) -> None:
    """BEHAVIOUR 5: the question gives way to its answer."""
    ana = it.person("ana")
    await ana.says("@", "my screen is dark")
    await it.settles()
    question = await ana.sees("Shall I open a ticket for this?")
    assert not question.ephemeral and await it.tickets() == []
    await ana.clicks(question, "Open a ticket")
    await it.settles()
    await ana.sees("IT-1001 is open")
    assert "Shall I open" not in ana.shown(), "what was decided is not asked again"
    assert [t.requester for t in await it.tickets()] == ["ana"]


async def test_a_direct_message_told_again_after_a_restart_is_asked_about_once(it: Company) -> None:
    ana = it.person("ana")
    await ana.says("@", "my screen is dark")
    await it.settles()
    listening = it.adapter.listening(it.desk)
    listening._acts._shown.clear()
    assert (await listening.receive(dict(it.slack.events.sent[-2]), 1)).status == 200
    await it.settles()
    assert ana.shown().count("Shall I open a ticket") == 1


async def test_talk_in_a_tickets_thread_reaches_the_other_side(it: Company) -> None:
    """BEHAVIOUR 11, 17, 18: the requester's reply reaches the agents; the agents' talk stays with them."""
    ana, ben = it.person("ana", "it-help"), it.person("ben", "triage-it")
    asked = await ana.says("it-help", "my laptop is broken")
    await it.settles()
    card = await ben.sees("my laptop is broken", "triage-it")
    await ana.says("it-help", "it is the battery", asked)
    await ben.says("triage-it", "she dropped it, surely", card)
    await it.settles()
    await ben.sees("it is the battery", "triage-it", thread=card)
    assert "dropped" not in ana.shown("it-help", asked)
    kinds = [(entry.kind, entry.text) for entry in await it.timeline() if entry.kind in ("reply", "note")]
    assert kinds == [("reply", "it is the battery"), ("note", "she dropped it, surely")]


async def test_edits_and_deletions_reach_the_ticket(it: Company) -> None:
    """BEHAVIOUR 10, 11: what was said before stays in the record."""
    ana, ben = it.person("ana", "it-help"), it.person("ben", "triage-it")
    asked = await ana.says("it-help", "my laptop is broken")
    await it.settles()
    reply = await ana.says("it-help", "it is the battery", asked)
    await ana.edits(reply, "it is the *charger*")
    await ana.deletes(reply)
    await it.settles()
    kinds = [(entry.kind, entry.text) for entry in await it.timeline() if entry.kind in ("reply", "edited", "deleted")]
    assert kinds == [("reply", "it is the battery"), ("edited", "it is the **charger**"), ("deleted", "")]
    card = await ben.sees("my laptop is broken", "triage-it")
    await ben.sees("changed what they wrote", "triage-it", thread=card)


@both
async def test_a_message_that_became_a_ticket_may_change_and_go(it: Company) -> None:
    """BEHAVIOUR 10, 11: one with replies leaves a tombstone behind, which Slack tells as a change."""
    ana, ben = it.person("ana", "it-help"), it.person("ben", "triage-it")
    asked = await ana.says("it-help", "my laptop is broken")
    await it.settles()
    await ana.edits(asked, "my old laptop is broken")
    await ana.deletes(asked)
    await it.settles()
    told = [(e.kind, e.text, e.author) for e in await it.timeline() if e.kind in ("opened", "edited", "deleted")]
    assert told == [
        ("opened", "my laptop is broken", "ana"),
        ("edited", "my old laptop is broken", "ana"),
        ("deleted", "", "ana"),
    ]
    card = await ben.sees("my laptop is broken", "triage-it")
    await ben.sees("changed what they wrote", "triage-it", thread=card)
    await ben.sees("deleted a message; it stays in the timeline", "triage-it", thread=card)


async def test_a_deletion_that_tells_no_more_than_its_page_shows_reaches_the_ticket(it: Company) -> None:
    """BEHAVIOUR 10, 11: whose message it was the record knows; of one that is no ticket's, nobody."""
    ana, ben = it.person("ana", "it-help"), it.person("ben", "triage-it")
    it.slack.events.bare = True
    asked = await ana.says("it-help", "my laptop is broken")
    await it.settles()
    card = await ben.sees("my laptop is broken", "triage-it")
    reply, note = await ana.says("it-help", "it is wet", asked), await ben.says("triage-it", "she spilt tea", card)
    await ana.command("/ticket", "my screen is dark")
    await it.settles()
    await ben.clicks(await ben.sees("my screen is dark", "triage-it"), "Claim")
    await it.settles()
    direct = await ana.says("@", "all of it", await ana.sees("IT-1002", "@"))
    other = await ben.says(it.slack.channel("random", ben), "lunch?")
    await it.settles()
    for who, what in ((ana, reply), (ben, note), (ana, asked), (ana, direct), (ben, other)):
        await who.deletes(what)
    await it.settles()
    gone = [(e.ticket, e.author, e.public) for e in await it.timeline() if e.kind == "deleted"]
    assert gone == [(1001, "ana", True), (1001, "ben", False), (1001, "ana", True), (1002, "ana", True)]


async def test_what_agents_change_among_themselves_stays_there(it: Company) -> None:
    """BEHAVIOUR 11, 17: an edited note is internal as well."""
    ana, ben = it.person("ana", "it-help"), it.person("ben", "triage-it")
    asked = await ana.says("it-help", "my laptop is broken")
    await it.settles()
    note = await ben.says("triage-it", "she dropped it", await ben.sees("my laptop is broken", "triage-it"))
    await ben.edits(note, "she threw it")
    await ben.deletes(note)
    await it.settles()
    changed = [(e.kind, e.public) for e in await it.timeline() if e.kind in ("note", "edited", "deleted")]
    assert changed == [("note", False), ("edited", False), ("deleted", False)]
    assert "threw" not in ana.shown("it-help", asked) and "deleted" not in ana.shown("it-help", asked)


async def test_a_preview_that_slack_unfolds_is_no_edit(it: Company) -> None:
    ana = it.person("ana", "it-help")
    asked = await ana.says("it-help", "my laptop is broken, https://example.com")
    place = it.slack.channel("it-help")
    shown = asked.shown()
    event = {"channel": place.id, "message": {**shown, "attachments": [{"id": 1}]}, "previous_message": shown}
    it.slack.events.hidden(place, "message_changed", it.slack.world.clock.ts(), event)
    await it.settles()
    assert "edited" not in [entry.kind for entry in await it.timeline()]


async def test_an_edit_that_overtakes_its_message_is_kept(it: Company) -> None:
    """Out of order: what came too early is tried again for a while."""
    ana = it.person("ana", "it-help")
    it.slack.faults.reorder(2)
    asked = await ana.says("it-help", "my laptop is borken")
    await ana.edits(asked, "my laptop is broken")
    await it.settles()
    assert [(e.kind, e.text) for e in await it.timeline() if e.kind in ("opened", "edited")] == [
        ("opened", "my laptop is borken"),
        ("edited", "my laptop is broken"),
    ]


async def test_a_reply_that_overtakes_its_ticket_is_kept(it: Company) -> None:
    ana = it.person("ana", "it-help")
    it.slack.faults.reorder(2)
    asked = await ana.says("it-help", "my laptop is broken")
    await ana.says("it-help", "it is the battery", asked)
    await it.settles()
    assert [(e.kind, e.text) for e in await it.timeline() if e.kind in ("opened", "reply")] == [
        ("opened", "my laptop is broken"),
        ("reply", "it is the battery"),
    ]


async def test_an_edit_of_what_is_no_tickets_is_forgotten(it: Company) -> None:
    ana = it.person("ana")
    it.slack.channel("random", ana)
    said = await ana.says("random", "lunch?")
    it.now += (it.now - it.now.replace(hour=0)) * 2
    await ana.edits(said, "dinner?")
    await it.settles()
    assert await it.timeline() == []


@both
async def test_the_ticket_emoji_makes_one_ticket_whoever_reacts(it: Company) -> None:
    """BEHAVIOUR 3: the author is the requester, the reactor the submitter, the thread the conversation."""
    ana, ben, lena = (it.person(name, "triage-it") for name in ("ana", "ben", "lena"))
    room = it.slack.channel("random", ana, ben, lena)
    asked = await ana.says(room, "my laptop is broken")
    await lena.says(room, "mine too, <@nobody>", asked)
    await ben.reacts(asked, "thumbsup")
    await it.settles()
    assert await it.tickets() == []
    await ben.reacts(asked, "ticket")
    await lena.reacts(asked, "ticket")
    await ben.unreacts(asked, "ticket")
    await ben.reacts(asked, "ticket")
    await it.settles()
    assert [(t.requester, t.submitter) for t in await it.tickets()] == [("ana", "ben")]
    assert [(e.kind, e.author) for e in await it.timeline() if e.kind in ("opened", "reply")] == [
        ("opened", "ben"),
        ("reply", "lena"),
    ]
    await ben.sees("Made from Ana Costa's message:\n  > ", room)


async def test_who_puts_the_emoji_on_their_own_message_is_told_so(it: Company) -> None:
    ana = it.person("ana")
    room = it.slack.channel("general", ana)
    asked = await ana.says(room, "my laptop is broken")
    await ana.reacts(asked, "ticket")
    await it.settles()
    await ana.sees("Made from your message:\n  > my laptop is broken", room)


async def test_a_reaction_on_a_reply_makes_a_ticket_of_the_thread(it: Company) -> None:
    ana, ben = it.person("ana"), it.person("ben")
    room = it.slack.channel("random", ana, ben)
    asked = await ana.says(room, "my laptop is broken")
    reply = await ben.says(room, "which one?", asked)
    await ben.reacts(reply, "ticket")
    await it.settles()
    assert [(t.requester, t.origin_thread) for t in await it.tickets()] == [("ana", asked.ts)]


async def test_a_reaction_on_a_reply_makes_a_ticket_where_threads_are_read_once_a_minute(
    sqlite_database_url: str, tmp_path: Path
) -> None:
    """BEHAVIOUR 3: what was learned of the thread is kept until Slack tells of the reaction again."""
    pace = Pace(free=True)
    async with company(sqlite_database_url, tmp_path, pace=pace) as it:
        ana, ben = it.person("ana"), it.person("ben")
        room = it.slack.channel("random", ana, ben)
        asked = await ana.says(room, "my laptop is broken")
        reply = await ben.says(room, "which one?", asked)
        await it.settles()
        it.slack.delivery.patience, it.slack.events.retries = 0.5, (0.5,)
        pace.now, it.slack.rates.on, it.slack.rates.commercial = it.wall, True, True
        await ben.reacts(reply, "ticket")
        await it.slack.until(lambda: it.slack.events.again)
        it.now += timedelta(minutes=1, seconds=1)
        await it.slack.until(lambda: not it.slack.events.again)
        it.slack.rates.on = False
        await it.settles()
        assert [(t.requester, t.origin_thread) for t in await it.tickets()] == [("ana", asked.ts)]
        it.slack.violations.clear()


async def test_a_reaction_while_slack_is_away_is_asked_for_again(it: Company) -> None:
    """History that cannot be read just now: the event is not acknowledged, and comes again."""
    ana, ben = it.person("ana"), it.person("ben")
    room = it.slack.channel("random", ana, ben)
    asked = await ana.says(room, "my laptop is broken")
    it.slack.faults.failing("conversations.replies")
    it.slack.delivery.patience = 0.3
    it.slack.events.retries = (0,)
    await ben.reacts(asked, "ticket")
    await it.slack.until(lambda: not it.slack.events.again)
    await it.settles()
    assert len(await it.tickets()) == 1
    it.slack.violations.clear()


@both
async def test_the_shortcut_makes_a_ticket_even_where_the_bot_cannot_read(it: Company) -> None:
    """BEHAVIOUR 3: the payload brings the message along."""
    ana, ben = it.person("ana"), it.person("ben")
    room = it.slack.channel("private", ana, ben, kind="group", bot=False)
    asked = await ana.says(room, "my laptop is broken")
    answer = await ben.shortcut(asked, "react")
    await it.settles()
    assert not answer.error
    assert [(t.requester, t.submitter) for t in await it.tickets()] == [("ana", "ben")]
    await ben.sees("Made from Ana Costa's message:\n  > ", room)
    it.slack.violations.clear()


async def test_files_are_named_in_the_text(it: Company) -> None:
    """BEHAVIOUR 11: files reach the ticket."""
    ana = it.person("ana", "it-help")
    await ana.uploads("it-help", "screen.png", b"...", "my screen is dark")
    await it.settles()
    assert "my screen is dark\n📎 screen.png" in (await it.timeline())[0].text


async def test_what_the_database_does_not_take_is_told_again(it: Company) -> None:
    """Written first, then acknowledged: Slack is answered 500, and delivers again."""
    ana = it.person("ana", "it-help")
    await ana.says("it-help", "hello there my laptop is broken")
    it.database.close()
    told = dict(it.slack.events.sent[-1]) | {"event_id": "Ev0LATER"}
    assert (await it.adapter.listening(it.desk).receive(told)).status == 500


async def test_mentions_in_what_people_say_become_names(it: Company) -> None:
    """BEHAVIOUR 39: no text of a user's pings anybody."""
    ana, ben = it.person("ana", "it-help"), it.person("ben", "triage-it")
    await ben.command("/queue", "", "triage-it")
    await ana.says("it-help", "@ben my laptop is broken <!channel>")
    await it.settles()
    assert (await it.timeline())[0].text.startswith("@Ben Adler my laptop")
    assert "<!channel>" not in str(it.called("chat.postMessage"))


async def test_a_talk_in_the_agents_view_is_a_direct_message(it: Company) -> None:
    """BEHAVIOUR 5: there each talk with the bot stands in a thread of its own, and so does the answer."""
    ana = it.person("ana")
    root = await ana.opens_assistant_thread()
    await ana.says("@", "my screen is dark", root)
    await it.settles()
    question = await ana.sees("Shall I open a ticket for this?", thread=root)
    await ana.clicks(question, "Open a ticket")
    await it.settles()
    await ana.sees("IT-1001 is open", thread=root)
    assert [t.requester for t in await it.tickets()] == ["ana"]


async def test_the_desks_own_messages_are_never_talk(it: Company) -> None:
    """BEHAVIOUR 11: nor are those of other bots, or of Slack itself."""
    ana, ben = it.person("ana", "it-help"), it.person("ben", "triage-it")
    asked = await ana.says("it-help", "my laptop is broken")
    await it.settles()
    before = len(await it.timeline())
    event = dict(it.slack.events.sent[-1]["event"])
    channel = it.slack.channel("it-help").id
    for more in (
        {"bot_id": "B0OTHER"},
        {"user": "USLACKBOT"},
        {"subtype": "bot_message"},
        {"subtype": "channel_topic"},
    ):
        said = event | {"type": "message", "channel": channel, "text": "the vpn is down", "ts": f"{asked.ts}1"} | more
        payload = dict(it.slack.events.sent[-1]) | {"event": said, "event_id": f"Ev{more}"}
        assert (await it.adapter.listening(it.desk).receive(payload)).status == 200
    card = await ben.sees("my laptop is broken", "triage-it")
    await ben.reacts(card, "ticket")
    await it.settles()
    assert len(await it.timeline()) == before and len(await it.tickets()) == 1
    await ben.sees("There is a ticket for this already", "triage-it")


async def test_who_speaks_to_the_bot_in_a_channel_is_asked_there(it: Company) -> None:
    """As in a direct message, and to them alone; where the room is watched it is a ticket as it is."""
    ana = it.person("ana", "it-help")
    bot = it.slack.installation.bot
    room = it.slack.channel("random", ana)
    await ana.says(room, f"@{bot.name} my screen is dark")
    await it.settles()
    question = await ana.sees("Shall I open a ticket for this?", room)
    assert question.ephemeral == ana.id and "> my screen is dark" in it.slack.show(question)
    await ana.clicks(question, "Open a ticket")
    await it.settles()
    await ana.sees("IT-1001 is open", room)
    assert "Shall I open" not in ana.shown(room)
    await ana.says("it-help", f"@{bot.name} my mouse is dead")
    await ana.says(room, f"@{bot.name} thanks!")
    await it.settles()
    assert [t.title for t in await it.tickets()] == ["my screen is dark", "my mouse is dead"]
    assert "Shall I open" not in ana.shown("it-help") + ana.shown(room)


@pytest.mark.parametrize("room", ["random", "it-help"])
async def test_who_speaks_to_the_bot_in_a_thread_that_is_no_tickets_is_asked_there(it: Company, room: str) -> None:
    """In a ticket's it is a reply."""
    ana, ben = it.person("ana", room, "it-help"), it.person("ben", room, "triage-it")
    bot = it.slack.installation.bot
    it.slack.channel(room, bot)
    asked, top = await ana.says("it-help", "my screen is dark"), await ben.says(room, "who else is without vpn?")
    await ana.says(room, f"@{bot.name} the vpn is down", top)
    await ana.says("it-help", f"@{bot.name} it is black", asked)
    await it.settles()
    question = await ana.sees("Shall I open a ticket for this?", room, thread=top)
    assert question.ephemeral == ana.id and "> the vpn is down" in it.slack.show(question)
    assert [e.text for e in await it.timeline() if e.kind == "reply"] == ["it is black"]
    await ana.clicks(question, "Open a ticket")
    await it.settles()
    assert [t.title for t in await it.tickets()] == ["my screen is dark", "the vpn is down"]
    assert "Shall I open" not in ana.shown("it-help") + ana.shown(room, top)
