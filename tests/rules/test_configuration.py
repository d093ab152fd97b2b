"""What settings.yaml may hold, and what its owner is told when it cannot be used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.configuration.problems import SettingsError
from bot.configuration.reading import parsed, read, warnings
from bot.settings import Settings
from bot.settings_values import IN_WORDS, Shape
from tests.rules.unusable_settings import BASE, BROKEN, ODD, UNUSABLE, override, rotation


def changed(path: str, value: Any) -> str:
    """The base with the value at a path, like people/ana/email, changed or added."""
    values = yaml.safe_load(BASE)
    *way, last = path.split("/")
    inner = values
    for part in way:
        inner = inner.setdefault(part, {})
    inner[last] = value
    return yaml.safe_dump(values)


def complaints(text: str, environment: dict[str, str] | None = None) -> list[str]:
    """What is said about a text, without the line numbers."""
    with pytest.raises(SettingsError) as caught:
        parsed(text, environment or {})
    return [f"{p.path}: {p.text}" + (f"; {p.hint}" if p.hint else "") for p in caught.value.problems]


@pytest.mark.parametrize(("path", "value", "complaint"), UNUSABLE)
def test_what_is_wrong_is_said_in_words(path: str, value: Any, complaint: str) -> None:
    assert complaints(changed(path, value)) == [complaint]


def test_the_base_of_these_tests_is_right() -> None:
    assert warnings(parsed(BASE, {})) == []


def test_two_people_cannot_be_one() -> None:
    text = changed("people/lena", {"name": "L", "email": "A@x.org", "identities": {"slack": "U1"}})
    text = text.replace("name: Ana", "name: Ana\n    email: a@x.org\n    identities: {slack: U1}")
    assert complaints(text) == [
        "people.lena.email: a@x.org is ana's already; one of the two must be another",
        "people.lena.identities.slack: U1 is ana's already; one of the two must be another",
    ]


def test_all_mistakes_are_told_at_once_each_with_its_line() -> None:
    text = """\
organisation: {zone: Mars}
calendars:
  office: {mon: ["09:00-17:00"]}
teams:
  it-help:
    memmbers: {}
    lead: lena
sla:
  - {name: A, targets: {resolution: soon}}
  - {targets: {}}
  - {name: C, targets: {}, ladder: none}
"""
    with pytest.raises(SettingsError) as caught:
        parsed(text, {"FIRSTLINE_DEFAULT_TEAM": "nobody"})
    assert [(problem.path, problem.place) for problem in caught.value.problems] == [
        ("default_team", "FIRSTLINE_DEFAULT_TEAM"),
        ("organisation.zone", "line 1"),
        ("teams.it-help.name", "line 5"),
        ("teams.it-help.memmbers", "line 6"),
        ("teams.it-help.lead", "line 7"),
        ("sla[0].targets.resolution", "line 9"),
        ("sla[1].name", "line 10"),
        ("sla[2].ladder", "line 11"),
    ]


@pytest.mark.parametrize(("text", "complaint"), BROKEN)
def test_what_is_no_settings_file_at_all(text: str, complaint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parsed(text, {})
    assert str(caught.value) == complaint


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"a: b: c", "{file}, line 1, column 5: mapping values are not allowed here; put"),
        (b"", "{file}: the file is empty; it must"),
        (b"a: 1\n\xff", "{file}, line 2: the file is not UTF-8; save"),
    ],
)
def test_what_is_no_settings_file_is_named(tmp_path: Path, data: bytes, complaint: str) -> None:
    file = tmp_path / "mine.yaml"
    file.write_bytes(data)
    with pytest.raises(SettingsError) as caught:
        read(file, {})
    assert str(caught.value).startswith(complaint.format(file=file))


def test_zones_that_are_no_place_s_may_be_utc() -> None:
    for zone in ("UTC", "Etc/UTC"):
        assert parsed(changed("organisation/zone", zone), {}).organisation.zone == zone


def test_the_types_of_files_may_be_written_as_patterns() -> None:
    types = ["PDF", ".pdf", "*.pdf", " log"]
    assert parsed(changed("files", {"types": types}), {}).files.types == ("pdf", "pdf", "pdf", "log")


def test_a_part_of_the_time_may_be_written_in_percent() -> None:
    policy = {"name": "A", "targets": {"resolution": "8h"}}
    found = [parsed(changed("sla", [policy | {"warn_at": part}]), {}) for part in ("80%", 0.8)]
    assert found[0] == found[1] and found[0].model_dump(mode="json")["sla"][0]["warn_at"] == 0.8


def test_a_key_written_twice_is_a_mistake() -> None:
    assert complaints(BASE + "people:\n  max: {name: Max}\n")[0] == (
        "people: is written twice, on lines 4 and 14; keep one of them"
    )


def test_aliases_that_multiply_are_stopped() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(SettingsError, match="too many values"):
        parsed("\n".join(lines), {})


def test_words_that_yaml_would_take_for_something_else_stay_words() -> None:
    text = changed("on_call", rotation()).replace("- ana", "- ana\n    handover: 10:30") + "default_team: it-help\n"
    text = text.replace("name: Ana", "name: NO\n    identities: {discord: 175928847299117063, web: 0123}")
    found = parsed(text, {})
    assert found.on_call["r"].handover == "10:30"
    assert found.people["ana"].name == "NO"
    assert found.people["ana"].identities == {"discord": "175928847299117063", "web": "0123"}


def test_a_key_with_nothing_behind_it_is_left_out() -> None:
    found = parsed(BASE + "admins:\nlimits:\n  surge:\n", {})
    assert (found.admins, found.limits.surge) == ((), 5)


def test_merge_keys_and_anchors_work() -> None:
    text = BASE.replace("office: {", "office: &office {").replace(
        "people:", "  other: {<<: *office, fri: [08:00-12:00]}\npeople:"
    )
    assert parsed(text, {}).calendars["other"].windows()[0] == parsed(text, {}).calendars["office"].windows()[0]


def test_a_missing_file_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"there is no file .*none\.yaml; start from the settings\.yaml that comes"):
        read(tmp_path / "none.yaml", {})


@pytest.mark.parametrize("name", ["", "a\x00b"])
def test_what_is_no_file_is_a_settings_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        read(f"{tmp_path}/{name}", {})


def test_a_file_in_another_encoding_says_so(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_bytes("a: 1\nname: Müller\n".encode("latin-1"))
    with pytest.raises(SettingsError, match="line 2: the file is not UTF-8; save it as UTF-8"):
        read(tmp_path / "s.yaml", {})


def test_overrides_are_in_the_rotation_s_time_zone() -> None:
    until_utc = override("2026-12-24 09:00", "2026-12-24T09:00:00Z")
    berlin = parsed(changed("on_call", rotation(overrides=[until_utc])), {}).on_call["r"].overrides[0]
    one_day = override("2026-12-24 09:00", "2026-12-25 09:00")
    tokyo = parsed(changed("on_call", rotation(zone="Asia/Tokyo", overrides=[one_day])), {}).on_call["r"].overrides[0]
    assert berlin.start.isoformat() == "2026-12-24T09:00:00+01:00"
    assert berlin.end.isoformat() == "2026-12-24T09:00:00+00:00"
    assert tokyo.start.isoformat() == "2026-12-24T09:00:00+09:00"


@pytest.mark.parametrize(
    ("start", "stands"),
    [
        ("2026-03-29 02:30", "2026-03-29T03:00:00+02:00"),  # skipped: as a handover it is at the gap's end
        ("2026-10-25 02:30", "2026-10-25T02:30:00+02:00"),  # twice: the first
        ("0001-01-01 00:00", "0001-01-01T00:00:00+00:53:28"),
    ],
)
def test_31_an_override_in_an_hour_that_the_zone_skips_or_repeats(start: str, stands: str) -> None:
    """BEHAVIOUR 31."""
    told = rotation(zone="Europe/Berlin", overrides=[override(start, "9999-12-31 23:59")])
    written = parsed(changed("on_call", told), {}).on_call["r"].overrides[0]
    assert (written.start.isoformat(), written.end.isoformat()) == (stands, "9999-12-31T23:59:00+01:00")


def test_a_misspelt_section_is_one_mistake_and_not_one_for_each_reference_to_it() -> None:
    misspelt = BASE.replace("people:", "poeple:")
    assert complaints(misspelt) == ["poeple: unknown key; did you mean people?"]


@pytest.mark.parametrize(("path", "value", "warning"), ODD)
def test_what_is_odd_is_a_warning(path: str, value: Any, warning: str) -> None:
    assert [str(problem) for problem in warnings(parsed(changed(path, value), {}))] == [warning]


def test_priorities_without_a_target_and_policies_that_never_count_are_odd() -> None:
    some = {"name": "High", "when": {"priority": ["high"]}, "targets": {"resolution": "4h"}}
    found = warnings(parsed(changed("sla", [some, {**some, "name": "Again"}]), {}))
    assert [(problem.path, problem.text) for problem in found] == [
        ("sla", "tickets of priority low have no target"),
        ("sla", "tickets of priority medium have no target"),
        ("sla", "tickets of priority critical have no target"),
        ("sla[1]", "Again never counts"),
    ]


def test_every_pattern_has_its_words() -> None:
    def patterns(part: Any) -> set[str]:
        inside = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
        own = {part["pattern"]} if isinstance(part, dict) and isinstance(part.get("pattern"), str) else set()
        return own.union(*(patterns(each) for each in inside))

    durations = {pattern for pattern in patterns(Settings.model_json_schema()) if "smhdw" in pattern}
    assert patterns(Settings.model_json_schema()) - durations <= set(IN_WORDS)


def test_every_field_is_described() -> None:
    fields = [(shape, name, field) for shape in Shape.__subclasses__() for name, field in shape.model_fields.items()]
    assert [f"{shape.__name__}.{name}" for shape, name, field in fields if not field.description] == []
