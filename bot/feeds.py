"""The calendar of each rotation, at an address that nobody guesses (BEHAVIOUR 31).

What its address ends with is a random token that is kept, one a rotation and workspace; a lead can have it changed,
and then the old address leads nowhere. A calendar's revision counts up with all that changes who is on call: other
settings, stand-ins, exchanges.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import ics, people, rota
from bot.settings import Rotation, Settings, staff
from storage import state

if TYPE_CHECKING:
    from bot.core import Desk

BEFORE, AHEAD = timedelta(days=31), timedelta(days=183)


@dataclass(frozen=True, slots=True)
class Feed:
    """What is kept of a rotation's calendar. `plan`: a digest of what the settings say of the rotation, and of who can
    stand in.
    """

    token: str
    plan: str
    revision: int
    changed: str

    def revised(self, now: datetime) -> Feed:
        return replace(self, revision=self.revision + 1, changed=now.isoformat())


def keep_all(db: Session, workspace: str, settings: Settings, now: datetime) -> None:
    """Every rotation of the settings has a calendar from now on; where the settings changed it, a newer one."""
    for name, rotation in settings.on_call.items():
        plan, found = _digest(rotation, settings), _read(db, workspace, name)
        if found is None:
            _keep(db, workspace, name, Feed(_token(), plan, 0, now.isoformat()))
        elif found.plan != plan:
            _keep(db, workspace, name, replace(found, plan=plan).revised(now))


def revise(db: Session, workspace: str, name: str, now: datetime) -> None:
    """Who is on call has changed."""
    if found := _read(db, workspace, name):
        _keep(db, workspace, name, found.revised(now))


def renew(db: Session, workspace: str, name: str) -> None:
    """Another address: the old one leads nowhere from now on."""
    if found := _read(db, workspace, name):
        _keep(db, workspace, name, replace(found, token=_token()))


def address(db: Session, workspace: str, name: str, settings: Settings) -> str:
    """Where a rotation's calendar is subscribed to; "" before there is one."""
    found = _read(db, workspace, name)
    where = f"{settings.organisation.address}/oncall/{quote(workspace, safe='')}/{quote(name, safe='')}"
    return f"{where}/{found.token}.ics" if found else ""


def routes(desk: Desk) -> list[Route]:
    """The calendars' addresses. Whatever is not right about one, it is not found."""

    async def calendar(request: Request) -> Response:
        workspace, name, token = (request.path_params[part] for part in ("workspace", "name", "token"))
        settings, now = desk.settings, desk.now()
        content = await desk.database.read(lambda db: content_of(db, (workspace, name, token), settings, now))
        if content is None:
            return Response("There is no such calendar.", 404, media_type="text/plain")
        return Response(content, headers=HEADERS, media_type="text/calendar")

    return [Route("/oncall/{workspace}/{name:path}/{token}.ics", calendar)]


HEADERS = {
    "Cache-Control": "private, max-age=300",
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
    "Content-Disposition": 'inline; filename="oncall.ics"',
}


def content_of(db: Session, asked: tuple[str, str, str], settings: Settings, now: datetime) -> bytes | None:
    """The calendar at an address of (workspace, rotation, token); None where there is none."""
    workspace, name, token = asked
    found = _read(db, workspace, name) if name in settings.on_call else None
    if found is None or not hmac.compare_digest(found.token.encode(), token.encode()):
        return None
    shifts = rota.shifts(db, workspace, name, settings, now - BEFORE, now + AHEAD)
    names = {shift.person: people.name_of(db, workspace, shift.person, settings) for shift in shifts}
    known_as = ics.Rota(name, f"{workspace}/{name}", found.revision, datetime.fromisoformat(found.changed))
    return ics.calendar(known_as, shifts, names)


def _read(db: Session, workspace: str, name: str) -> Feed | None:
    kept = state.get(db, workspace, f"feed:{name}")
    return Feed(**json.loads(kept)) if kept else None


def _keep(db: Session, workspace: str, name: str, feed: Feed) -> None:
    state.keep(db, workspace, f"feed:{name}", json.dumps(asdict(feed)))


def _digest(rotation: Rotation, settings: Settings) -> str:
    works = {person for team in settings.teams.values() for person in staff(team)}.union(rotation.takers())
    names = {person: settings.people[person].name for person in sorted(works & settings.people.keys())}
    said = f"{settings.organisation.zone}\n{rotation.model_dump_json()}\n{json.dumps(names)}"
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _token() -> str:
    return secrets.token_urlsafe(24)
