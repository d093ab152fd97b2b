"""What Discord documents of messages and modals, as checks: limits, shapes, and that nothing pings by accident."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from tests.platforms.discord.rules import components as of_messages
from tests.platforms.discord.rules import modal as of_modals
from tests.platforms.discord.rules.openapi import body_problems, shapes

LIVE = re.compile(r"@everyone|@here|<@[!&]?\d+>|<#\d+>|</[^<>\n]+:\d+>|<a?:\w+:\d+>|<id:\w+>|<t:(?!-?\d+:[fR]>)")
"""A mention, a channel, a command, an emoji of a server's; an instant that is none of ours."""

NASTY = st.lists(
    st.sampled_from(
        [
            "@everyone",
            "@here",
            "@",
            "everyone",
            "<@1>",
            "<@!12345678901234567>",
            "<@&1>",
            "<#1>",
            "</kb show:1>",
            "<:x:1>",
            "<a:x:1>",
            "<id:customize>",
            "<t:1:R>",
            "<t:1>",
            "<",
            ">",
            "\\",
            "\\\\",
            "[https://bank.example](https://evil.example)",
            "[bank.example](https://evil.example)",
            "[@everyone](https://a.example/@everyone?<@1>)",
            "[x](javascript:alert(1))",
            "[**b**\n_i_](mailto:everyone@here.example)",
            "![x](https://a.example/x.png)",
            "https://a.example/@here/<@1>",
            "<https://a.example/(b)>",
            "&lt;@1&gt; &#64;everyone",
            "# ",
            "-# ",
            "\n## ",
            "> ",
            ">>> ",
            "\n> > ",
            "- ",
            "* ",
            "\n1. ",
            "||",
            "|",
            "`",
            "``",
            "```",
            "```sh\n@here <@1>\n```\n",
            "`@everyone`",
            "*",
            "**",
            "_",
            "__",
            "~~",
            ":tada:",
            "\n    ",
            "\n|a|b|\n|-|-|\n|<@1>|[c](https://c.example)|\n",
            "\n",
            "\n\n",
            "⟦2026-11-23T09:00:00Z⟧",
            "⟦9999-99-99T99:99:99Z⟧",
            "\x00\x02\x03",
            "\ud800",
            "\u200b",
            "\u202e",
            "🔥" * 40,
            "word " * 300,
            "x" * 3100,
            "*_[" * 700,
            "https://a.example/" + "y" * 1600,
        ]
    )
    | st.text(max_size=8),
    max_size=25,
).map("".join)


def units(text: str) -> int:
    """Characters as a client counts them."""
    return len(text.encode("utf-16-le")) // 2


def every(components: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Every component, however deep."""
    for component in components:
        yield component
        yield from every(component.get("components", ()))


def texts(components: Sequence[Mapping[str, Any]]) -> list[str]:
    """What the text displays say, from above."""
    return [component["content"] for component in every(components) if component["type"] == 10]


def inert(components: Sequence[Mapping[str, Any]]) -> None:
    """Nothing in it pings, and no code is left open."""
    assert not LIVE.search(json.dumps(components, ensure_ascii=False))
    for text in texts(components):
        assert text.count("```") % 2 == 0


def fits_a_message(components: list[dict[str, Any]]) -> None:
    """Within the limits of a message, by Discord's pages and by its own OpenAPI document."""
    found = list(every(components))
    assert 1 <= len(found) <= 40 and 1 <= len(components) <= 10
    said = texts(components)
    assert said and all(text == text.strip() and text for text in said) and sum(map(units, said)) <= 4_000
    custom_ids = [component["custom_id"] for component in found if "custom_id" in component]
    assert len(set(custom_ids)) == len(custom_ids) and all(1 <= len(id) <= 100 for id in custom_ids)
    ids = [component["id"] for component in found if "id" in component]
    assert len(set(ids)) == len(ids) and all(0 < id < 2**31 for id in ids)
    for component in found:
        _fits(component)
    json.dumps(components, ensure_ascii=False).encode()
    assert not body_problems("POST", "/channels/{channel_id}/messages", {"components": components, "flags": 1 << 15})
    assert not of_messages.problems(components, v2=True)


def _fits(component: Mapping[str, Any]) -> None:
    match component["type"]:
        case 1:
            assert 1 <= len(component["components"]) <= 5
            kinds = [child["type"] for child in component["components"]]
            assert kinds == [3] or set(kinds) == {2}
        case 2:
            assert 1 <= units(component["label"]) <= 80 and component["style"] in (1, 2, 4)
        case 3:
            _options_fit(component, 1, 25)
        case 12:
            assert 1 <= len(component["items"]) <= 10
            assert all(1 <= units(item["description"]) <= 1024 for item in component["items"])
        case 13:
            assert re.fullmatch(r"attachment://[A-Za-z0-9._-]+", component["file"]["url"])
        case 17:
            assert component["components"]


def _options_fit(component: Mapping[str, Any], least: int, most: int) -> None:
    options = component["options"]
    assert least <= len(options) <= most and len({option["value"] for option in options}) == len(options)
    assert all(1 <= units(option["label"]) <= 100 and 1 <= units(option["value"]) <= 100 for option in options)
    assert sum(bool(option.get("default")) for option in options) <= 1


def fits_a_modal(modal: dict[str, Any]) -> None:
    """Within the limits of a modal, by Discord's pages and by its own OpenAPI document."""
    assert 1 <= units(modal["title"]) <= 45 and 1 <= len(modal["custom_id"]) <= 100
    assert 1 <= len(modal["components"]) <= 5
    fields = [label["component"] for label in modal["components"] if label["type"] == 18]
    names = [field["custom_id"] for field in fields]
    assert len(set(names)) == len(names) and all(1 <= len(name) <= 100 for name in names)
    for label in modal["components"]:
        assert label["type"] in (10, 18)
        if label["type"] == 18:
            assert 1 <= units(label["label"]) <= 45 and 1 <= units(label.get("description", "x")) <= 100
            _field_fits(label["component"])
    json.dumps(modal, ensure_ascii=False).encode()
    assert not shapes().named("ModalInteractionCallbackRequestData", modal)
    assert not of_modals.problems(modal)


def _field_fits(field: Mapping[str, Any]) -> None:
    assert len(field.get("placeholder", "")) <= 100 and not field.get("disabled")
    match field["type"]:
        case 3 | 5:
            assert field["min_values"] == int(field["required"]) and field["max_values"] == 1
            assert len(field.get("default_values", [])) <= 1
            if field["type"] == 3:
                _options_fit(field, 1, 25)
        case 4:
            assert field["style"] in (1, 2) and 1 <= field["max_length"] <= 4000
            assert units(field.get("value", "")) <= field["max_length"]
            assert field["style"] == 2 or "\n" not in field.get("value", "")
        case 19:
            assert not field["required"] and field["min_values"] == 0 and field["max_values"] == 10
        case 21:
            _options_fit(field, 2, 10)
        case 23:
            assert not field.get("default")
        case other:
            raise AssertionError(f"a field of type {other}")
