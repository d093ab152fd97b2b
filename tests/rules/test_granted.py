"""What somebody's roles on a platform make of them, looked up when the click arrives."""

from sqlmodel import Session

from bot.granted import granted
from bot.people import Role, desk_roles
from bot.settings import Settings
from bot.words import File, Sender
from storage import attachments
from storage.database import Database
from tests.rules.desk_stories import Story, block, settings, shown, usual


def with_roles() -> Settings:
    teams = block("teams")
    teams["it-help"] |= {"agent_roles": {"web": ["42"]}, "lead_roles": {"web": ["43"]}}
    return settings(teams=teams, admin_roles={"web": ["44"]})


def test_a_role_makes_an_agent_a_lead_or_an_admin_of_its_team_alone() -> None:
    made = with_roles()
    for role, expected in (("42", Role.AGENT), ("43", Role.LEAD), ("44", Role.ADMIN)):
        seen = granted(made, "web:zoe", "web", ("7", role))
        assert desk_roles("web:zoe", seen) == Role.REQUESTER | expected
        assert "web:zoe" not in seen.teams["network"].members
        assert desk_roles("web:zoe", granted(made, "web:zoe", "slack", (role,))) == Role.REQUESTER, "another channel's"
    assert desk_roles("web:zoe", made) == Role.REQUESTER, "the settings themselves stay as they are"


def test_who_has_none_of_these_roles_costs_nothing() -> None:
    made = with_roles()
    assert granted(made, "ana", "web", ()) is made
    assert granted(made, "ana", "web", ("7",)) is made
    assert granted(usual(), "ana", "web", ("42",)) is usual()


async def test_a_role_is_what_it_is_at_the_click(database: Database) -> None:
    """A button drawn while somebody had a role does nothing for them when they have lost it."""
    story = await Story(database, with_roles()).open()
    number = await story.ticket()
    agent, nobody = Sender("zoe", "Zoe", roles=("42",)), Sender("zoe", "Zoe")
    refused = await story.says("zoe", "claim", str(number), sender_as=nobody)
    assert refused.failed and "that you may see" in shown(refused)
    claimed = await story.says("zoe", "claim", str(number), sender_as=agent)
    assert not claimed.failed and (await story.row(number)).owner == "web:zoe"
    assert not (await story.says("zoe", "note", f"{number} mine now", sender_as=agent)).failed
    lost = await story.says("zoe", "note", f"{number} and still", sender_as=nobody)
    assert lost.failed, "whom no team has is no agent any more, whatever they own"


async def test_17_a_roles_agent_reads_the_files_of_its_teams_tickets(database: Database) -> None:
    """BEHAVIOUR 17."""
    story = await Story(database, with_roles()).open()
    shot = File("F1", "screen.png", "image/png", 3, "https://files.test/F1")
    assert not (await story.says("ana", "ticket", "my laptop is broken", files=(shot,))).failed

    def keep(db: Session) -> int:
        [file] = attachments.of_ticket(db, "main", 1001)
        attachments.change(db, file.id, content=b"PNG", size=3, sha256="x", next_at=None)
        return file.id

    id = await database.write(keep)
    for roles, reads in ((("42",), True), (("43",), True), (("7",), False), ((), False)):
        found = await story.desk.attachment("main", "web", Sender("zoe", "Zoe", roles=roles), id)
        assert (found is not None) is reads, roles


async def test_18_who_works_by_a_role_and_watches_hears_of_it(database: Database) -> None:
    """BEHAVIOUR 18: whether they still have the role is known only when they act; not while no role makes agents."""
    story = await Story(database, with_roles()).open()
    number = await story.ticket()
    agent = Sender("zoe", "Zoe", roles=("42",))
    assert not (await story.says("zoe", "watch", str(number), sender_as=agent)).failed
    assert "2 others" in shown(await story.says("ben", "reply", f"{number} try another socket"))
    refused = await story.says("zoe", "tickets status", str(number), sender_as=Sender("zoe", "Zoe"))
    assert refused.failed and "that you may see" in shown(refused)
    story.settings = usual()
    assert "1 other." in shown(await story.says("ben", "reply", f"{number} or another plug"))


async def test_18_a_role_beside_a_team_of_ones_own_is_enough_and_whom_the_settings_name_no_more_has_none(
    database: Database,
) -> None:
    """BEHAVIOUR 18: dev is network's, and works here by a role; chloe watched as one of the team, and has left."""
    story = await Story(database, with_roles()).open()
    number = await story.ticket()
    agent = Sender("dev", "Dev", roles=("42",))
    assert not (await story.says("dev", "watch", str(number), sender_as=agent)).failed
    assert not (await story.says("chloe", "watch", str(number))).failed
    assert "3 others" in shown(await story.says("ben", "reply", f"{number} try another socket"))
    teams, people = block("teams"), block("people")
    teams["it-help"] |= with_roles().model_dump(mode="json", exclude_defaults=True)["teams"]["it-help"]
    del teams["it-help"]["members"]["chloe"], people["chloe"]
    story.settings = settings(teams=teams, people=people)
    assert "2 others" in shown(await story.says("ben", "reply", f"{number} or another plug"))


async def test_nobody_is_given_tickets_for_a_role(database: Database) -> None:
    """BEHAVIOUR 14: whoever files for somebody else is not assigned it because a role makes them an agent just now."""
    teams = block("teams")
    teams["it-help"] |= {"agent_roles": {"web": ["42"]}, "policy": "least-load", "members": {}}
    story = await Story(database, settings(teams=teams)).open()
    agent = Sender("zoe", "Zoe", roles=("42",))
    asked = await story.says("zoe", "ticket", "my laptop is broken", sender_as=agent)
    assert not asked.failed and (await story.row(1001)).owner is None


async def test_menus_go_by_the_roles_as_well(database: Database) -> None:
    story = await Story(database, with_roles()).open()
    assert "note" in await story.desk.verbs("main", "web", Sender("zoe", "Zoe", roles=("42",)))
    assert "note" not in await story.desk.verbs("main", "web", Sender("zoe", "Zoe"))
