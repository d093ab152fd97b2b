"""Who is on call at any minute, against an oracle that walks; and the shifts that follow from it: BEHAVIOUR 31."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.oncall import Shift, handovers, on_call, shifts
from bot.settings import Override, Rotation
from bot.settings_oncall import Layer
from tests.rules.clock_cases import ODD, ZONES, changes
from tests.rules.rota_oracle import DAYS, MINUTE, walk

DAY = timedelta(days=1)
MINUTES = 1800
WHOLE = [(zone, year) for zone, year in ODD if year > 1975]  # since then all offsets are whole minutes
PEOPLE = ("ada", "ben", "cy", "dora", "ed")


def turns(random: Random, starts: date) -> dict[str, object]:
    hour, minute = random.choice((0, 1, 2, 3, 9, 23)), random.choice((0, 0, 1, 30, 59))
    return {
        "people": tuple(random.sample(PEOPLE, random.randint(1, 4))),
        "every": random.choice(("day", "week")),
        "handover": f"{random.choice(('', *(f'{day} ' for day in DAYS)))}{hour:02}:{minute:02}",
        "starts": starts,
        "zone": random.choice(("", random.choice(ZONES))),
    }


def hours(random: Random) -> tuple[str, ...]:
    first, second = sorted(random.sample(range(0, 24), 2))
    return random.choice(((), (f"{first:02}:00-{second:02}:30",), (f"{second:02}:15-24:00", f"00:00-{first:02}:45")))


def rotation(random: Random) -> tuple[Rotation, datetime, list[Shift]]:
    """A rotation, an instant around a change of its zone's offset, and who was said to stand in."""
    zone, year = random.choice((random.choice(WHOLE), (random.choice(ZONES), random.randint(1975, 2037))))
    found = [at for at in changes(zone, year) if not at.second] or [datetime.fromisoformat(f"{year}-06-15T12:00+00:00")]
    start = random.choice(found) - random.randint(0, 1400) * MINUTE
    starts = start.date() - random.choice((2, 2, 2, 3)) * DAY
    made = {
        **turns(random, starts),
        "zone": zone,
        "layers": tuple(
            Layer(
                **turns(random, starts),
                hours=hours(random),
                days=tuple(random.sample(DAYS, random.choice((0, 0, 3, 6)))),
            )
            for _ in range(random.choice((0, 1, 2, 3)))
        ),
        "overrides": tuple(
            Override(person="max", start=s.start, end=s.end) for s in _some(random, start, random.choice((0, 0, 1)))
        ),
    }
    return Rotation(**made), start, _some(random, start, random.choice((0, 1, 2)))


def _some(random: Random, start: datetime, count: int) -> list[Shift]:
    begins = [start + random.randint(-600, MINUTES) * MINUTE for _ in range(count)]
    return [Shift(random.choice(PEOPLE), at, at + random.randint(1, 900) * MINUTE) for at in begins]


@pytest.mark.parametrize("part", range(4))
@given(st.integers(0, 2**40 - 1))
@settings(max_examples=30, derandomize=True, deadline=None, database=None, phases=(Phase.generate,))
def test_who_is_on_call_is_whom_the_walk_finds(part: int, seed: int) -> None:
    """BEHAVIOUR 31: 120 rotations with layers and stand-ins, 30 hours of minutes each, over changes of the clocks."""
    looked_at_rota(part * 2**40 + seed)


def looked_at_rota(seed: int) -> None:
    """Compare a random rotation with the walk: single minutes, handovers, whole shifts."""
    random = Random(seed)
    made, start, standing = rotation(random)
    walked_from = datetime.combine(made.starts, time(), start.tzinfo) + 15 * 60 * MINUTE  # the first day, anywhere
    skipped = (start - walked_from) // MINUTE
    everybody = [*(Shift(o.person, o.start, o.end) for o in made.overrides), *standing]
    walked = list(walk(made, walked_from, skipped + MINUTES, "UTC", everybody))[skipped:]
    for instant, who in [walked[0], walked[-1], *random.sample(walked, 40), *_changed(walked)]:
        assert on_call(made, instant, standing=standing) == who
    end = walked[-1][0] + MINUTE
    assert handovers(made, start, end, standing=standing) == _as_shifts(walked)
    whole = shifts(made, start, end, standing=standing)
    assert whole[0].start <= start < end <= whole[-1].end
    assert all(one.end == other.start for one, other in pairwise(whole))
    for instant, who in random.sample(walked, 40):
        assert [s.person for s in whole if s.start <= instant < s.end] == [who]


def _changed(walked: list[tuple[datetime, str]]) -> list[tuple[datetime, str]]:
    """The minutes on both sides of every handover."""
    return [each for one, other in pairwise(walked) if one[1] != other[1] for each in (one, other)]


def _as_shifts(walked: list[tuple[datetime, str]]) -> list[Shift]:
    found: list[Shift] = []
    for instant, who in walked:
        if found and found[-1].person == who:
            found[-1] = Shift(who, found[-1].start, instant + MINUTE)
        else:
            found.append(Shift(who, instant, instant + MINUTE))
    return found


SUN = Rotation(
    people=("ada",),
    layers=(
        Layer(
            people=("ben", "cy"),
            zone="Europe/Berlin",
            hours=("08:00-16:00",),
            days=DAYS[:5],
            starts=date(2026, 3, 23),
        ),
        Layer(people=("dora",), zone="America/New_York", hours=("08:00-18:00",)),
    ),
)  # fmt: skip


def test_31_a_rotation_follows_the_sun_by_everybodys_own_clock() -> None:
    """BEHAVIOUR 31: New York changes its clocks three weeks before Berlin, and back a week after."""
    winter, between = datetime.fromisoformat("2026-03-02T00:00+00:00"), datetime.fromisoformat("2026-03-23T00:00+00:00")
    assert [(s.person, f"{s.start:%H:%M}") for s in handovers(SUN, winter, winter + DAY)] == [
        ("ada", "00:00"), ("ben", "07:00"), ("dora", "15:00"), ("ada", "23:00"),
    ]  # fmt: skip
    assert [(s.person, f"{s.start:%H:%M}") for s in handovers(SUN, between, between + DAY)] == [
        ("ada", "00:00"), ("ben", "07:00"), ("dora", "15:00"), ("ada", "22:00"),
    ]  # fmt: skip
    saturday = between + 5 * DAY
    assert [s.person for s in handovers(SUN, saturday, saturday + DAY)] == ["ada", "dora", "ada"]
    assert on_call(SUN, between + 7 * DAY + timedelta(hours=10)) == "cy", "a layer has turns of its own"


def test_31_a_shift_is_whole_and_begins_where_it_did_however_late_one_looks() -> None:
    """BEHAVIOUR 31: so an event of its calendar keeps its name."""
    start = datetime.fromisoformat("2026-03-03T00:00+00:00")
    earlier = shifts(SUN, start, start + 30 * DAY)
    later = shifts(SUN, start + 12 * DAY + timedelta(hours=5), start + 30 * DAY)
    assert later == earlier[-len(later) :] and len(earlier) > len(later) > 30
