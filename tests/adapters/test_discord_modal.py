"""Dialogs as Discord's modals, and what comes back: docs.discord.com/developers/components/reference."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.modal import Submitted, form, pages, submitted
from bot.words import Dialog, Field, File
from tests.adapters.discord_shapes import LIVE, NASTY, fits_a_modal, texts

WORDS = NASTY | st.text(max_size=30)
KINDS = st.sampled_from(["text", "long", "choice", "person", "ticket", "number", "stars"])
CHOICES = st.lists(st.tuples(WORDS, WORDS), max_size=8) | st.integers(0, 40).map(
    lambda most: [(f"v{number}", f"Label {number}") for number in range(most)]
)
FIELDS = st.lists(
    st.builds(
        Field,
        st.sampled_from("abcdefghijkl"),
        WORDS,
        KINDS,
        WORDS,
        st.booleans(),
        CHOICES.map(tuple),
        st.integers(0, 30_000),
    ),
    max_size=12,
    unique_by=lambda field: field.name,
)
ANSWERS = st.dictionaries(
    st.sampled_from("abcdefghz"), WORDS | st.sampled_from(["<@12345678901234567>", "3", "v3", "Label 7"]), max_size=9
)
DIALOGS = st.builds(
    Dialog,
    st.text(max_size=20),
    WORDS,
    FIELDS.map(tuple),
    ANSWERS,
    st.just({}),
    ANSWERS,
    WORDS,
    st.sampled_from("abcz"),
    st.booleans(),
)


def shown(dialog: Dialog) -> dict[str, Any]:
    """The only page of a dialog as Discord is sent it."""
    (page,) = pages(dialog)
    made = form(page, "form:x:").to_dict()
    fits_a_modal(made)
    return made


def labels(dialog: Dialog) -> dict[str, dict[str, Any]]:
    """The labels of a dialog's fields by their custom id, without the prefix."""
    found = [label for label in shown(dialog)["components"] if label["type"] == 18]
    return {label["component"]["custom_id"].removeprefix("ask:"): label for label in found}


def one(field: Field, answer: str = "", error: str = "") -> dict[str, Any]:
    errors = {field.name: error} if error else {}
    return labels(Dialog("do", "Do it", (field,), {field.name: answer}, errors=errors))[field.name]


def chosen(component: dict[str, Any]) -> list[str]:
    return [option["value"] for option in component["options"] if option.get("default")]


@settings(max_examples=200, deadline=None)
@given(DIALOGS)
def test_any_dialog_is_within_every_limit_and_asks_for_all(dialog: Dialog) -> None:
    """BEHAVIOUR 1 and 39, and the issue: more than five fields in steps."""
    made = pages(dialog)
    assert [field for page in made for field in page.fields] == list(dialog.fields)
    assert [page.files for page in made] == [False] * (len(made) - 1) + [dialog.files]
    assert {name: text for page in made for name, text in page.errors.items()} == dialog.errors
    for page in made:
        modal = form(page, "form:x:").to_dict()
        fits_a_modal(modal)
        said = [modal["title"], *texts(modal["components"])]
        said += [label.get(part, "") for label in modal["components"] for part in ("label", "description")]
        assert not any(LIVE.search(text) for text in said)
        names = [label["component"]["custom_id"] for label in modal["components"] if label["type"] == 18]
        names = [name for name in names if name != "nothing"]
        assert names == [*(f"ask:{field.name}" for field in page.fields), *(["files"] if page.files else [])]


def test_a_form_asks_for_each_kind_as_discord_does() -> None:
    """BEHAVIOUR 1: `/ticket` opens a form."""
    fields = (
        Field("text", "What?", "text", "In a sentence", limit=120),
        Field("more", "More", "long", required=False),
        Field("who", "For whom?", "person"),
        Field("last", "How many", "number"),
        Field("urgency", "Urgency", "choice", choices=(("low", "Low"), ("r&d", "R<&>D 100%"))),
    )
    answers = {"text": "vpn", "who": "<@12345678901234567>", "last": "3", "urgency": "r<&>d 100%"}
    made = labels(Dialog("ticket", "Ask for help", fields, answers, suggests="text"))
    fields_of = {name: label["component"] for name, label in made.items()}
    assert [component["type"] for component in fields_of.values()] == [4, 4, 5, 4, 21]
    assert fields_of["text"]["value"] == "vpn" and fields_of["text"]["max_length"] == 120
    assert fields_of["text"]["style"] == 1 and fields_of["more"]["style"] == 2 and not fields_of["more"]["required"]
    assert made["text"]["description"] == "In a sentence" and "description" not in made["more"]
    assert fields_of["who"]["default_values"] == [{"id": 12345678901234567, "type": "user"}]
    assert fields_of["last"]["value"] == "3" and chosen(fields_of["urgency"]) == ["r&d"]


def test_stars_are_words_as_well() -> None:
    """BEHAVIOUR 20: 1 to 5 stars."""
    component = one(Field("stars", "Stars", "stars", "1 to 5"), "4")["component"]
    assert component["type"] == 21 and chosen(component) == ["4"]
    assert component["options"][0] == {"label": "★★★★★ 5 of 5", "value": "5", "default": False}


@pytest.mark.parametrize(
    ("many", "required", "kind"),
    [(1, True, 3), (2, True, 21), (5, True, 21), (6, True, 3), (5, False, 3), (25, True, 3)],
)
def test_few_choices_are_seen_at_once_and_more_are_in_a_select(many: int, required: bool, kind: int) -> None:
    choices = tuple((f"c{number}", f"Choice {number}") for number in range(many))
    component = one(Field("c", "C", "choice", required=required, choices=choices), f"Choice {many - 1}")["component"]
    assert component["type"] == kind and component["required"] == required and chosen(component) == [f"c{many - 1}"]


def test_choices_that_no_select_can_hold_are_typed() -> None:
    """The desk takes a value or its label, and names the nearest."""
    label = one(Field("c", "C", "choice", choices=tuple((f"c{n}", f"L{n}") for n in range(26))), "c9")
    assert label["component"]["type"] == 4 and label["description"].startswith("One of: L0, L1")
    assert label["component"]["value"] == "c9"
    assert one(Field("c", "C", "choice", choices=(("v" * 101, "x"),)))["component"]["type"] == 4
    assert one(Field("c", "C", "choice"))["component"]["type"] == 4


def test_what_is_no_choice_no_person_and_no_number_is_not_shown_as_one() -> None:
    assert chosen(one(Field("c", "C", "choice", choices=(("a", "A"),)), "b")["component"]) == []
    for typed in ("ana", "@1 x", "12", "<@12", "<@x>"):
        label = one(Field("p", "P", "person"), typed)
        assert "default_values" not in label["component"] and label["description"].startswith("Typed before: ")
    for typed in ("three", "1.5", "9" * 40):
        assert "value" not in one(Field("n", "N", "number"), typed)["component"]
    assert chosen(one(Field("s", "S", "stars"), "6")["component"]) == []


def test_errors_stand_at_their_fields_and_what_was_typed_is_kept() -> None:
    """BEHAVIOUR 1: a bad field answers inline and keeps what was typed."""
    fields = tuple(Field(name, f"Field {name}", hint="A hint") for name in "abcde")
    wrong = {"b": "Field b: choose one.", "person": "Nobody is known as <@1>.", "": "Too late."}
    first, second = pages(Dialog("x", "X", fields, {"b": "typed"}, errors=wrong, files=True))
    modal = form(first, "form:x:").to_dict()
    told, _, label, *_ = modal["components"]
    assert told["content"] == "⚠️ Nobody is known as \\<\u200b@1>.\n⚠️ Too late."
    assert label["description"] == "⚠️ Choose one." and label["component"]["value"] == "typed"
    assert [field.name for field in second.fields] == ["e"] and second.files and not second.errors


def test_steps_are_counted_in_the_title() -> None:
    fields = tuple(Field(f"f{number}", "F") for number in range(11))
    made = pages(Dialog("x", "Tell us everything about the new equipment you need", fields, files=True))
    assert [page.title for page in made] == [f"Tell us everything about the new… ({n} of 3)" for n in (1, 2, 3)]
    assert [len(page.fields) for page in made] == [5, 5, 1]
    assert shown(Dialog("x", "What should we write to <@1> about that thing?", ()))["title"].endswith("that…")


def test_a_long_label_is_told_in_full_below() -> None:
    label = one(Field("a", "What should be done with the old laptop of yours?", hint="Keep it?"))
    assert label["label"] == "What should be done with the old laptop of y…"
    assert label["description"] == "What should be done with the old laptop of yours? – Keep it?"


def test_how_something_is_typed_is_told_where_it_is_typed_only() -> None:
    ticket, person = one(Field("t", "Ticket", "ticket", hint="IT-1042")), one(Field("p", "P", "person", hint="@ben"))
    assert ticket["component"]["placeholder"] == "IT-1042" and "description" not in ticket
    assert one(Field("o", "Owner", "person", hint="Who keeps it true"))["description"] == "Who keeps it true"
    assert "description" not in person


def test_a_typed_text_too_long_for_discord_is_cut_and_says_so() -> None:
    label = one(Field("t", "T", "long", limit=20_000), "x" * 5000)
    assert label["component"]["max_length"] == len(label["component"]["value"]) == 4000
    assert label["description"] == "Cut: at most 4,000 characters fit here."
    assert one(Field("t", "T", "text"), "a\nb")["component"]["style"] == 2


def test_a_dialog_without_fields_says_so() -> None:
    modal = shown(Dialog("x", "X", (), errors={"": "Too late."}))
    told, label = modal["components"]
    assert told["content"] == "⚠️ Too late." and label["label"] == "Nothing more is needed"
    filled = {"type": 23, "custom_id": label["component"]["custom_id"], "value": True}
    assert submitted({"components": [{"type": 18, "component": filled}]}).answers == {}


def test_what_was_filled_in_comes_back() -> None:
    """As Discord's own examples of a modal's submission have it, one for each type of component."""
    upload = {"id": "7", "filename": "bug.png", "content_type": "image/png", "size": 24, "url": "https://c.example/b"}
    filled: list[dict[str, Any]] = [
        {"type": 4, "id": 2, "custom_id": "ask:text", "value": "It is <@1>"},
        {"type": 4, "id": 4, "custom_id": "ask:more", "value": " "},
        {"type": 5, "id": 6, "custom_id": "ask:who", "values": ["11"]},
        {"type": 5, "id": 8, "custom_id": "ask:nobody", "values": []},
        {"type": 3, "id": 10, "custom_id": "ask:urgency", "values": ["high"]},
        {"type": 21, "id": 12, "custom_id": "ask:stars", "value": "4"},
        {"type": 21, "id": 14, "custom_id": "ask:open", "value": None},
        {"type": 19, "id": 16, "custom_id": "files", "values": ["7", "8"]},
    ]
    data = {
        "custom_id": "form:ticket:",
        "components": [
            {"type": 10, "id": 30},
            *({"type": 18, "id": component["id"] - 1, "component": component} for component in filled),
            {"type": 1, "components": [{"type": 4, "custom_id": "ask:old", "value": "row"}]},
        ],
        "resolved": {"attachments": {"7": upload}, "users": {"11": {"id": "11"}}},
    }
    assert submitted(data) == Submitted(
        "form:ticket:",
        {"text": "It is <@1>", "who": "<@11>", "urgency": "high", "stars": "4", "old": "row"},
        (File("7", "bug.png", "image/png", 24, "https://c.example/b"), File("8")),
    )


@pytest.mark.parametrize("data", [{}, {"custom_id": "form:x:", "components": []}, {"components": [{"type": 10}]}])
def test_what_is_empty_is_no_error(data: dict[str, Any]) -> None:
    assert submitted(data).answers == {} and submitted(data).files == ()


async def test_discords_library_keeps_nothing_of_a_modal() -> None:
    """A modal is answered by any replica, after a restart too: its custom id says what it asked for."""
    assert form(Dialog("x", "X", ()), "form:x:").is_finished()
