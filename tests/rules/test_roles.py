"""Who may do what: every cell of the table in docs/commands.md, by the real path, on real databases."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from bot import rota, swaps
from bot.context import Scene
from bot.oncall import Shift
from bot.people import ROLE_NAMES, Role
from bot.settings import Settings
from bot.swaps import Swap
from bot.words import Address, Button, Said, Sender
from storage.database import Database
from storage.knowledge import ArticleRow
from storage.tables import StandIn
from tests.rules.desk_stories import KNOWN, NOW, WHO, Story, block, denied, settings, shown, usual

WANTED = {
    "ack": "escalated",
    "snooze": "escalated",
    "take": "escalated",
    "escalate": "escalated",
    "metoo": "major",
    "fixed": "resolved",
    "notfixed": "resolved",
    "rate": "resolved",
    "reopen": "resolved",
    "kb draft": "resolved",
}
"""What has to be the case before a verb makes sense, where an open ticket is not enough."""

Arranged = Callable[[Story, str], dict[str, Any]]
SAID: dict[str, Arranged] = {
    "confirm": lambda story, who: {"answers": {"draft": f"draft-{who}"}},
    "discard": lambda story, who: {"answers": {"draft": f"draft-{who}"}},
    "said": lambda story, who: {"text": "the screen stays black", "message": f"m{story.said}"},
    "edited": lambda story, who: {"text": "the screen is dark", "message": "m0"},
    "deleted": lambda story, who: {"message": "m0"},
    "home": lambda story, who: {"answers": {"most": "5"}},
    "kb browse": lambda story, who: {"answers": {"page": "1"}},
    "kb new": lambda story, who: {"answers": {"title": "Keys", "text": "Ask."}},
    "react": lambda story, who: {
        "at": Address("web", "it-help"),
        "thread": (Said(Sender("erik"), "the printer jams", f"t{story.said}", NOW),),
    },
}
"""What comes with the verbs that nobody types."""


TEXT = {"title": "Keys", "text": "Ask."}
ABOUT_AN_ARTICLE: dict[str, dict[str, str]] = {
    **{f"kb {verb}": {} for verb in ("archive", "discard", "edit", "files", "page", "part", "publish", "review")},
    "kb save": {"version": "2", **TEXT},
}
"""What is done with an article, with its answers beside the article."""


async def kept(story: Story, who: str) -> dict[str, str]:
    """An article of somebody's own, with a draft beside it."""
    rows = [
        ArticleRow(workspace="main", id=f"of-{who}", version=v, title="Keys", body="", owner=who, status=status, at=NOW)
        for v, status in enumerate(("published", "draft"), 1)
    ]
    await story.database.write(lambda db: db.add_all(rows))
    return {"article": f"of-{who}"}


async def arranged(story: Story, who: str, verb: str, number: int) -> dict[str, Any]:
    """What comes with a verb: its own sample's words, about this ticket."""
    command = KNOWN.commands[verb]
    if verb in ("confirm", "discard"):
        await story.says(who, "", "my mouse is dead", message=f"draft-{who}")
    if verb in SAID:
        return SAID[verb](story, who)
    if verb in ABOUT_AN_ARTICLE:
        return {"answers": await kept(story, who) | ABOUT_AN_ARTICLE[verb]}
    if verb == "oncall swap" and who == "ben":
        await story.database.write(lambda db: rota.stand_in(db, "main", "network", [week(who, 0)]))
    if verb == "oncall end":
        now = Shift("ben", NOW - timedelta(hours=1), NOW + timedelta(hours=1))
        await story.database.write(lambda db: rota.stand_in(db, "main", "network", [now]))
    if verb in ("oncall agree", "oncall decline"):
        return {"text": await asked_to_exchange(story, who)}
    if command.hidden:
        return {"answers": {"ticket": str(number)}}
    other = await story.ticket() if verb == "merge" else 0
    words = command.sample.replace("IT-1001", f"IT-{other}").replace("IT-1042", f"IT-{number}")
    return {"text": words.replace("@ben", "@chloe")}


def week(person: str, number: int) -> Shift:
    """Somebody's week on call: the one of the sample's first day, or one after it."""
    start = datetime(2026, 12, 7, 8, tzinfo=UTC) + number * timedelta(days=7)
    return Shift(person, start, start + timedelta(days=7))


async def asked_to_exchange(story: Story, who: str) -> str:
    """Dev asks somebody to exchange weeks; the name of that exchange."""
    first = 2 * list(WHO.values()).index(who)
    swap = Swap("network", "dev", week("dev", first), week(who, first + 1))

    def ask(db: Session) -> None:
        rota.stand_in(db, "main", "network", [swap.other])
        worktime = story.desk.worktime
        scene = Scene(db=db, now=story.now, workspace="main", settings=story.settings, worktime=worktime)
        swaps.propose(scene, swap)

    await story.database.write(ask)
    return swap.name


@pytest.mark.parametrize("verb", sorted(KNOWN.commands))
async def test_each_role_may_do_what_the_table_says_and_nothing_else(sqlite_database: Database, verb: str) -> None:
    story = await Story(sqlite_database).open()
    command, number = KNOWN.commands[verb], 0
    for role, who in WHO.items():
        number = number or await story.ticket(WANTED.get(verb, "open"))
        assert await story.role(who, number) is role
        more = await arranged(story, who, verb, number)
        before = await story.everything()
        reply = await story.says(who, verb, **more)
        after = await story.everything()
        if role in command.needs:
            assert not reply.failed and (reply.form is None or command.reads), f"{who}, {ROLE_NAMES[role]}: {reply}"
            assert command.reads or command.later or reply.early or before != after
            number = number if command.reads or not command.about_ticket else 0
        else:
            assert denied(reply), f"{who}, {ROLE_NAMES[role]}: {reply}"
            assert before == after, f"{who}, {ROLE_NAMES[role]}, changed something"


def without(team: str, person: str) -> Settings:
    """The settings after an agent has left a team."""
    teams = block("teams")
    del teams[team]["members"][person]
    return settings(teams=teams)


async def test_an_agent_who_has_left_the_team_can_no_longer_click_the_card(database: Database) -> None:
    story = await Story(database).open()
    number = await story.ticket()
    claim = Button("Claim", "claim", {"ticket": str(number)})
    story.settings = without("it-help", "ben")
    before = await story.everything()
    assert denied(await story.clicks("ben", claim))
    assert await story.everything() == before
    story.settings = usual()
    assert not (await story.clicks("ben", claim)).failed
    assert (await story.row(number)).owner == "ben"


async def test_an_owner_keeps_the_ticket_in_another_team_and_loses_it_with_the_last_one(database: Database) -> None:
    story = await Story(database).open()
    number = await story.ticket()
    await story.says("ben", "claim", str(number))
    story.settings = without("it-help", "ben")
    assert await story.role("ben", number) is Role.OUTSIDER
    assert denied(await story.says("ben", "note", f"{number} the keys are under the mat"))
    assert "IT-" not in shown(await story.says("ben", "tickets find", "laptop"))
    teams = block("teams")
    teams["network"]["members"]["ben"] = teams["it-help"]["members"].pop("ben")
    story.settings = settings(teams=teams)
    assert await story.role("ben", number) is Role.AGENT


async def test_agents_of_other_teams_are_outsiders_until_the_ticket_is_theirs(database: Database) -> None:
    story = await Story(database).open()
    number = await story.ticket()
    assert await story.role("dev", number) is Role.OUTSIDER
    assert denied(await story.says("dev", "claim", str(number)))
    assert not (await story.says("ben", "category", f"{number} Network Access")).failed
    assert await story.role("dev", number) is Role.AGENT
    assert await story.role("ben", number) is Role.OUTSIDER


async def test_the_default_team_works_on_the_tickets_of_a_team_that_has_vanished(database: Database) -> None:
    story = await Story(database).open()
    await story.says("ana", "ticket", "the vpn is down")
    teams, categories = block("teams"), block("categories")
    del teams["network"], categories["Network Access"]
    story.settings = settings(teams=teams, categories=categories)
    assert await story.role("ben", 1001) is Role.AGENT
    assert not (await story.says("ben", "takeover", "1001")).failed


async def test_who_is_on_call_may_act_on_the_ping_and_only_while_on_call(database: Database) -> None:
    story = await Story(database).open()
    await story.says("ana", "ticket", "the vpn is down")
    assert not (await story.says("lena", "escalate", "1001")).failed
    ack = Button("Acknowledge", "ack", {"ticket": "1001"})
    assert denied(await story.clicks("ben", ack))
    assert not (await story.says("lena", "oncall override", "network @ben 8h")).failed
    assert await story.role("ben", 1001) is Role.LEAD
    assert not (await story.clicks("ben", ack)).failed
    story.now = NOW + timedelta(hours=9)
    assert denied(await story.clicks("ben", ack))


async def test_somebody_the_ladder_names_may_act_on_the_ping(database: Database) -> None:
    ladders = block("ladders") | {"default": {"steps": [{"tell": "person:erik"}]}}
    story = await Story(database, settings(ladders=ladders)).open()
    number = await story.ticket("escalated")
    assert await story.role("erik", number) is Role.LEAD
    assert not (await story.says("erik", "ack", str(number))).failed


async def test_a_lead_calls_stand_ins_for_their_own_teams_and_only_from_the_staff(database: Database) -> None:
    teams = block("teams")
    teams["network"]["lead"], teams["network"]["manager"] = "dev", None
    story = await Story(database, settings(teams=teams)).open()
    before = await story.everything()
    for who, words in (("lena", "network @ben 8h"), ("dev", "network @erik 8h")):
        assert (await story.says(who, "oncall override", words)).failed
    assert await story.everything() == before
    assert not (await story.says("dev", "oncall override", "network @ben 8h")).failed
    assert len(await database.read(lambda db: db.exec(select(StandIn)).all())) == 1


async def test_who_files_for_somebody_watches_and_does_not_judge(database: Database) -> None:
    story = await Story(database).open()
    assert not (await story.says("dev", "ticket for", "@ana by phone her screen stays black")).failed
    assert await story.role("dev", 1001) is Role.WATCHER
    assert not (await story.says("dev", "reply", "1001 she called again")).failed
    await story.says("ben", "resolve", "1001 replaced")
    for verb, words in (("fixed", "1001"), ("rate", "1001 5"), ("notfixed", "1001")):
        assert denied(await story.says("dev", verb, words))
    assert not (await story.says("ana", "rate", "1001 2")).failed


async def test_two_roles_are_more_than_one(database: Database) -> None:
    story = await Story(database).open()
    await story.says("ben", "ticket", "my laptop is broken")
    assert await story.role("ben", 1001) == Role.AGENT | Role.REQUESTER
    for verb, words in (("claim", "1001"), ("resolve", "1001 done"), ("fixed", "1001")):
        assert not (await story.says("ben", verb, words)).failed


async def test_solved_after_an_agents_answer_is_no_deflection(sqlite_database: Database) -> None:
    story = await Story(sqlite_database).open()
    for words in ("my laptop is broken", "my mouse is broken"):
        await story.says("ana", "ticket", words)
        story.now += timedelta(hours=1)
    await story.says("ben", "reply", "1001 please restart it")
    for number in ("1001", "1002"):
        assert not (await story.says("ana", "fixed", number)).failed
    assert [(await story.row(n)).outcome for n in (1001, 1002)] == ["fixed", "self-served"]
