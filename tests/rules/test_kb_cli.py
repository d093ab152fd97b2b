"""`firstline kb`: articles in, articles out, and how well the desk would have found them (BEHAVIOUR 32 to 34)."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import Session
from structlog.testing import capture_logs
from typer.testing import CliRunner

from bot import __main__ as program
from bot import library
from bot.knowledge import Knowledge
from bot.library.hindsight import look_back, told
from kb import Article, Index
from kb.folder import read_folder
from storage import articles, migrate, tickets, timeline
from storage.database import open_database
from storage.hindsight import Past
from storage.knowledge import ArticleRow, Suggestion
from storage.tables import Installation
from tests.rules.desk_stories import usual
from tests.storage.rows import add_person, entry, ticket

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
VPN, PAPER = Article("vpn-drops", "VPN does not connect", "Restart it."), Article("paper-jam", "Paper jam", "Pull it.")


class Desk:
    """The command line on a database of its own."""

    def __init__(self, home: Path) -> None:
        self.url = f"sqlite:///{home}/desk.db"

    def says(self, *arguments: str) -> tuple[int, str]:
        environment = {"FIRSTLINE_DATABASE": self.url, "FIRSTLINE_SETTINGS": str(ROOT / "settings.yaml")}
        result = CliRunner(env=environment).invoke(program.app, ["kb", *arguments])
        return result.exit_code, result.output

    def starts(self) -> None:
        """It makes its database."""
        migrate.upgrade(self.url)

    def keeps(self, write: Callable[[Session], object]) -> None:
        migrate.upgrade(self.url)
        database = open_database(self.url)
        try:
            asyncio.run(database.write(write))
        finally:
            database.close()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """One that has been started once."""
    made = Desk(tmp_path)
    made.starts()
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "articles"
    made.mkdir()
    (made / "vpn.md").write_text("---\ntitle: VPN\ntags: [remote]\n---\n\nRestart it.\n")
    (made / "paper.md").write_text("# Paper jam\n\nPull it out.\n")
    return made


def test_32_a_folder_is_imported_once_and_what_changes_after_it(desk: Desk, folder: Path) -> None:
    """BEHAVIOUR 32: idempotent."""
    assert "2 added, 0 changed, 0 are as they were" in desk.says("import", str(folder))[1]
    assert "0 added, 0 changed, 2 are as they were" in desk.says("import", str(folder))[1]
    (folder / "paper.md").write_text("# Paper jam\n\nOpen the door first.\n")
    code, said = desk.says("import", str(folder), "--dry-run")
    assert code == 0 and "changed: paper\n0 would be added, 1 would be changed, 1 are as they were." in said
    assert "0 added, 1 changed, 1 are as they were" in desk.says("import", str(folder))[1]


def test_32_a_broken_file_is_named_and_the_rest_imported(desk: Desk, folder: Path) -> None:
    """BEHAVIOUR 32."""
    (folder / "broken.md").write_text("---\ntitle: [\n---\n")
    code, said = desk.says("import", str(folder))
    assert code == 1 and "2 added" in said and "left out: broken.md: front matter, line" in said
    assert desk.says("import", str(folder / "nowhere"))[0] == 1


def test_32_of_two_folders_with_one_id_the_first_one_counts(tmp_path: Path) -> None:
    """BEHAVIOUR 32: idempotent, or each start would put the one's text over the other's."""
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "vpn.md").write_text(f"# Folder {folder}\n")
        (tmp_path / folder / f"{folder}.md").write_text(f"# Only in {folder}\n")
    with capture_logs() as said:
        read = library.read_all(["one", "two"], tmp_path, usual())
    assert [page.article.title for page in read] == ["Only in one", "Folder one", "Only in two"]
    assert [(line["folder"], line["problem"]) for line in said] == [("two", f"vpn.md: {library.TWICE}")]


def test_32_a_slip_in_a_folder_puts_no_other_one_s_text_in_its_place(tmp_path: Path) -> None:
    """BEHAVIOUR 32: what is left out counts still; what cannot be read may be what the next folder has, too."""
    for folder in ("own", "samples", "more"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "pin.md").write_text(f"---\ntitle: PIN\naudience: it-help\n---\nOf {folder}.\n")
        (tmp_path / folder / f"{folder}.md").write_text(f"# Only in {folder}\n")
    own = tmp_path / "own/pin.md"
    own.write_text(own.read_text().replace("it-help", "it-hepl"))
    read = library.read_all(["own", "samples", "more"], tmp_path, usual())
    assert [page.article.id for page in read] == ["own", "samples", "more"]
    own.write_text("---\ntitle: [\n---\nOf own.\n")
    with capture_logs() as said:
        read = library.read_all(["own", "samples", "more"], tmp_path, usual())
    assert [page.article.id for page in read] == ["own"]
    [error] = [line for line in said if line["log_level"] == "error"]
    assert (error["folder"], error["files"]) == ("samples", ["pin.md"])


def test_32_a_file_with_the_id_of_another_keeps_no_other_folder_back(tmp_path: Path) -> None:
    """BEHAVIOUR 32: it is known what it is about, and nothing of the next folder's is shown for that."""
    for folder in ("own", "samples"):
        (tmp_path / folder).mkdir()
        for name in ("pin", f"pin-of-{folder}"):
            (tmp_path / folder / f"{name}.md").write_text(f"---\nid: pin\ntitle: {name}\n---\nOf {folder}.\n")
        (tmp_path / folder / f"{folder}.md").write_text(f"# Only in {folder}\n")
    with capture_logs() as said:
        read = library.read_all(["own", "samples"], tmp_path, usual())
    assert [(page.article.id, page.article.title) for page in read] == [
        ("own", "Only in own"),
        ("pin", "pin-of-own"),
        ("samples", "Only in samples"),
    ]
    assert not [line for line in said if line["log_level"] == "error"]


def test_32_a_folder_that_is_not_there_is_named_and_nothing_is_put_in_its_place(folder: Path) -> None:
    """BEHAVIOUR 32: a share that is not mounted keeps nobody from the desk, and lets no other folder's text stand."""
    before = library.read_all([folder.name], folder.parent, usual())
    with capture_logs() as said:
        assert library.read_all([folder.name, "nowhere", folder.name], folder.parent, usual()) == before
        assert not library.read_all(["nowhere", folder.name], folder.parent, usual())
    errors = [line for line in said if line["log_level"] == "error"]
    assert [line["folder"] for line in errors] == ["nowhere", "nowhere"] and "knowledge.folders" in errors[0]["event"]


HOSTILE = {
    "alias.md": "---\ntitle: t\na: &a [x, x]\nb: &b [*a, *a]\ntags: *b\n---\nx",
    "merge.md": "---\na: &a {title: t}\nb: {<<: *a}\n---\nx",
    "nul.md": '---\ntitle: "a\\0b"\n---\nx',
    "half.jsonl": '{"id": "half", "title": "a\\ud800b"}',
    "title.md": f"# {'T' * 201}\n",
    "id.md": f"---\nid: {'i' * 201}\ntitle: t\n---\nx",
    "path.md": "---\nid: network/vpn\ntitle: t\n---\nx",
    "dots.md": '---\nid: ".."\ntitle: t\n---\nx',
    "tags.md": f"---\ntitle: t\ntags: [{', '.join(f'tag {n}' for n in range(60))}]\n---\nx",
}


def test_32_hostile_files_are_named_and_the_rest_imported(desk: Desk, folder: Path, tmp_path: Path) -> None:
    """BEHAVIOUR 32: what no database takes, what would fill the memory or wait for ever, and what is outside."""
    for name, text in HOSTILE.items():
        (folder / name).write_text(text)
    (tmp_path / "outside.md").write_text("# Outside\n")
    (folder / "link.md").symlink_to(tmp_path / "outside.md")
    (folder / "lines.jsonl").symlink_to(tmp_path / "outside.md")
    os.mkfifo(folder / "waits.md")
    (folder / "far.md").write_text(f"# Far\n\n[x]({'a' * 400}.png), [![a](b)" + "![a](b)" * 40)
    code, said = desk.says("import", str(folder))
    assert code == 1 and "3 added" in said and said.count("left out: ") == len(HOSTILE) + 3, said
    assert "left out: alias.md: front matter, line 4: aliases" in said and "far.md: links to aaa" in said


def test_32_what_is_exported_is_what_was_imported(desk: Desk, folder: Path, tmp_path: Path) -> None:
    """BEHAVIOUR 32: round trip."""
    desk.says("import", str(folder))
    assert "2 of them are new or changed" in desk.says("export", str(tmp_path / "out"))[1]
    assert read_folder(tmp_path / "out") == read_folder(folder)
    assert "0 of them are new or changed" in desk.says("export", str(tmp_path / "out"))[1]
    assert "0 added, 0 changed, 2 are as they were" in desk.says("import", str(tmp_path / "out"))[1]


def tree(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_32_an_empty_database_makes_the_same_bytes_of_it(desk: Desk, folder: Path, tmp_path: Path) -> None:
    """BEHAVIOUR 32: all fields, links, files, drafts and what is archived."""
    front = "title: Jam\ntags: [a, b]\ncategory: Hardware\naudience: it-help\nowner: ben\nreview: 2027-03-01\n"
    (folder / "deep").mkdir()
    (folder / "deep/jam.md").write_text(f"---\n{front}source: S\nlicense: L\n---\n[VPN](../vpn.md#x) ![shot](shot.png)")
    (folder / "deep/shot.png").write_bytes(b"\x89PNG")
    (folder / "old.md").write_text("---\ntitle: Old\nstatus: archived\n---\nText")
    (folder / "next.md").write_text("---\nid: vpn\ntitle: VPN\nstatus: draft\n---\nRestart it twice.\n")
    assert "4 added, 1 changed, 0 are" in desk.says("import", str(folder))[1]
    assert "0 added, 0 changed, 5 are" in desk.says("import", str(folder))[1]
    out, again = tmp_path / "out", tmp_path / "again"
    assert "5 articles are in" in desk.says("export", str(out), "--all")[1]
    other = Desk(tmp_path / "deeper")
    (tmp_path / "deeper").mkdir()
    other.starts()
    assert "4 added, 1 changed" in other.says("import", str(out))[1]
    other.says("export", str(again), "--all")
    assert tree(again) == tree(out) and "jam.files/shot.png" in tree(out)
    assert b"[VPN](vpn.md#x) ![shot](jam.files/shot.png)" in tree(out)["jam.md"]
    assert "3 articles are in" in desk.says("export", str(tmp_path / "live"))[1]


def edited(db: Session) -> None:
    """Somebody edits the paper jam in chat, and the draft is published."""
    words = {"title": "Paper jam", "body": "Call Ben.", "author": "ben"}
    db.add(ArticleRow(workspace="main", id="paper", version=2, at=NOW, **words))


def test_32_what_was_edited_in_chat_is_not_overwritten(desk: Desk, folder: Path, tmp_path: Path) -> None:
    """BEHAVIOUR 32: the same folder keeps it, a changed one is told, and what was exported goes on from it."""
    desk.says("import", str(folder))
    desk.keeps(edited)
    assert "0 added, 0 changed, 2 are as they were" in desk.says("import", str(folder))[1]
    out = tmp_path / "out"
    desk.says("export", str(out))
    (folder / "paper.md").write_text("# Paper jam\n\nOpen the door first.\n")
    code, said = desk.says("import", str(folder))
    assert code == 1 and "0 added, 0 changed" in said
    assert "left alone: paper.md: paper was edited here since, as version 2 by ben." in said
    (out / "paper.md").write_text((out / "paper.md").read_text().replace("Call Ben.", "Call Ben or Ana."))
    assert "0 added, 1 changed" in desk.says("import", str(out))[1]
    code, said = desk.says("import", str(folder), "--overwrite")
    assert code == 0 and "0 added, 1 changed" in said
    bodies: list[str] = []
    desk.keeps(lambda db: bodies.extend(row.body for row in articles.history(db, "main", "paper")))
    assert bodies == ["Open the door first.", "Call Ben or Ana.", "Call Ben.", "Pull it out."]


def discarded(db: Session) -> None:
    words = {"title": "Paper jam", "body": "Call Ben.", "author": "ben", "status": "draft"}
    db.add(ArticleRow(workspace="main", id="paper", version=2, at=NOW, discarded_at=NOW, **words))


def test_32_what_was_discarded_in_chat_holds_no_folder_back(desk: Desk, folder: Path, tmp_path: Path) -> None:
    """BEHAVIOUR 32: nor is it exported."""
    desk.says("import", str(folder))
    desk.keeps(discarded)
    (folder / "paper.md").write_text("# Paper jam\n\nOpen the door first.\n")
    assert "0 added, 1 changed" in desk.says("import", str(folder))[1]
    desk.says("export", str(tmp_path / "out"), "--all")
    assert not any("Call Ben" in file.read_text() for file in (tmp_path / "out").rglob("*.md"))


def test_32_a_folder_publishes_what_was_discarded_in_chat(desk: Desk, folder: Path) -> None:
    """BEHAVIOUR 32: as a draft of the folder's it stays discarded."""
    desk.says("import", str(folder))
    desk.keeps(discarded)
    (folder / "next.md").write_text("---\nid: paper\ntitle: Paper jam\nstatus: draft\n---\nCall Ben.\n")
    assert "0 added, 0 changed" in desk.says("import", str(folder))[1]
    (folder / "next.md").unlink()
    (folder / "paper.md").write_text("# Paper jam\n\nCall Ben.\n")
    assert "0 added, 1 changed" in desk.says("import", str(folder))[1]
    assert "0 added, 0 changed" in desk.says("import", str(folder))[1]


def test_32_an_article_whose_file_is_broken_is_not_missing(desk: Desk, folder: Path) -> None:
    """BEHAVIOUR 32: a slip in its front matter takes it away from nobody."""
    desk.says("import", str(folder))
    (folder / "vpn.md").write_text("---\ntitle: [\n---\n\nRestart it.\n")
    code, said = desk.says("import", str(folder), "--archive-missing")
    assert code == 1 and "not in this one and stay, while files are left out: vpn" in said
    status: list[str] = []
    desk.keeps(lambda db: status.extend(row.status for row in articles.published(db, "main")))
    assert status == ["published"] * 2


def test_32_what_is_missing_is_told_and_archived_when_asked(desk: Desk, folder: Path) -> None:
    """BEHAVIOUR 32: what was written in chat is no folder's; what was archived stays so."""
    desk.says("import", str(folder))
    desk.keeps(lambda db: db.add(ArticleRow(workspace="main", id="chat", title="C", body="", author="ben", at=NOW)))
    (folder / "paper.md").rename(folder / "paper.txt")
    code, said = desk.says("import", str(folder))
    assert code == 0 and "1 that came from a folder are not in this one and stay; --archive-missing" in said
    assert "would be archived: paper" in desk.says("import", str(folder), "--archive-missing", "--dry-run")[1]
    assert "and archived: paper" in desk.says("import", str(folder), "--archive-missing")[1]
    assert "not in this one" not in desk.says("import", str(folder))[1]
    (folder / "paper.txt").rename(folder / "paper.md")
    code, said = desk.says("import", str(folder))
    assert code == 0 and "0 added, 0 changed, 2 are" in said
    assert "note: paper.md: paper is archived here; `/kb publish paper` or --overwrite brings it back" in said
    assert "0 added, 1 changed, 1 are" in desk.says("import", str(folder), "--overwrite")[1]
    assert "archived" not in desk.says("import", str(folder))[1]
    desk.says("import", str(folder / "none"), "--archive-missing")
    (folder / "paper.md").write_text("# Paper jam\n\nOther words.\n")


def test_32_what_the_settings_do_not_know_is_told(desk: Desk, folder: Path) -> None:
    """BEHAVIOUR 32: nothing for a team that nobody knows is shown to others; files that are not wanted are named."""
    (folder / "a.md").write_text("---\ntitle: A\naudience: agents\n---\nText")
    (folder / "b.md").write_text(
        "---\ntitle: B\ncategory: Cats\nowner: zoe\nreveiw: 2027-01-01\nlayout: page\n---\n"
        "[x](gone.md) [run](run.exe) [y](kb:no-such) [z](kb:vpn)"
    )
    (folder / "run.exe").write_bytes(b"MZ")
    code, said = desk.says("import", str(folder))
    assert code == 1 and "3 added" in said
    assert "left out: a.md: there is no team 'agents' to be its audience; say one of everyone, it-help" in said
    assert "note: b.md: links to gone.md, which is not in the folder" in said
    assert "note: b.md: run.exe is not taken over: files of its type (.exe)" in said
    assert "note: b.md: links to kb:no-such, and there is no such article" in said and "kb:vpn" not in said
    assert "no category 'Cats'" in said and "nobody as 'zoe'" in said
    assert "note: b.md: the key 'reveiw' is not known: is review meant?" in said and "layout" not in said


VERBS = [("export", "{folder}/out"), ("check",), ("import", "{folder}", "--dry-run"), ("import", "{folder}")]


@pytest.mark.parametrize("verb", VERBS)
def test_32_without_a_database_it_says_so_and_makes_none(folder: Path, tmp_path: Path, verb: tuple[str, ...]) -> None:
    code, said = Desk(tmp_path).says(*(word.format(folder=folder) for word in verb))
    told = f"The database sqlite:///{tmp_path}/desk.db could not be used: it is not there yet"
    assert code == 1 and told in said and not (tmp_path / "desk.db").exists()


@pytest.mark.parametrize("verb", VERBS)
def test_32_a_workspace_that_nobody_knows_is_refused(desk: Desk, folder: Path, verb: tuple[str, ...]) -> None:
    desk.keeps(lambda db: db.add(installation("T1")))
    code, said = desk.says(*(word.format(folder=folder) for word in verb), "--workspace", "T2")
    assert code == 1 and "The desk works in no workspace T2: there is main, T1." in said
    assert desk.says("import", str(folder), "--workspace", "T1")[0] == 0


def installation(workspace: str) -> Installation:
    words = {"app": "A", "name": "N", "bot": "B", "scopes": "", "token": "x"}
    return Installation(workspace=workspace, channel="slack", installed_at=NOW, **words)


def test_34_check_asks_again_what_was_asked(desk: Desk) -> None:
    """BEHAVIOUR 34: “This fixed it” is the truth, and so is a resolution that names the article."""
    desk.keeps(lambda db: db.add(installation("w")))
    assert desk.says("import", str(ROOT / "kb/samples/firstline"), "--workspace", "w")[0] == 0
    assert "There is nothing to look back on yet" in desk.says("check", "--workspace", "w")[1]
    desk.keeps(happened)
    code, said = desk.says("check", "--workspace", "w")
    assert code == 0 and "2 tickets were resolved by an article. At 30% it" in said
    assert "suggested for 2 (100%), in the first place for 2 (100%)" in said
    assert "1 tickets were offered articles that did not help: now 0 (0%) would be offered any." in said


def happened(db: Session) -> None:
    """An article fixed one ticket, an agent named one in resolving the second, and nothing helped with the third."""
    add_person(db)
    vpn, printer, chair = "my vpn does not connect", "the printer is jammed", "my chair squeaks"
    told = {printer: "As printer-offline-or-jammed says."}
    for number, words in enumerate((vpn, printer, chair), 1):
        tickets.add(db, ticket(number, title=words, resolution=told.get(words, ""), resolved_at=NOW))
        timeline.add_all(db, [entry(number, text=words)])
    offer = partial(Suggestion, workspace="w", article="vpn-will-not-connect", confidence=0.5, shown_at=NOW)
    db.add_all([offer(ticket=1, outcome="helped"), offer(ticket=3, outcome="unhelped")])


def test_34_what_would_not_have_been_found_is_named() -> None:
    """BEHAVIOUR 34: unsure, missed, and answers that are no longer there."""
    knowledge = Knowledge()
    knowledge.take(
        Index.build([VPN, PAPER], semantic=False),
        [ArticleRow(workspace="w", id=a.id, title=a.title, body=a.body, at=NOW) for a in (VPN, PAPER)],
    )
    past = [
        Past(7, "vpn does not connect", frozenset({"vpn-drops"}), "ann"),
        Past(6, "nothing comes out of it", frozenset({"paper-jam"}), "ann"),
        Past(5, "vpn", frozenset({"gone-since"}), "ann"),
        Past(4, "vpn does not connect", frozenset(), "ann"),
    ]
    findings = look_back(knowledge, past, lambda person: frozenset({"everyone"}))
    assert [finding.past.ticket for finding in findings] == [7, 6, 4]
    assert not any(finding.hits for finding in look_back(knowledge, past, lambda person: frozenset({person})))
    said = told(findings, 0.01, 3, "IT")
    assert "2 tickets were resolved by an article" in said and "would not have been found for 1 (50%) (IT-6)" in said
    assert "now 1 (100%) would be offered any" in said
