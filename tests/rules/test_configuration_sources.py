"""Where settings come from besides the file, and that junk from anywhere is refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.configuration import cli as configure_cli
from bot.configuration.problems import SettingsError
from bot.configuration.reading import parsed, plain_errors, warnings
from bot.worktime import Worktime
from tests.rules.unusable_settings import BASE


def test_the_environment_beats_the_file() -> None:
    environment = {
        "FIRSTLINE_ORGANISATION__ZONE": "Europe/Paris",
        "FIRSTLINE_TEAMS__IT_HELP__LEAD": "ana",
        "FIRSTLINE_SLA__0__TARGETS__RESOLUTION": "2h",
        "FIRSTLINE_ADMINS": "[ana, lena]",
        "FIRSTLINE_LIMITS__SURGE": "7",
        "FIRSTLINE_RETENTION__POSTS": "",
        "FIRSTLINE_SETTINGS": "elsewhere.yaml",
        "FIRSTLINE_DATABASE": "sqlite://",
        "OTHER__THING": "x",
    }
    found = parsed(BASE, environment)
    assert found.organisation.zone == "Europe/Paris"
    assert found.teams["it-help"].lead == "ana"
    assert found.model_dump(mode="json")["sla"][0]["targets"]["resolution"] == "2h"
    assert found.admins == ("ana", "lena")
    assert found.limits.surge == 7


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("FIRSTLINE_LIMITS__SURGES", "7", "limits.surges (FIRSTLINE_LIMITS__SURGES): unknown key; did you mean surge?"),
        ("FIRSTLINE_LIMITS__SURGE", "x", "limits.surge (FIRSTLINE_LIMITS__SURGE): must be a whole number, not x"),
        ("FIRSTLINE_ADMINS", "[ana", "FIRSTLINE_ADMINS: expected ',' or ']', but got '<stream end>'"),
        (
            "FIRSTLINE_ORGANISATION__ZONE__X",
            "y",
            "FIRSTLINE_ORGANISATION__ZONE__X: there is no place for 'x' in the settings; see docs/settings.md",
        ),
    ],
)
def test_a_mistake_in_the_environment_names_the_variable(name: str, value: str, complaint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parsed(BASE, {name: value})
    assert str(caught.value) == complaint


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "name").write_text("Secret & Sons\n")
    variable = "FIRSTLINE_ORGANISATION__NAME"
    assert parsed(BASE, {f"{variable}_FILE": str(tmp_path / "name")}).organisation.name == "Secret & Sons"
    with pytest.raises(SettingsError, match=f"{variable} and {variable}_FILE are both set; keep one of them"):
        parsed(BASE, {f"{variable}_FILE": str(tmp_path / "name"), variable: "x"})
    with pytest.raises(SettingsError, match="none cannot be read: No such file or directory"):
        parsed(BASE, {f"{variable}_FILE": str(tmp_path / "none")})


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.dates().map(str)
WORDS = st.sampled_from(
    ["teams", "it-help", "ana", "09:00-17:00", "15m", "web:x", "low", "DE", "Europe/Berlin", "lead"]
)
JUNK = st.recursive(
    SCALARS | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)


def refuse_or_accept(text: str, environment: dict[str, str]) -> None:
    """Junk is refused with a text that shows nothing of the library beneath, or it is settings to work with."""
    try:
        found = parsed(text, environment)
    except SettingsError as error:
        said = [problem.text for problem in error.problems]
    else:
        said = [problem.text for problem in warnings(found)] or ["fine"]
        worktime = Worktime(found, range(2026, 2027))
        assert [worktime.of(key) for key in found.calendars]
        assert parsed(configure_cli.shown(found), {}) == found
    assert all(said)
    assert not [text for text in said if "pydantic" in text or "cannot be used" in text]
    assert said


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=200))
def test_any_text_is_settings_or_a_settings_error(text: str) -> None:
    refuse_or_accept(text, {})


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_any_value_anywhere_is_settings_or_a_settings_error(data: st.DataObject) -> None:
    values = yaml.safe_load(BASE)
    inner = values
    path: tuple[str, ...] = ()
    while True:
        key = data.draw(st.sampled_from([*inner, *plain_errors.fields(path)]) | st.text(max_size=4))
        if not isinstance(inner.get(key), dict) or data.draw(st.integers(0, 3)) == 0:
            break
        inner, path = inner[key], (*path, key)
    inner[key] = data.draw(JUNK)
    refuse_or_accept(yaml.safe_dump(values, allow_unicode=True), {})


@settings(max_examples=60, deadline=None)
@given(
    name=st.lists(st.sampled_from(["TEAMS", "IT_HELP", "SLA", "0", "9", "LEAD", "", "ORGANISATION"]), min_size=1),
    value=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20),
)
def test_any_variable_is_settings_or_a_settings_error(name: list[str], value: str) -> None:
    refuse_or_accept(BASE, {"FIRSTLINE_" + "__".join(name): value})
