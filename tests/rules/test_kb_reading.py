"""Articles as they are read: in parts, as a page, in the list; and nothing of what somebody may not read."""

from bot.words import Button, Reply, Sender
from storage.database import Database
from storage.knowledge import ArticleFile, ArticleRow
from tests.rules.desk_stories import ARTICLE, NOW, Story

LINKS = f"See [the VPN](kb:{ARTICLE}), [keys](kb:secret) and [ours](kb:inside).\n\n![The tray](tray.png)"
LONG = "\n\n".join(f"## Step {number}\n\n{'word ' * 200}" for number in range(8))


async def opened(database: Database) -> Story:
    story = await Story(database).open()
    rows: list[ArticleRow | ArticleFile] = [
        ArticleRow(workspace="main", id="links", title="Links", body=LINKS, at=NOW, source="GNOME", license="CC BY-SA"),
        ArticleRow(workspace="main", id="long", title="A long one", body=LONG, at=NOW, license="CC0-1.0"),
        ArticleRow(workspace="elsewhere", id="other", title="Another workspace's", body="x", at=NOW),
    ]
    rows.append(_picture("links"))
    await database.write(lambda db: db.add_all(rows))
    return story


def _picture(article: str, name: str = "tray.png") -> ArticleFile:
    return ArticleFile(
        workspace="main",
        article=article,
        name=name,
        type="image/png",
        size=3,
        sha256="",
        content=b"abc",
        at=NOW,
    )


async def asked(story: Story, who: str, verb: str, **answers: str) -> Reply:
    return await story.says(who, verb, answers=answers, submitted=True)


def labels(reply: Reply) -> list[str]:
    return [button.label for button in reply.card.buttons] if reply.card else []


def button(reply: Reply, label: str) -> Button:
    assert reply.card
    return next(button for button in reply.card.buttons if button.label.startswith(label))


async def test_a_long_article_is_read_on_from_part_to_part(database: Database) -> None:
    """BEHAVIOUR 2; a part that is not there any more is the nearest one."""
    story = await opened(database)
    reply, seen = await story.says("ana", "kb show", "long"), 1
    while any(label.startswith("Read on") for label in labels(reply)):
        assert reply.card and reply.card.title.startswith(f"A long one · {seen} of ")
        assert [fact.value for fact in reply.card.facts] == ["CC0-1.0"]
        reply, seen = await story.clicks("ana", button(reply, "Read on")), seen + 1
    assert seen > 2 and labels(reply)[0] == "Back" and "This fixed it" in labels(reply)
    last = await asked(story, "ana", "kb part", article="long", part="99")
    assert last.card == reply.card
    first = await asked(story, "ana", "kb part", article="long", part="0")
    assert first.card == (await story.says("ana", "kb show", "long")).card


async def test_a_version_that_no_database_holds_is_none_of_an_article_s(database: Database) -> None:
    """A number that is too large is told, and no error of ours."""
    story = await opened(database)
    for version in ("2147483648", "9" * 30, "-1"):
        reply = await asked(story, "ben", "kb show", article="long", version=version)
        assert reply.form and "is no number that fits here" in reply.form.errors["version"]


async def test_a_link_leads_to_what_the_reader_may_read_and_names_nothing_else(database: Database) -> None:
    """BEHAVIOUR 32, roles: a title that is not for somebody is not told."""
    story = await opened(database)
    shown, page = await story.says("ana", "kb show", "links"), await asked(story, "ana", "kb page", article="links")
    assert shown.card and page.card
    assert shown.card.body == f"See the VPN (`/kb show {ARTICLE}`), keys and ours.\n\n*The tray (picture: tray.png)*"
    assert "VPN will not connect" in labels(shown) and "Master keys" not in labels(shown)
    assert page.card.body == f"See [the VPN](/kb/{ARTICLE}), keys and ours.\n\n![The tray](tray.png)"
    for who in ("ana", "ben"):
        reply = await asked(story, who, "kb page", article="links")
        assert reply.card and ("(/kb/inside)" in reply.card.body) == (who == "ben")
        assert {"Source", "Licence"} <= {fact.label for fact in reply.card.facts}


async def test_files_come_when_they_are_asked_for(database: Database) -> None:
    story = await opened(database)
    shown = await story.says("ana", "kb show", "links")
    files = await story.clicks("ana", button(shown, "Files (1)"))
    assert [(file.name, file.content) for file in files.documents] == [("tray.png", b"abc")]
    file = await story.desk.article_file("main", "web", Sender("ana"), "links", "tray.png")
    assert file and file.type == "image/png"
    assert await story.desk.article_file("main", "web", Sender("ana"), "links", "other.png") is None


async def test_a_draft_s_files_are_for_the_draft_s_readers(database: Database) -> None:
    """BEHAVIOUR 32: files have no versions, but only what names them shows them."""
    story = await opened(database)
    draft = {"version": 2, "status": "draft", "body": "![New](ray.png)", "audience": "it-help"}
    rows = [ArticleRow(workspace="main", id="links", title="Links", at=NOW, **draft), _picture("links", "ray.png")]
    await database.write(lambda db: db.add_all(rows))
    for who in ("ana", "dev"):
        files = await asked(story, who, "kb files", article="links", version="2")
        assert [file.name for file in files.documents] == ["tray.png"]
        assert await story.desk.article_file("main", "web", Sender(who), "links", "ray.png") is None
    shown = await asked(story, "ben", "kb show", article="links", version="2")
    files = await story.clicks("ben", button(shown, "Files (1)"))
    assert [file.name for file in files.documents] == ["ray.png"]


async def test_an_article_of_links_costs_no_more_than_some(database: Database) -> None:
    story = await opened(database)
    body = "".join(f"[{n}](kb:{ARTICLE if n == 9_000 else n}) " for n in range(10_000))
    row = ArticleRow(workspace="main", id="web", title="Web", body=body, at=NOW)
    await database.write(lambda db: db.add(row))
    assert "VPN will not connect" not in labels(await story.says("ana", "kb show", "web"))


async def test_the_list_holds_what_one_may_read_and_counts_nothing_else(database: Database) -> None:
    story = await opened(database)
    for who, expected in (("erik", 3), ("ben", 4)):
        (section,) = (await asked(story, who, "kb browse")).sections
        assert section.total == expected == len(section.cards), who
        assert ("Staff only" in [card.title for card in section.cards]) == (who == "ben")
    (section,) = (await asked(story, "erik", "kb browse")).sections
    assert [card.title for card in section.cards] == ["A long one", "Links", "VPN will not connect"]
    assert section.cards[0].body.startswith("word word") and "[" not in section.cards[1].body
    assert (await asked(story, "erik", "kb browse", page="9")).sections[0].cards == ()
    (found,) = (await asked(story, "erik", "kb browse", words="vpn will not connect")).sections
    assert [card.title for card in found.cards] == ["VPN will not connect"]
    assert (await asked(story, "erik", "kb browse", words="xyzzy")).sections[0].total == 0


async def test_a_page_of_what_one_may_not_read_is_not_there(database: Database) -> None:
    story = await opened(database)
    for verb in ("kb page", "kb part", "kb files"):
        for article in ("secret", "inside", "none", "other"):
            reply = await asked(story, "erik", verb, article=article)
            assert reply.form and "There is no article" in reply.form.errors["article"], (verb, article)


async def test_reading_on_and_pages_are_no_commands_to_type(database: Database) -> None:
    story = await opened(database)
    for verb in ("kb part", "kb page", "kb browse", "kb files"):
        assert (await story.says("ana", verb, "links")).failed
