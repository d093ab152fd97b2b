"""The settings that come with Firstline, their page in the docs, and how a change is taken up."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from bot.configuration import cli as configure_cli
from bot.configuration.problems import SettingsError
from bot.configuration.reading import Live, parsed, read, warnings
from bot.documentation import settings as settings_docs
from bot.documentation.examples import EXAMPLES, INTROS
from bot.settings import Knowledge, Settings, SlackApp, Targets, written_duration
from bot.worktime import Worktime

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "settings.yaml"


@pytest.fixture
def demo() -> Settings:
    return read(EXAMPLE, {})


def test_the_example_runs_as_it_is_and_nothing_about_it_is_odd(demo: Settings) -> None:
    assert warnings(demo) == []
    assert list(demo.teams) == ["it-help", "network"]
    assert list(demo.categories) == ["Hardware", "Software", "Network Access", "New Equipment Request"]
    assert set(demo.people) == {"ana", "erik", "ben", "chloe", "dev", "lena", "max"}


def test_2_how_sure_a_suggestion_must_be_is_written_in_words(demo: Settings) -> None:
    """BEHAVIOUR 2: 60%, 0.6 and what the environment says are one."""
    for written in ("60%", "60 %", 0.6, "0.6"):
        assert Knowledge(suggest_at=written).suggest_at == 0.6  # type: ignore[arg-type]  # as settings write it
    assert Knowledge(suggest_at=0.6).model_dump()["suggest_at"] == "60%"
    assert read(EXAMPLE, {"FIRSTLINE_KNOWLEDGE__SUGGEST_AT": "45%"}).knowledge.suggest_at == 0.45
    assert demo.knowledge.suggest_at == 0.3


@pytest.mark.parametrize(
    ("priority", "name", "calendar"),
    [("critical", "Critical", "always"), ("high", "High", ""), ("low", "Standard", "")],
)
def test_the_example_s_targets_vary_by_priority(demo: Settings, priority: str, name: str, calendar: str) -> None:
    policy = demo.policy_of(priority, "Hardware", "it-help")
    assert policy
    assert (policy.name, policy.calendar) == (name, calendar)


def test_the_example_s_calendars_know_weekends_lunch_and_holidays(demo: Settings) -> None:
    office = Worktime(demo).of("office")
    assert office.add(datetime(2026, 12, 23, 16, 0, tzinfo=UTC), timedelta(hours=1)) == datetime(
        2026, 12, 28, 8, 30, tzinfo=UTC
    )
    assert not office.is_open(datetime(2026, 11, 23, 11, 45, tzinfo=UTC))
    assert {date(2026, 10, 3), date(2040, 12, 25)} <= set(office.holidays)


def test_a_calendar_is_made_once_and_a_vanished_one_is_the_first(demo: Settings) -> None:
    worktime = Worktime(demo)
    assert worktime.of("office") is worktime.of("office")
    assert worktime.of("gone") is worktime.of("") is worktime.of("office")
    assert worktime.of("always").holidays == frozenset()


def test_a_public_holiday_may_be_worked(demo: Settings) -> None:
    text = EXAMPLE.read_text().replace("country: DE", "country: DE\n      working: [2026-12-25]")
    assert date(2026, 12, 25) not in set(Worktime(parsed(text, {})).of("office").holidays)


def test_a_matrix_cell_and_a_window_read_as_they_are_written(demo: Settings) -> None:
    assert demo.priority("high", "low") == "medium"
    assert demo.calendars["always"].windows()[6] == ((time(0, 0), time(0, 0)),)


@pytest.mark.parametrize(
    ("written", "hours", "again"),
    [("90m", 1.5, "1h 30m"), ("1d 8h", 32, "32h"), ("2w", 336, "14d"), ("1.5h", 1.5, "1h 30m")],
)
def test_durations(written: str, hours: float, again: str) -> None:
    found = Targets.model_validate({"resolution": written})
    assert found.resolution == timedelta(hours=hours)
    assert written_duration(timedelta(hours=hours)) == again


class TestLive:
    """A changed file is taken up when it is good, and reported once when it is bad."""

    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        path = tmp_path / "settings.yaml"
        path.write_text(EXAMPLE.read_text())
        return path

    def write(self, file: Path, old: str, new: str) -> None:
        file.write_text(file.read_text().replace(old, new))

    def test_a_good_change_is_taken_up(self, file: Path) -> None:
        live = Live(file, {})
        self.write(file, "name: Example Ltd", "name: Other Ltd")
        assert live.refresh() is None
        assert live.current.organisation.name == "Other Ltd"

    def test_a_file_left_alone_is_not_read_again(self, file: Path) -> None:
        live = Live(file, {})
        before = live.current
        os.utime(file)
        assert live.refresh() is live.refresh() is None
        assert live.current is before

    def test_a_bad_change_is_reported_once_and_the_good_one_goes_on(self, file: Path) -> None:
        live = Live(file, {})
        before = live.current
        self.write(file, "lead: lena", "lead: lenna")
        problems = live.refresh()
        assert problems
        assert [(problem.path, problem.hint) for problem in problems] == [
            ("teams.it-help.lead", "did you mean lena?"),
            ("teams.network.lead", "did you mean lena?"),
        ]
        assert live.current is before
        assert live.refresh() is None
        assert live.problems == problems

    def test_another_bad_version_is_reported_too(self, file: Path) -> None:
        live = Live(file, {})
        file.write_text("")
        assert [problem.text for problem in live.refresh() or []] == ["the file is empty"]
        file.unlink()
        assert ["there is no file" in problem.text for problem in live.refresh() or []] == [True]
        assert live.refresh() is None

    def test_what_nobody_foresaw_is_a_problem_of_the_file(self, file: Path) -> None:
        class Environment(dict[str, str]):
            torn = False

            def __iter__(self) -> Iterator[str]:
                if self.torn:
                    raise RuntimeError("torn")
                return super().__iter__()

        environment = Environment()
        live = Live(file, environment)
        before, environment.torn = live.current, True
        self.write(file, "name: Example Ltd", "name: Other Ltd")
        told = [f"{file} cannot be used: RuntimeError: torn"]
        assert [problem.text for problem in live.refresh() or []] == told
        assert live.refresh() is None and live.current is before
        assert [problem.text for problem in live.problems] == told

    def test_back_to_good(self, file: Path) -> None:
        live = Live(file, {})
        good = file.read_text()
        file.write_text("nonsense")
        assert live.refresh()
        file.write_text(good.replace("Example Ltd", "Mended Ltd"))
        assert live.refresh() is None
        assert live.problems == []
        assert live.current.organisation.name == "Mended Ltd"

    def test_there_is_nothing_to_begin_with_but_a_bad_file(self, file: Path) -> None:
        file.write_text("")
        with pytest.raises(SettingsError, match="empty"):
            Live(file, {})


class TestCommandLine:
    def run(self, *arguments: str, **environment: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(configure_cli.app, arguments, obj=environment)
        return result.exit_code, result.stdout, result.stderr

    def test_check_says_that_all_is_well(self) -> None:
        expected = f"{EXAMPLE} is fine: 2 teams, 7 people, 4 categories, 3 SLA policies\n"
        assert self.run("check", str(EXAMPLE)) == (0, expected, "")
        assert self.run("check", FIRSTLINE_SETTINGS=str(EXAMPLE)) == (0, expected, "")

    def test_check_names_mistakes_and_fails(self, tmp_path: Path) -> None:
        file = tmp_path / "bad.yaml"
        file.write_text(
            EXAMPLE.read_text()
            .replace("policy: claim", "polcy: claim")
            .replace("zone: Europe/Berlin ", "zone: Berlin ")
        )
        code, _, said = self.run("check", str(file))
        lines = said.splitlines()
        assert code == 1
        assert lines[0] == "organisation.zone (line 14): no time zone is called Berlin; did you mean Europe/Berlin?"
        assert lines[1].endswith("unknown key; did you mean policy?")
        assert lines[-1] == f"{file} has 2 mistakes; docs/settings.md explains every key"

    def test_check_warns_of_a_team_nobody_is_in(self, tmp_path: Path) -> None:
        file = tmp_path / "odd.yaml"
        file.write_text(
            EXAMPLE.read_text().replace("default_team:", "  ghost: {name: G, triage: [web:g]}\ndefault_team:")
        )
        code, said, _ = self.run("check", str(file))
        assert code == 0
        assert said.splitlines()[-1] == (
            "warning: teams.ghost: nobody is in this team; its tickets wait until it has a lead or members"
        )

    def test_what_show_prints_reads_back_as_the_same(self, demo: Settings) -> None:
        code, said, _ = self.run("show", str(EXAMPLE))
        assert code == 0
        assert parsed(said, {}) == demo

    def test_show_hides_secrets(self, demo: Settings) -> None:
        open_address = demo.organisation.model_copy(update={"address": "https://max:hunter2@desk.example.org"})
        said = configure_cli.shown(demo.model_copy(update={"organisation": open_address}))
        assert "https://max:********@desk.example.org" in said
        assert "hunter2" not in said

    def test_no_secret_of_slack_s_is_shown(self, demo: Settings) -> None:
        app = SlackApp.model_validate({"bot_token": "xoxb-1-abc", "app_token": "xapp-1-abc", "client_secret": "abc-7"})
        settings = demo.model_copy(update={"slack": app})
        for said in (configure_cli.shown(settings), repr(settings), str(app)):
            assert "abc" not in said and "********" in said

    def test_schema_is_json_schema(self) -> None:
        _, said, _ = self.run("schema")
        schema = json.loads(said)
        assert schema["properties"]["teams"]["description"]
        assert schema["$defs"]["Ladder"]["properties"]["lease"]["default"] == "30m"


class TestDocs:
    def test_the_page_is_what_the_settings_declare(self) -> None:
        wanted = "docs/settings.md is out of date: run make docs"
        assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == settings_docs.render(), wanted

    def test_every_section_has_an_introduction(self) -> None:
        assert set(INTROS) == set(Settings.model_fields)

    @pytest.mark.parametrize("section", EXAMPLES)
    def test_every_example_reads(self, section: str) -> None:
        base = yaml.safe_load(
            """
            calendars: {office: {mon: ["09:00-17:00"]}}
            people: {lena: {name: Lena}}
            teams: {it-help: {name: IT Help, lead: lena}}
            """
        )
        example = yaml.load(EXAMPLES[section], yaml.BaseLoader)
        assert section in parsed(yaml.safe_dump({**base, **example}), {}).model_fields_set
