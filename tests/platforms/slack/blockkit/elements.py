"""Block Kit's elements and their limits (docs.slack.dev, reference/block-kit/block-elements)."""

from __future__ import annotations

from tests.platforms.slack.blockkit.beginnings import among_options, within_lengths
from tests.platforms.slack.blockkit.objects import (
    CONFIRM,
    DISPATCH,
    FILTER,
    GROUPS,
    ID,
    OPTION,
    OPTIONS,
    RICH_OPTION,
    SLACK_FILE,
    TRIGGER,
    URL,
    plain,
)
from tests.platforms.slack.blockkit.rules import (
    Rule,
    anything,
    both,
    choice,
    each,
    flag,
    needs_one_of,
    shape,
    string,
    typed,
    whole,
)

_ANY_ID = string(255)
_COMMON = {"type": string(40), "action_id": ID}
_INPUT = _COMMON | {"focus_on_load": flag}
_MENU = _INPUT | {"placeholder": plain(150), "confirm": CONFIRM}
_MANY = _MENU | {"max_selected_items": whole(1, 100)}
_TYPED = _INPUT | {"placeholder": plain(150), "dispatch_action_config": DISPATCH}
_STYLE = choice("primary", "danger")
_LISTED = needs_one_of("options", "option_groups")
_TEXT = _TYPED | {"initial_value": string(3000), "multiline": flag}
_LENGTHS = {"min_length": whole(0, 3000), "max_length": whole(1, 3000)}
_STATIC = {"options": OPTIONS, "option_groups": GROUPS}

BUTTON = shape(
    {"type": choice("button"), "text": plain(75)},
    {
        "action_id": ID,
        "url": URL,
        "value": string(2000),
        "style": _STYLE,
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
)
IMAGE = both(
    shape({"type": choice("image"), "alt_text": string(2000)}, {"image_url": URL, "slack_file": SLACK_FILE}),
    needs_one_of("image_url", "slack_file"),
)


def _menu(one: str, rule: Rule, **more: Rule) -> Rule:
    return shape({"type": anything}, _MENU | {one: rule} | more)


def _menus(several: str, rule: Rule, **more: Rule) -> Rule:
    return shape({"type": anything}, _MANY | {several: rule} | more)


_CONVERSATION = {"default_to_current_conversation": flag, "filter": FILTER}

MENUS: dict[str, Rule] = {
    "static_select": both(_menu("initial_option", OPTION, **_STATIC), _LISTED, among_options),
    "external_select": _menu("initial_option", OPTION, min_query_length=whole(0, 100)),
    "users_select": _menu("initial_user", _ANY_ID),
    "conversations_select": _menu("initial_conversation", _ANY_ID, response_url_enabled=flag, **_CONVERSATION),
    "channels_select": _menu("initial_channel", _ANY_ID, response_url_enabled=flag),
    "multi_static_select": both(_menus("initial_options", OPTIONS, **_STATIC), _LISTED, among_options),
    "multi_external_select": _menus("initial_options", OPTIONS, min_query_length=whole(0, 100)),
    "multi_users_select": _menus("initial_users", each(_ANY_ID, 100)),
    "multi_conversations_select": _menus("initial_conversations", each(_ANY_ID, 100), **_CONVERSATION),
    "multi_channels_select": _menus("initial_channels", each(_ANY_ID, 100)),
}

PICKERS: dict[str, Rule] = {
    "datepicker": shape({"type": anything}, _MENU | {"initial_date": string(10, 10)}),
    "timepicker": shape({"type": anything}, _MENU | {"initial_time": string(5, 5), "timezone": string(100)}),
    "datetimepicker": shape(
        {"type": anything}, _INPUT | {"initial_date_time": whole(0, 9999999999), "confirm": CONFIRM}
    ),
    "checkboxes": both(
        shape(
            {"type": anything, "options": each(RICH_OPTION, 10)},
            _INPUT | {"initial_options": each(RICH_OPTION, 10), "confirm": CONFIRM},
        ),
        among_options,
    ),
    "radio_buttons": both(
        shape(
            {"type": anything, "options": each(RICH_OPTION, 10)},
            _INPUT | {"initial_option": RICH_OPTION, "confirm": CONFIRM},
        ),
        among_options,
    ),
}

CLICKED: dict[str, Rule] = {
    "button": BUTTON,
    "workflow_button": shape(
        {"type": anything, "text": plain(75), "workflow": TRIGGER},
        {"action_id": ID, "style": _STYLE, "accessibility_label": string(75)},
    ),
    "overflow": shape({"type": anything, "options": each(OPTION, 5)}, {"action_id": ID, "confirm": CONFIRM}),
}

FIELDS: dict[str, Rule] = {
    "plain_text_input": both(shape({"type": anything}, _TEXT | _LENGTHS), within_lengths),
    "email_text_input": shape({"type": anything}, _TYPED | {"initial_value": string(3000)}),
    "url_text_input": shape({"type": anything}, _TYPED | {"initial_value": string(3000)}),
    "number_input": shape(
        {"type": anything, "is_decimal_allowed": flag},
        _TYPED | {name: string(40) for name in ("initial_value", "min_value", "max_value")},
    ),
    "rich_text_input": shape(
        {"type": anything},
        _TYPED | {"initial_value": anything, "min_lines": whole(1, 50), "max_lines": whole(1, 50)},
    ),
    "file_input": shape(
        {"type": anything}, {"action_id": ID, "filetypes": each(string(20), 100), "max_files": whole(1, 10)}
    ),
}

INTERACTIVE = CLICKED | MENUS | PICKERS
INPUTS = FIELDS | MENUS | PICKERS

ACTIONS = typed(INTERACTIVE | {"rich_text_input": FIELDS["rich_text_input"]}, "element")
ACCESSORY = typed(INTERACTIVE | {"image": IMAGE}, "element")
INPUT = typed(INPUTS, "element")
_OPINION = shape({"text": plain(75)}, {"value": string(2000), "accessibility_label": string(75)})
FEEDBACK = typed(
    {
        "feedback_buttons": shape(
            {"type": anything, "positive_button": _OPINION, "negative_button": _OPINION}, {"action_id": ID}
        ),
        "icon_button": shape(
            {"type": anything, "icon": string(40), "text": plain(75)},
            {
                "action_id": ID,
                "value": string(2000),
                "confirm": CONFIRM,
                "accessibility_label": string(75),
                "visible_to_user_ids": anything,
            },
        ),
    },
    "element",
)
