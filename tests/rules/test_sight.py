"""What a role may not see never shows: in lists, searches, help, and the answers to those who ask for it by number."""

from datetime import timedelta
from functools import partial

import pytest

from bot import library, people
from bot.people import ROLE_NAMES, Role
from bot.words import Sender
from kb import Article
from storage import articles
from storage.database import Database
from tests.rules.desk_stories import KNOWN, NOW, WHO, Story, block, denied, settings, shown


async def test_lists_and_searches_hold_only_what_one_may_see(database: Database) -> None:
    story = await Story(database).open()
    await story.ticket()
    await story.says("ana", "ticket", "my laptop has no network at all: vpn and wifi")
    sees = {
        "ana": {1001, 1002},
        "wanda": {1001},
        "erik": set(),
        "ben": {1001},
        "dev": {1002},
        "lena": {1001, 1002},
        "ada": {1001, 1002},
    }
    for who, numbers in sees.items():
        words = shown(await story.says(who, "tickets find", "laptop"))
        assert {n for n in (1001, 1002) if f"IT-{n}" in words} == numbers, who
        for number in (1001, 1002):
            assert (await story.says(who, "tickets status", str(number))).failed is (number not in numbers), who
    assert "IT-" not in shown(await story.says("erik", "tickets"))
    assert "IT-1002" not in shown(await story.says("wanda", "tickets"))
    for who in ("ana", "wanda"):
        assert "IT-1001" in shown(await story.says(who, "tickets"))


async def test_what_others_asked_for_hides_nothing_that_one_may_see(database: Database) -> None:
    """However much of it there is; a list that is cut says so, and how the rest is found."""
    story = await Story(database).open()
    await story.ticket()
    assert "and more" not in shown(await story.says("ana", "tickets"))
    story.now += timedelta(hours=1)
    for number in range(20):
        await story.says("ana", "ticket", f"the vpn is down again, {number}")
    told = shown(await story.says("ben", "tickets of", "@ana"))
    assert "IT-1001" in told and told.count("IT-10") == 2 and "and more" not in told
    for who, verb, text in (("ana", "tickets", ""), ("dev", "tickets of", "@ana"), ("dev", "tickets find", "vpn")):
        told = shown(await story.says(who, verb, text))
        assert told.count("the vpn is down again") == 15 and "… and more: " in told, verb


async def test_who_may_be_called_to_a_ticket_finds_it_among_its_requesters(database: Database) -> None:
    teams, turns = block("teams"), {"people": ["dev"], "every": "week", "handover": "mon 09:00", "starts": "2026-11-23"}
    teams["it-help"]["on_call"] = "it-help"
    on_call = block("on_call") | {"it-help": turns}
    story = await Story(database, settings(teams=teams, on_call=on_call)).open()
    await story.ticket()
    for who, sees in (("dev", True), ("erik", False)):
        assert (await story.says(who, "tickets status", "1001")).failed is not sees
        assert ("IT-1001" in shown(await story.says(who, "tickets of", "@ana"))) is sees
    await story.says("ana", "ticket", "the vpn is down")
    story.now += timedelta(hours=1)
    for _ in range(100):
        await story.ticket()
    assert "the vpn is down" in shown(await story.says("dev", "tickets of", "@ana"))


async def test_a_queue_is_the_teams_own(database: Database) -> None:
    story = await Story(database).open()
    await story.ticket()
    assert "IT-1001" in shown(await story.says("ben", "queue"))
    assert "IT-1001" not in shown(await story.says("dev", "queue"))
    refused = await story.says("dev", "queue", "it-help")
    assert refused.failed and "not in IT Help" in shown(refused) and "IT-1001" not in shown(refused)
    assert "IT-1001" in shown(await story.says("ada", "queue", "it-help"))
    assert denied(await story.says("ana", "queue"))


@pytest.mark.parametrize("who", ["ana", "wanda", "ben", "lena", "ada"])
async def test_notes_are_for_those_who_work_on_the_ticket(database: Database, who: str) -> None:
    story = await Story(database).open()
    await story.ticket()
    await story.says("ben", "note", "1001 he spilt coffee again")
    await story.says("ben", "reply", "1001 please bring it")
    told = shown(await story.says(who, "tickets status", "1001"))
    assert "please bring it" in told
    assert ("coffee" in told) is (who in ("ben", "lena", "ada"))
    assert "coffee" not in shown(await story.says(who, "tickets find", "laptop"))
    assert "IT-1001" not in shown(await story.says(who, "tickets find", "coffee"))


@pytest.mark.parametrize("who", list(WHO.values()))
async def test_a_ticket_is_shown_with_the_buttons_that_work(sqlite_database: Database, who: str) -> None:
    story = await Story(sqlite_database).open()
    await story.ticket()
    reply = await story.says(who, "tickets status", "1001")
    assert reply.card
    role = await story.role(who, 1001)
    assert all(KNOWN.commands[button.verb].needs & role for button in reply.card.buttons)


async def test_drafts_and_what_is_for_a_team_show_to_nobody_else(database: Database) -> None:
    story = await Story(database).open()
    others = {"secret": ("ana", "erik"), "inside": ("ana", "erik", "dev")}
    for article in others:
        assert "0000" in shown(await story.says("ben", "kb show", article))
        for who in others[article]:
            refused = shown(await story.says(who, "kb show", article))
            assert "There is no article" in refused and "0000" not in refused
            assert "Master keys" not in shown(await story.says(who, "kb", "master keys"))


async def test_who_may_read_an_article_is_read_from_its_file_and_may_change(sqlite_database: Database) -> None:
    for version, audience in enumerate(("everyone", "it-help", "it-help"), 1):
        article = Article("keys", "Master keys", "0000", audience=audience)
        changed = await sqlite_database.write(partial(library.keep, workspace="main", articles=[article], now=NOW))
        assert changed == (version < 3), "reading it again changes nothing"
        live = await sqlite_database.read(partial(articles.published, workspace="main"))
        assert [row.audience for row in live] == [audience]


async def test_help_and_menus_hold_what_one_may_say(sqlite_database: Database) -> None:
    story = await Story(sqlite_database).open()
    for role, who in WHO.items():
        roles = people.desk_roles(who, story.settings) | Role.WATCHER
        may = {command.verb for command in KNOWN.visible() if command.needs & roles}
        told = shown(await story.says(who, "help"))
        assert {c.verb for c in KNOWN.visible() if f"`{c.usage}`" in told} == may, ROLE_NAMES[role]
        assert await story.desk.verbs("main", "web", Sender(who)) == may
        for command in KNOWN.visible():
            assert (await story.says(who, "help", command.verb)).failed is (command.verb not in may), command.verb


async def test_outsiders_learn_nothing_of_tickets(database: Database) -> None:
    """What is not theirs and what is not there sound the same, whatever the verb."""
    story = await Story(database).open()
    await story.ticket()
    for verb, command in KNOWN.commands.items():
        if command.about_ticket and not command.hidden:
            words = command.sample.replace("IT-1001", "IT-1042")
            there = shown(await story.says("erik", verb, words.replace("IT-1042", "IT-1001"))).splitlines()[1]
            missing = shown(await story.says("erik", verb, words)).splitlines()[1]
            assert there.replace("IT-1001", "IT-1042") == missing, verb


async def test_a_watchers_reply_to_a_closed_ticket_stays_their_own(database: Database) -> None:
    story = await Story(database).open()
    await story.ticket()
    await story.says("ben", "close", "1001")
    assert not (await story.says("wanda", "reply", "1001 it is broken for me too")).failed
    await story.draws()
    posts = (await story.everything())["post"]
    mine = [row for row in posts if "mine:1002" in row]
    assert len(mine) == 1 and "@wanda" in mine[0]
