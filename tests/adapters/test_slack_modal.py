"""Dialogs as Slack's modals: docs.slack.dev/surfaces/modals and /reference/views."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.modal import (
    Origin,
    Submitted,
    TooManyFields,
    TooMuchKept,
    errors,
    submitted,
    view,
    with_suggestions,
)
from bot.words import Button, Card, Dialog, Field
from tests.adapters.slack_shapes import NASTY, fits_a_view, inert

HERE = Origin("C1", "1.2", "3.4")
WORDS = NASTY | st.text(max_size=30)
KINDS = st.sampled_from(["text", "long", "choice", "person", "ticket", "number", "stars"])
CHOICES = st.lists(st.tuples(WORDS, WORDS), max_size=8) | st.integers(0, 1300).map(
    lambda most: [(f"v{number}", f"Label {number}") for number in range(most)]
)
FIELDS = st.lists(
    st.builds(
        Field,
        st.sampled_from("abcdefgh"),
        WORDS,
        KINDS,
        WORDS,
        st.booleans(),
        CHOICES.map(tuple),
        st.integers(0, 30_000),
    ),
    max_size=8,
    unique_by=lambda field: field.name,
)
ANSWERS = st.dictionaries(
    st.sampled_from("abcdefghz"), WORDS | st.sampled_from(["<@U1>", "3", "v3", "Label 7"]), max_size=9
)
KEPT = st.dictionaries(st.sampled_from(["ticket", "kept"]), st.text(max_size=40))
DIALOGS = st.builds(
    Dialog, st.text(max_size=20), WORDS, FIELDS.map(tuple), ANSWERS, KEPT, ANSWERS, WORDS, st.sampled_from("abcz")
)


def shown(dialog: Dialog, about: Origin = HERE) -> dict[str, Any]:
    made = view(dialog, about)
    fits_a_view(made)
    inert([{name: part for name, part in made.items() if name != "private_metadata"}])
    return made


def asked(dialog: Dialog) -> dict[str, dict[str, Any]]:
    """The input blocks by the name of their field."""
    blocks = shown(dialog)["blocks"]
    return {b["block_id"].removeprefix("ask:"): b for b in blocks if b["type"] == "input"}


def one(field: Field, answer: str = "") -> dict[str, Any]:
    return asked(Dialog("do", "Do it", (field,), {field.name: answer}))[field.name]


def filled(made: dict[str, Any], **states: dict[str, Any]) -> Submitted:
    """The view as Slack sends it when somebody has submitted it."""
    values = {f"ask:{name}": {"answer": state} for name, state in states.items()}
    escaped = made["private_metadata"].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return submitted(made | {"id": "V1", "hash": "1.a", "private_metadata": escaped, "state": {"values": values}})


@settings(max_examples=200, deadline=None)
@given(DIALOGS)
def test_any_dialog_is_within_every_limit_and_pings_nobody(dialog: Dialog) -> None:
    """BEHAVIOUR 1 and 39; what was typed before stands in a field as it was typed, where nothing is read in it."""
    made = shown(dialog)
    names = {block.get("block_id") for block in made["blocks"]}
    assert set(errors(dialog)) <= names and all(errors(dialog).values())
    assert filled(made) == Submitted(dialog.verb, dict(dialog.kept), HERE)


@settings(max_examples=100, deadline=None)
@given(DIALOGS, st.builds(Card, WORDS, buttons=st.lists(st.builds(Button, WORDS, WORDS), max_size=5).map(tuple)))
def test_suggestions_come_and_go_and_touch_no_field(dialog: Dialog, card: Card) -> None:
    made = view(dialog, HERE)
    live = with_suggestions(made | {"id": "V1", "hash": "1.a", "state": {"values": {}}, "team_id": "T1"}, card)
    fits_a_view(live)
    inert(live["blocks"])
    assert with_suggestions(live, None) == made and with_suggestions(live, card) == live


def test_a_form_asks_for_each_kind_as_slack_does() -> None:
    """BEHAVIOUR 1: `/ticket` opens a form."""
    fields = (
        Field("text", "What?", suggests := "text", "In a sentence", limit=120),
        Field("more", "More", "long", required=False),
        Field("who", "For whom?", "person", "@ana"),
        Field("ticket", "Ticket", "ticket", "IT-1042"),
        Field("last", "How many", "number"),
        Field("stars", "Stars", "stars", "1 to 5"),
        Field("urgency", "Urgency", "choice", choices=(("low", "Low"), ("r&d", "R<&>D 100%"))),
    )
    answers = {"text": "vpn", "who": "<@U1>", "last": "3", "stars": "4", "urgency": "r<&>d 100%"}
    made = asked(Dialog("ticket", "Ask for help", fields, answers, suggests=suggests))
    elements = {name: block["element"] for name, block in made.items()}
    assert [element["type"] for element in elements.values()] == [
        "plain_text_input",
        "plain_text_input",
        "users_select",
        "plain_text_input",
        "number_input",
        "radio_buttons",
        "static_select",
    ]
    assert elements["text"]["initial_value"] == "vpn" and elements["text"]["max_length"] == 120
    assert made["text"]["dispatch_action"] and not made["more"]["dispatch_action"]
    assert elements["text"]["dispatch_action_config"] == {"trigger_actions_on": ["on_character_entered"]}
    assert made["text"]["hint"]["text"] == "In a sentence"
    assert all("hint" not in made[name] for name in ("more", "who", "ticket", "stars"))
    assert elements["ticket"]["placeholder"]["text"] == "IT-1042"
    assert elements["more"]["multiline"] and made["more"]["optional"] and not made["text"]["optional"]
    assert elements["who"]["initial_user"] == "U1" and elements["last"]["initial_value"] == "3"
    assert elements["stars"]["initial_option"]["value"] == "4"
    assert elements["urgency"]["initial_option"] == elements["urgency"]["options"][1]


def test_what_was_filled_in_comes_back() -> None:
    fields = tuple(Field(name, name, "text") for name in "abcdef")
    made = shown(Dialog("resolve", "Resolve", fields, kept={"ticket": "1042", "note": "<&> é"}))
    option = one(Field("e", "E", "choice", choices=(("R&D <50%>", "x"),)))["element"]["options"][0]
    back = filled(
        made,
        a={"type": "plain_text_input", "value": "fixed & <b>"},
        b={"type": "plain_text_input", "value": None},
        c={"type": "users_select", "selected_user": "U7"},
        d={"type": "users_select", "selected_user": None},
        e={"type": "static_select", "selected_option": option},
        f={"type": "radio_buttons", "selected_option": None},
    )
    kept = {"ticket": "1042", "note": "<&> é"}
    assert back == Submitted("resolve", kept | {"a": "fixed & <b>", "c": "<@U7>", "e": "R&D <50%>"}, HERE)


def test_a_long_title_is_cut_behind_a_word_and_told_in_full() -> None:
    made = shown(Dialog("x", "What should we write to <!here> them?", ()))
    assert made["title"]["text"] == "What should we write to…"
    assert made["blocks"][0]["text"]["text"] == "*What should we write to &lt;!here&gt; them?*"
    assert shown(Dialog("x", "Ask for help", (), submit="Open the ticket right away"))["submit"]["text"].endswith("…")


def test_errors_stand_at_their_fields() -> None:
    """BEHAVIOUR 1: a bad field answers inline and keeps what was typed."""
    fields = (Field("a", "Urgency"), Field("b", "Words"))
    wrong = {"a": "Urgency: choose one.", "person": "Nobody is known as <!here>.", "": "Too late."}
    dialog = Dialog("x", "X", fields, {"b": "typed"}, errors=wrong)
    assert errors(dialog) == {"ask:a": "Choose one. Nobody is known as ‹!here>. Too late."}
    blocks = shown(dialog)["blocks"]
    told = [b["elements"][0]["text"] if b["type"] == "context" else b["block_id"] for b in blocks]
    assert told[0] == "⚠️ Nobody is known as &lt;!here&gt;." and told[2:] == ["ask:a", "⚠️ Choose one.", "ask:b"]
    assert blocks[-1]["element"]["initial_value"] == "typed"


def test_errors_of_a_dialog_without_fields_are_shown_in_it() -> None:
    dialog = Dialog("x", "X", (), errors={"a": "No."})
    assert errors(dialog) == {} and shown(dialog)["blocks"][0]["elements"][0]["text"] == "⚠️ No."


@pytest.mark.parametrize(("many", "groups"), [(100, 0), (101, 2), (1000, 10)])
def test_many_choices_stand_in_groups(many: int, groups: int) -> None:
    choices = tuple((f"c{number}", f"Choice {number}") for number in range(many))
    element = one(Field("c", "C", "choice", choices=choices), f"Choice {many - 1}")["element"]
    assert element["type"] == "static_select" and len(element.get("option_groups", ())) == groups
    assert element["initial_option"]["value"] == f"c{many - 1}"


def test_choices_that_no_select_can_hold_are_typed() -> None:
    """The desk takes a value or its label, and names the nearest."""
    block = one(Field("c", "C", "choice", choices=tuple((f"c{n}", f"L{n}") for n in range(1001))), "c9")
    assert block["element"]["type"] == "plain_text_input" and block["hint"]["text"].startswith("One of: L0, L1")
    assert block["element"]["initial_value"] == "c9"
    assert one(Field("c", "C", "choice", choices=(("v" * 151, "x"),)))["element"]["type"] == "plain_text_input"
    assert one(Field("c", "C", "choice"))["element"]["type"] == "plain_text_input"


def test_what_is_no_choice_no_person_and_no_number_is_not_shown_as_one() -> None:
    """Slack refuses a view whose initial option is not among its options."""
    assert "initial_option" not in one(Field("c", "C", "choice", choices=(("a", "A"),)), "b")["element"]
    for typed in ("ana", "WANDA", "@U1 x"):
        assert "initial_user" not in one(Field("p", "P", "person"), typed)["element"]
    for typed in ("three", "1.5", "9" * 40):
        assert "initial_value" not in one(Field("n", "N", "number"), typed)["element"]
    assert "initial_option" not in one(Field("s", "S", "stars"), "6")["element"]


def test_a_typed_text_too_long_for_slack_is_cut_and_says_so() -> None:
    block = one(Field("t", "T", "long", limit=20_000), "x" * 5000)
    assert block["element"]["max_length"] == len(block["element"]["initial_value"]) == 3000
    assert block["hint"]["text"] == "(Cut: at most 3,000 characters fit here.)"


def test_too_much_kept_is_refused_by_name() -> None:
    with pytest.raises(TooMuchKept, match="text is too long") as refused:
        view(Dialog("x", "X", (), kept={"ticket": "1042", "text": "y" * 3000}), HERE)
    assert refused.value.field == "text" and isinstance(refused.value, ValueError)
    kept = {"text": "y" * 2900}
    assert filled(shown(Dialog("x", "X", (), kept=kept))).answers == kept


def test_too_many_fields_are_refused() -> None:
    with pytest.raises(TooManyFields):
        view(Dialog("x", "X", tuple(Field(f"f{number}", "F") for number in range(101))), HERE)
    assert len(shown(Dialog("x", "X", tuple(Field(f"f{n}", "F") for n in range(100))))["blocks"]) == 100


def test_suggestions_stand_under_their_field() -> None:
    """BEHAVIOUR 2: "Show" opens the article privately."""
    made = shown(Dialog("ticket", "Ask", (Field("text", "What?"), Field("more", "More")), suggests="text"))
    card = Card("This may help", buttons=(Button("Reset <vpn>", "kb show", {"article": "vpn"}),))
    live = with_suggestions(made | {"id": "V1", "hash": "1.a", "external_id": "", "notify_on_close": True}, card)
    assert [b["block_id"] for b in live["blocks"]] == ["ask:text", "suggest:0", "suggest:1", "ask:more"]
    button = live["blocks"][2]["accessory"]
    assert live["blocks"][2]["text"]["text"] == "Reset &lt;vpn&gt;"
    assert button["text"]["text"] == "Show" and button["accessibility_label"] == "Show Reset <vpn>"
    assert json.loads(button["value"]) == {"v": "kb show", "a": {"article": "vpn"}}
    assert not {"id", "hash", "state", "external_id"} & set(live) and live["notify_on_close"]


def test_a_form_that_looks_nothing_up_shows_no_suggestions() -> None:
    made = view(Dialog("x", "X", (Field("n", "N", "number"),), suggests="n"), HERE)
    assert with_suggestions(made, Card("Help", buttons=(Button("B", "kb show"),))) == made


def test_suggestions_leave_room_for_the_fields() -> None:
    fields = tuple(Field(f"f{number}", "F") for number in range(99))
    card = Card("Help", buttons=tuple(Button(f"B{number}", "kb show") for number in range(5)))
    live = with_suggestions(view(Dialog("x", "X", fields, suggests="f0"), HERE), card)
    assert len(live["blocks"]) == 100 and sum(block["type"] == "input" for block in live["blocks"]) == 99
