"""/kb draft: an article's draft from a resolved ticket, and what is to be looked at before one is published."""

from __future__ import annotations

from typing import Annotated

from bot import approvals, attachments, cards, drafting, editing, keeping, people, readers
from bot.context import Context, Scene
from bot.drafting import Draft, Story, counted
from bot.forms import Ask, Form, TicketNumber, Wrong
from bot.lifecycle import SOLVED, Status
from bot.people import WORKERS
from bot.redaction import Known, Names
from bot.registry import command
from bot.timeline import record
from bot.words import Reply
from commands.kb_write import audience_choices
from storage import articles, timeline
from storage import people as persons
from storage.knowledge import ArticleRow
from storage.tables import Entry, Ticket


class Drafted(Form):
    ticket: TicketNumber
    audience: Annotated[str, Ask("Who may read it", "choice", choices=audience_choices, hint="Its team")] = ""


def made(ctx: Context, asked: Drafted) -> Draft:
    """The draft of the ticket, outside the transaction that keeps it: a long talk takes a while."""
    _must_be_solved(ctx, ctx.the_ticket)
    return drafting.draft(_story(ctx, ctx.the_ticket), names_about(ctx, ctx.the_ticket))


@command(
    "kb draft",
    "Write an article from a resolved ticket",
    needs=WORKERS,
    group="Knowledge",
    form=Drafted,
    prepare=made,
    sample="IT-1042",
    title="Draft article",
    submit="Keep as draft",
)
def kb_draft(ctx: Context, asked: Drafted) -> Reply:
    """One draft a ticket, with personal data and secrets taken out (BEHAVIOUR 35)."""
    ticket = ctx.the_ticket
    before = articles.of_ticket(ctx.db, ctx.workspace, ticket.number)
    if before:
        return _there_already(ctx, before)
    draft: Draft = ctx.found or made(ctx, asked)  # in a ticket's thread it is known only now which one is meant
    team = ticket.team if ticket.team in ctx.settings.teams else readers.EVERYONE
    text = editing.Text(draft.title, draft.body, draft.tags, ticket.category, asked.audience or team, ctx.sender.id)
    row = approvals.draft(ctx, editing.new_id(ctx, draft.title), text, ticket.number)
    record(ctx, ticket, "drafted", draft.title, author=ctx.sender.id, data={"article": row.id})
    words = f"Taken out: {counted(draft.taken)}. A person must read it before it is published."
    return Reply(keeping.kept(ctx, row, words))


def _must_be_solved(ctx: Context, ticket: Ticket) -> None:
    ref = cards.reference(ticket, ctx.settings)
    if ticket.merged_into:
        main = cards.reference(ticket.merged_into, ctx.settings)
        raise Wrong(f"{ref} is part of {main}: write the article from that, with `/kb draft {main}`.", "ticket")
    if Status(ticket.status).open:
        raise Wrong(f"{ref} is {Status(ticket.status).label}: an article is written when it is resolved.", "ticket")
    if ticket.outcome not in SOLVED:
        raise Wrong(f"{ref} was closed without an agent’s solution: `/kb new` begins an empty article.", "ticket")


def _there_already(ctx: Context, row: ArticleRow) -> Reply:
    """What was drafted from the ticket before, for those who may read it."""
    if not readers.may_read(ctx.sender.id, row, ctx.settings):
        raise Wrong("An article was drafted from it already, for another team.", "ticket", said_wrong=False)
    words = f"It was drafted from this ticket before{keeping.by(ctx, row)}."
    return Reply(keeping.kept(ctx, row, words, "is there already"))


def _story(ctx: Context, ticket: Ticket) -> Story:
    """What was said in public; of a reopened ticket, the answers since then: those before were none."""
    said = timeline.entries(ctx.db, ctx.workspace, ticket.number, public_only=True)
    opened = next((entry for entry in said if entry.kind == "opened"), None)
    again = max((entry.id or 0 for entry in said if _reopened(entry)), default=0)
    answers = [e for e in said if e.kind == "reply" and e.by_agent and (e.id or 0) > again]
    return Story(
        reference=cards.reference(ticket, ctx.settings),
        title=ticket.title,
        opened=timeline.words_now(ctx.db, opened) if opened else ticket.title,
        answers=[timeline.words_now(ctx.db, entry) for entry in answers],
        resolution=ticket.resolution,
        files=sum(map(len, attachments.of_entries(ctx.db, ticket).values())),
    )


def _reopened(entry: Entry) -> bool:
    moved = (Status(entry.data[end]) for end in ("from", "to")) if entry.kind == "status" else ()
    return [status.open for status in moved] == [False, True]


def names_about(scene: Scene, ticket: Ticket | None) -> Names:
    """Everybody the desk knows, and who takes part in the ticket."""
    near = _part_in(scene, ticket) if ticket else set()
    rows = persons.everybody(scene.db, scene.workspace)
    return Names.of(Known(name, handle, handle in near) for handle, name in rows)


def _part_in(scene: Scene, ticket: Ticket) -> set[str]:
    said = timeline.entries(scene.db, scene.workspace, ticket.number)
    watching = (watcher.person for watcher in people.watchers(scene.db, ticket))
    rest = (ticket.requester, ticket.submitter, ticket.owner or "", ticket.resolved_by)
    return {*rest, *watching, *(entry.author for entry in said)}


def doubts(scene: Scene, row: ArticleRow) -> list[str]:
    """What a person should look at before an article that was drafted from a ticket is published, in words."""
    if not row.ticket:
        return []
    ticket = scene.db.get(Ticket, (scene.workspace, row.ticket))
    return drafting.doubts(row.title, row.body, row.tags, names_about(scene, ticket))
