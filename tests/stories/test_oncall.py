"""Being on call: the calendar to subscribe to, exchanging shifts, following the sun. BEHAVIOUR 31."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import icalendar
import pytest
from starlette.types import Message

from bot.server import application
from storage.tables import State
from tests.stories.answer import refused, words_of
from tests.stories.company import MONDAY, Company

pytestmark = pytest.mark.told_once(why="who is on call knows no channel")


ADDRESS = re.compile(r"http\S+\.ics")
DAYS = "2026-12-07 2026-12-14"  # a week of dev's, and the one after it, of lena's


async def address(company: Company, who: str = "ben") -> str:
    found = ADDRESS.search(words_of(await company[who].says("/oncall")))
    assert found, "there is no address"
    return found[0].removeprefix(company.settings.organisation.address)


async def asked(company: Company, path: str) -> tuple[int, dict[str, str], bytes]:
    """What the desk's server answers: status, headers, body."""
    sent: list[Any] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": unquote(path),
        "raw_path": path.encode(),
        "headers": [],
        "query_string": b"",
    }
    await application([], company.heartbeat)(scope, receive, send)
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(part.get("body", b"") for part in sent[1:])


async def subscribed(company: Company, path: str) -> list[tuple[str, str]]:
    """Who is on call from when on, as whoever has subscribed reads it; the next four shifts."""
    status, _, body = await asked(company, path)
    assert status == 200
    events = [e for e in icalendar.Calendar.from_ical(body).walk("VEVENT") if e.decoded("dtend") > company.clock.now()]
    return [
        (str(e["summary"]).removesuffix(" is on call: network"), f"{e.decoded('dtstart'):%m-%d %H:%M}")
        for e in events[:4]
    ]


async def revision(company: Company, path: str) -> int:
    _, _, body = await asked(company, path)
    [number] = {e["sequence"] for e in icalendar.Calendar.from_ical(body).walk("VEVENT")}
    return int(number)


async def test_31_workers_are_told_an_address_that_a_calendar_subscribes_to(company: Company) -> None:
    """BEHAVIOUR 31."""
    path = await address(company)
    assert path.startswith("/oncall/main/network/") and len(path.split("/")[-1]) >= 32
    assert await subscribed(company, path) == [
        ("Dev Patel", "11-23 09:00"),
        ("Lena Vogt", "11-30 09:00"),
        ("Dev Patel", "12-07 09:00"),
        ("Lena Vogt", "12-14 09:00"),
    ]
    _, headers, body = await asked(company, path)
    assert headers["content-type"].startswith("text/calendar") and headers["cache-control"].startswith("private")
    await company.time_passes(hours=5)
    assert (await asked(company, path))[2] == body, "five hours later it is the same, to the byte"
    refused(await company["ana"].says("/oncall"), "is for agents, leads and admins only")


async def test_31_a_wrong_address_leads_nowhere_and_says_nothing(company: Company) -> None:
    """BEHAVIOUR 31, 39: not which part of it was wrong."""
    path = await address(company)
    wrong = [
        path.replace("main", "T0123"),
        path.replace("network", "nobody"),
        f"{path[:-5]}{'y' if path[-5] == 'x' else 'x'}.ics",
        "/oncall/main/network/é.ics",
    ]
    answers = {(status, body) for status, _, body in [await asked(company, each) for each in wrong]}
    assert answers == {(404, b"There is no such calendar.")}


async def test_31_a_lead_gives_the_calendar_another_address(company: Company) -> None:
    """BEHAVIOUR 31."""
    before = await address(company)
    refused(await company["ben"].says("/oncall renew network"), "is for leads and admins only")
    told = words_of(await company["lena"].says("/oncall renew network"))
    after = await address(company)
    assert after in told and after != before
    assert (await asked(company, before))[0] == 404 and (await asked(company, after))[0] == 200
    await company.restarts()
    assert await address(company) == after


async def test_31_stand_ins_and_changed_settings_make_a_newer_revision(company: Company) -> None:
    """BEHAVIOUR 31: by which a calendar sees that an event it has is another."""
    path = await address(company)
    assert await revision(company, path) == 0
    await company["lena"].says("/oncall override network @chloe 8h")
    assert await revision(company, path) == 1
    assert (await subscribed(company, path))[:3] == [
        ("Chloe Martin", "11-23 09:00"), ("Dev Patel", "11-23 17:00"), ("Lena Vogt", "11-30 09:00"),
    ]  # fmt: skip
    assert "Chloe Martin until" in words_of(await company["lena"].says("/oncall"))
    await company.settings_change(("people: [dev, lena], every: week", "people: [dev, lena, max], every: week"))
    assert await revision(company, path) == 2
    assert ("Max Stein", "12-07 09:00") in await subscribed(company, path)
    await company.settings_change(("name: Dev Patel,", "name: Devika Patel,"))
    assert await revision(company, path) == 3
    assert (await subscribed(company, path))[1] == ("Devika Patel", "11-23 17:00")


@pytest.mark.told_in("web", why="a calendar's address knows no channel")
async def test_31_a_rotation_may_have_any_name(company: Company) -> None:
    """BEHAVIOUR 31: its calendar is found by it."""
    await company.settings_change(
        ("  network: {people", "  NOC EU/1: {people"), ("on_call: network", "on_call: NOC EU/1")
    )
    told = words_of(await company["lena"].says("/oncall"))
    [path] = re.findall(r"/oncall/\S+\.ics", told)
    assert "NOC%20EU%2F1" in path and (await asked(company, path))[0] == 200


async def test_31_a_stand_in_hears_of_it_and_can_be_relieved(company: Company) -> None:
    """BEHAVIOUR 31: who comes and who goes are told; what was said holds until it is ended."""
    lena, chloe, dev = company.people("lena", "chloe", "dev")
    refused(await lena.says("/oncall end network"), "nobody was said to stand in")
    await lena.says("/oncall override network @chloe 8h")
    for who in (chloe, dev):
        who.heard("Chloe Martin is on call for network until", pinged=True)
    assert "Dev Patel is on call for network again" in words_of(await lena.says("/oncall end network"))
    for who in (chloe, dev):
        who.heard("Dev Patel is on call for network again", pinged=True)
    assert "**Network**: Dev Patel" in words_of(await lena.says("/oncall"))
    refused(await chloe.says("/oncall end network"), "leads")
    told = words_of(await lena.says("/help oncall")).replace("-", " ")  # as Discord writes verbs
    assert "`/oncall override" in told and "`/oncall end" in told


@pytest.mark.parametrize("hours", [0, 30])
async def test_31_an_exchange_is_no_stand_in_that_could_be_ended(company: Company, hours: int) -> None:
    """BEHAVIOUR 31: half of it would leave one with both shifts, also where the first has begun already."""
    lena, path = company["lena"], await address(company)
    await company.time_passes(hours=hours)
    await lena.says("/oncall swap network 2026-11-24 2026-12-01")
    assert "**Network**: Lena Vogt" in words_of(await lena.says("/oncall"))
    refused(await lena.says("/oncall end network"), "also back")
    starts = "11-23 09:00" if hours == 0 else "11-24 15:00"  # what is over of a shift stays as it was
    assert (await subscribed(company, path))[:2] == [("Lena Vogt", starts), ("Dev Patel", "11-30 09:00")]
    await company.time_passes(days=1)
    await lena.says("/oncall override network @chloe until 18:00")
    assert "**Network**: Chloe Martin" in words_of(await lena.says("/oncall"))
    assert "Lena Vogt is on call for network again" in words_of(await lena.says("/oncall end network"))


@pytest.mark.told_in("web", why="what a shift is knows no channel")
async def test_31_a_shift_ends_when_it_ends_however_far_one_looks(company: Company) -> None:
    """BEHAVIOUR 31."""
    await company.settings_change(("people: [dev, lena], every: week", "people: [dev], every: week"))
    told = words_of(await company["lena"].says("/oncall"))
    assert re.findall(r"Dev Patel until ⟦(.{16})", told) == ["2026-11-30T09:00", "2026-12-07T09:00"], told


async def test_31_two_exchange_shifts_when_the_other_one_agrees(company: Company) -> None:
    """BEHAVIOUR 31."""
    dev, lena = company.people("dev", "lena")
    path = await address(company)
    assert "Lena Vogt is asked" in words_of(await dev.says(f"/oncall swap network {DAYS}"))
    await company.settles()
    asked_for = company.room("@lena").hears("Dev Patel would like to exchange shifts with you")
    assert (await subscribed(company, path))[2:] == [("Dev Patel", "12-07 09:00"), ("Lena Vogt", "12-14 09:00")]
    refused(await dev.says(f"/oncall agree {asked_for.card.buttons[0].answers['swap']}"), "nobody else can answer")
    await lena.clicks("Agree", in_="@lena")
    await company.settles()
    assert (await subscribed(company, path))[2:] == [("Lena Vogt", "12-07 09:00"), ("Dev Patel", "12-14 09:00")]
    company.room("@dev").hears("Shifts exchanged", times=1)
    company.room("@lena").hears("Shifts exchanged", times=1)
    await company.it_is(MONDAY + timedelta(days=15))
    assert "**Network**: Lena Vogt" in words_of(await dev.says("/oncall"))
    assert await waiting(company) == []


async def waiting(company: Company) -> list[str]:
    return [row.name for row in await company.reads(State, State.name) if row.name.startswith("swap:")]


async def test_31_a_lead_exchanges_shifts_at_once(company: Company) -> None:
    """BEHAVIOUR 31."""
    reply = await company["lena"].says(f"/oncall swap network {DAYS}")
    assert "Exchanged:" in words_of(reply)
    assert "- You are on call for network from" in words_of(reply)
    assert "- Dev Patel is on call for network from" in words_of(reply)
    assert (await subscribed(company, await address(company)))[2][0] == "Lena Vogt"
    await company["lena"].says(f"/oncall swap network {DAYS}")
    assert (await subscribed(company, await address(company)))[2][0] == "Dev Patel", "and back"


async def test_31_a_deputy_does_what_the_lead_may(company: Company) -> None:
    """BEHAVIOUR 31."""
    chloe = company["chloe"]
    await company.settings_change(("on_call: network\n", "on_call: network\n    deputies: [chloe]\n"))
    assert "Ben Adler is on call for network until" in words_of(await chloe.says("/oncall override network @ben 8h"))
    assert "Dev Patel is on call for network again" in words_of(await chloe.says("/oncall end network"))
    assert "Exchanged:" in words_of(await chloe.says(f"/oncall swap network {DAYS}"))
    assert ADDRESS.search(words_of(await chloe.says("/oncall renew network")))


async def test_31_an_exchange_that_came_too_late_changes_nothing(company: Company) -> None:
    """BEHAVIOUR 31: it was agreed to when somebody else had the shift already."""
    dev, lena = company.people("dev", "lena")
    await dev.says(f"/oncall swap network {DAYS}")
    await company.settles()
    await company.it_is(MONDAY + timedelta(days=14, hours=1))
    await lena.says("/oncall override network @chloe 2d")
    assert "Nothing was exchanged" in words_of(await lena.clicks("Agree", in_="@lena"))
    await company.settles()
    assert not company.room("@lena").hears("No shifts exchanged", times=1).card.buttons
    company.room("@dev").hears("Who is on call then has changed", times=1)
    await company.it_is(MONDAY + timedelta(days=22))
    await lena.says("/oncall swap network 2026-12-21 2026-12-28")
    await dev.says("/oncall swap network 2026-12-21 2026-12-28")
    assert len(await waiting(company)) == 1, "what has lapsed is forgotten"


async def test_31_who_is_asked_may_keep_their_shift(company: Company) -> None:
    """BEHAVIOUR 31: whoever asked hears of it, and the question is over."""
    dev, lena = company.people("dev", "lena")
    await dev.says(f"/oncall swap network {DAYS}")
    await company.settles()
    asked_for = company.room("@lena").hears("Dev Patel would like to exchange shifts with you")
    refused(await dev.says(f"/oncall decline {asked_for.card.buttons[0].answers['swap']}"), "nobody else can answer")
    assert "Lena Vogt keeps their shift" in words_of(await lena.clicks("Decline", in_="@lena"))
    await company.settles()
    assert not company.room("@lena").hears("No shifts exchanged", times=1).card.buttons
    company.room("@dev").hears("Lena Vogt keeps their shift", times=1)
    assert await waiting(company) == []
    assert (await subscribed(company, await address(company)))[2:] == [
        ("Dev Patel", "12-07 09:00"), ("Lena Vogt", "12-14 09:00"),
    ]  # fmt: skip


async def test_31_who_declined_may_be_asked_again(company: Company) -> None:
    """BEHAVIOUR 31: each question is asked aloud, and each answer is heard; while one waits there is no other."""
    dev, lena = company.people("dev", "lena")
    for times in (1, 2):
        await dev.says(f"/oncall swap network {DAYS}")
        await company.time_passes(hours=1)
        await dev.says(f"/oncall swap network {DAYS}")
        company.room("@lena").hears("Dev Patel would like to exchange shifts with you", mentioning="lena", times=1)
        await lena.clicks("Decline", in_="@lena")
        company.room("@lena").hears("No shifts exchanged", times=times)
        company.room("@dev").hears("Lena Vogt keeps their shift", mentioning="dev", times=times)


async def test_31_what_cannot_be_exchanged_is_said(company: Company) -> None:
    """BEHAVIOUR 31."""
    ben, dev = company.people("ben", "dev")
    refused(await ben.says(f"/oncall swap network {DAYS}"), "Neither of the two shifts is yours")
    for words, told in (
        ("2026-12-07", "write two days"),
        ("2026-12-07 2026-13-01", "is no day of the calendar"),
        ("2026-11-01 2026-12-07", "still to come"),
        ("2026-12-07 2026-12-21", "nothing to exchange"),
        ("2026-12-07 2036-12-21", "still to come"),
    ):
        refused(await dev.says(f"/oncall swap network {words}"), told)
    refused(await dev.says("/oncall agree 20261214T090000-0123456789ab"), "is not open any more")
    assert await waiting(company) == []


async def test_31_who_is_called_follows_the_sun(company: Company) -> None:
    """BEHAVIOUR 31: of the layers the first whose hours it is, and the rotation's own people else."""
    layers = "layers: [{people: [chloe], zone: America/New_York, hours: ['08:00-18:00']}], people: [dev, lena]"
    await company.settings_change(("people: [dev, lena]", layers))
    lena = company["lena"]
    assert "**Network**: Dev Patel" in words_of(await lena.says("/oncall"))
    await company.it_is(MONDAY + timedelta(hours=4))
    assert "**Network**: Chloe Martin" in words_of(await lena.says("/oncall"))
