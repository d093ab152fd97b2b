"""Which posts are sent once more because other people belong in their places."""

from datetime import datetime

from sqlmodel import Session, select

from storage import gatherings, posts, tickets
from storage.database import Database
from storage.tables import Chore, Post
from tests.storage.rows import HOUR, NOW, add_person, post, ticket

SENT = {"channel": "discord", "room": "@1", "side": "requester", "ref": "9", "sent": 1, "next_at": None}


async def test_those_of_the_teams_and_owners_tickets_that_stand(database: Database) -> None:
    def written(db: Session) -> None:
        add_person(db)
        others = {
            3: {"team": "hr"},
            4: {"status": "resolved"},
            8: {"team": "hr", "owner": "bob"},
            9: {"status": "resolved"},
        }
        for number in range(1, 10):
            tickets.add(db, ticket(number, **others.get(number, {})))
        db.add(Chore(workspace="w", ticket=9, kind="close", next_at=NOW))
        unlike = {5: {"side": "agents", "room": "triage"}, 6: {"ref": ""}, 7: {"parked": "it is gone"}}
        posts.want(db, [post(f"r:{n}", ticket=n, **{**SENT, **unlike.get(n, {})}) for n in range(1, 10)])

    def due(db: Session) -> dict[str, datetime | None]:
        return {one.key: one.next_at for one in db.exec(select(Post)).all() if one.next_at}

    await database.write(written)
    await database.write(lambda db: gatherings.again(db, "w", "discord", ["it", "net"], ["bob"], NOW, NOW + HOUR))
    assert await database.read(due) == dict.fromkeys(("r:1", "r:2", "r:8", "r:9"), NOW + HOUR)
