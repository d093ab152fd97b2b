"""The table of statuses and moves, by itself; then the same through the desk, whatever people do in whatever order."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.lifecycle import LABELS, MOVES, OPEN, Move, Refused, Status, after
from bot.sla import FINISHED
from bot.words import Address, Incoming, Sender
from storage.tables import Entry, Ticket
from tests.stories.company import Company

same_every_time = settings(derandomize=True, deadline=None, database=None)


@same_every_time
@given(st.lists(st.sampled_from(Move)))
def test_behaviour_19_any_sequence_of_moves_keeps_to_the_table(moves: list[Move]) -> None:
    status = Status.NEW
    for move in moves:
        allowed = MOVES[move].get(status)
        if allowed is None:
            with pytest.raises(Refused, match=status.label):
                after(move, status)
            continue
        assert after(move, status) is allowed
        status = allowed


def test_behaviour_20_what_is_closed_leaves_only_by_being_reopened() -> None:
    leaving = [move for move in Move if Status.CLOSED in MOVES[move]]
    assert leaving == [Move.REOPEN]
    assert MOVES[Move.REOPEN][Status.CLOSED] is Status.IN_PROGRESS


def test_nothing_becomes_new_again_and_nothing_is_pending_without_a_question() -> None:
    for move, table in MOVES.items():
        for before, to in table.items():
            assert to is not Status.NEW or before is Status.NEW
            assert to is not Status.PENDING or before is Status.PENDING or move is Move.ASK


def test_every_status_has_a_way_to_the_end_and_a_name() -> None:
    for status in Status:
        reached, seen = {status}, set()
        while reached - seen:
            seen |= reached
            reached |= {table[s] for s in reached for table in MOVES.values() if s in table}
        assert Status.CLOSED in reached and status in LABELS
    assert set(Status) == OPEN | FINISHED and not OPEN & FINISHED


DEEDS = st.tuples(
    st.sampled_from(["ana", "ben", "chloe", "lena", "erik", "ada"]),
    st.sampled_from(
        [
            ("claim", ""), ("takeover", ""), ("assign", "@chloe"), ("reply", "some words"), ("reply", "thanks!"),
            ("ask", "which one?"), ("note", "hm"), ("resolve", "done"), ("fixed", ""), ("notfixed", ""),
            ("rate", "4"), ("reopen", ""), ("close", ""), ("helped", ""), ("unhelped", ""), ("impact", "high"),
            ("category", "Software"), ("take", ""), ("ack", ""), ("escalate", ""), ("watch", ""), ("unwatch", ""),
            ("major", ""), ("metoo", ""),
        ]
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def desk(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[asyncio.Runner, Company]]:
    """One company for all examples: each has a ticket of its own."""
    home = tmp_path_factory.mktemp("lifecycle")
    (home / "firstline.db").write_bytes(sqlite_template.read_bytes())
    with asyncio.Runner() as runner:
        company = Company(f"sqlite:///{home / 'firstline.db'}", home)
        company.edit_settings(("knowledge:", "limits: {tickets_per_minute: 10000, surge: 10000}\nknowledge:"))
        runner.run(company.opens())
        yield runner, company
        runner.run(company.closes())


@settings(same_every_time, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(DEEDS, max_size=14))
def test_whatever_people_do_the_record_is_whole_and_a_refusal_changes_nothing(
    desk: tuple[asyncio.Runner, Company], deeds: list[tuple[str, tuple[str, str]]]
) -> None:
    runner, company = desk
    runner.run(play(company, deeds))


async def play(company: Company, deeds: list[tuple[str, tuple[str, str]]]) -> None:
    await tell(company, "ana", "ticket", "my laptop is broken")
    number = max(ticket.number for ticket in await company.tickets())
    for who, (verb, words) in deeds:
        before = await state(company, number)
        reply = await tell(company, who, verb, f"IT-{number} {words}")
        ticket, entries = await state(company, number)
        assert "went wrong" not in (reply.card.body if reply.card else "")
        if reply.failed or reply.form:
            assert (ticket, entries) == before
        whole(ticket, entries)
    await tell(company, "ada", "close", f"IT-{number}")  # so that it joins no later example's major incident


async def tell(company: Company, who: str, verb: str, text: str):
    sender = Sender(who, company.settings.people[who].name)
    return await company.desk.receive(Incoming(company.delivery(), sender, Address("web", f"@{who}"), verb, text=text))


async def state(company: Company, number: int) -> tuple[Ticket, list[Entry]]:
    entries = [entry for entry in await company.reads(Entry, Entry.id) if entry.ticket == number]
    return await company.ticket(f"IT-{number}"), entries


def whole(ticket: Ticket, entries: list[Entry]) -> None:
    """The timeline tells how the ticket became what it is."""
    status, owner = Status.NEW, None
    for entry in entries:
        if entry.kind == "status":
            assert entry.data["from"] == status
            assert after(Move(entry.data["move"]), status) == entry.data["to"]
            status = Status(entry.data["to"])
        if entry.kind == "owner":
            owner = entry.data["to"]
    assert (ticket.status, ticket.owner) == (status, owner)
    assert (ticket.closed_at is not None) == (status is Status.CLOSED)
    assert (ticket.resolved_at is not None) == (not status.open)
    assert ticket.stars is None or not status.open
    assert [e.at for e in entries] == sorted(e.at for e in entries)
