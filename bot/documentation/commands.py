"""docs/commands.md, made from the commands' own declarations: `python -m bot docs` writes it anew."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.forms import Ask, asks
from bot.people import ANYONE, ROLE_NAMES
from bot.registry import GROUPS, Command, Registry

SOURCE = Path(__file__).parent.parent.parent
DRAWN_IN = ("bot", "commands")
"""The packages that put buttons on cards."""

INTRODUCTION = """
# Commands

What can be said to the desk, on every channel: as a slash command, or by the button or the form that does the same.
This page is made from the code by `make docs`, and a test compares them.

- Words in capitals are filled in; those in [brackets] may be left out. A form asks for what is missing.
- A ticket is named `IT-1042`, `IT1042`, `#1042` or `1042`; in a ticket's own thread its number may be left out.
- A person is named by handle, name, e-mail address or mention. A duration is written `45m`, `2h` or `3d`;
  until when is also a time or a day: `14:00`, `tomorrow`, `monday`, `2026-12-01`.
- Answers are private. A wrong word is answered with what was wrong and how to say it right; nothing is changed then.
"""

ROLES = """
## Who may do what

A role is looked up when the command or the click arrives, by the settings of that minute.

| role | who that is |
| --- | --- |
| outsider | everybody else in the workspace. To a ticket, agents of other teams are outsiders too |
| requester | who asked, or for whom it was asked |
| watcher | who is affected by the same major incident, or filed it for somebody else |
| agent | a member of the ticket's team (or who has one of its `agent_roles`), and its owner |
| lead | the team's lead, manager and deputies, who has one of its `lead_roles`, and whom the ticket's ladder calls |
| admin | who is named under `admins`, or has a role of `admin_roles` |

For a command that is not about one ticket (no *ticket* among its arguments) an agent or lead is one of any team.
What a role may not see never shows: somebody without a part in a ticket is told that there is no such ticket.
*Italic* verbs stand in no menu: buttons, forms and plain messages use them.
"""

WORKING_ALIKE = {
    "confirm": "`/ticket` with the same words",
    "deleted": "deleting the message",
    "discard": "nothing: the words are forgotten when nobody confirms",
    "edited": "editing the message",
    "helped": "`/fixed`",
    "home": "`/tickets`, and for those who work at the desk `/queue`",
    "kb browse": "`/kb` with words",
    "kb files": "the article's page on the portal",
    "kb page": "`/kb show`",
    "kb part": "`/kb show`, which begins at the first part",
    "kb save": "nothing: `/kb edit` opens its form",
    "preview": "`/tickets status`, for oneself",
    "react": "a 🎫 reaction, the message shortcut, or `/ticket` with the same words",
    "said": "writing a message",
    "tickets read": "`/transcript`, which has all of it",
    "suggest": "`/kb` with the ticket's words",
    "unhelped": "`/reply` with what is still wrong",
}
"""What does the same as a verb that no menu shows."""


def render(registry: Registry) -> str:
    """The whole page, Markdown."""
    sections = [_group(registry, group) for group in GROUPS]
    return "\n\n".join([INTRODUCTION.strip(), *sections, ROLES.strip(), _roles(registry), _buttons(registry)]) + "\n"


def _group(registry: Registry, group: str) -> str:
    entries = [_entry(command) for command in registry.visible() if command.group == group]
    return "\n\n".join([f"## {group}", *entries])


def _entry(command: Command) -> str:
    example = f"For example: `/{command.verb} {command.sample}`" if command.sample else ""
    parts = [
        f"### /{command.verb}",
        f"{command.summary}. For: {who(command)}.",
        f"`{command.usage}`",
        "\n".join(_argument(name, ask, required) for name, (ask, required) in asks(command.form).items()),
        example,
    ]
    return "\n\n".join(part for part in parts if part)


def who(command: Command) -> str:
    """The roles that may use it, in words."""
    if command.needs == ANYONE:
        return "everybody"
    return ", ".join(name for role, name in ROLE_NAMES.items() if role in command.needs)


def _argument(name: str, ask: Ask, required: bool) -> str:
    need = "needed" if required else "optional"
    where = "" if ask.positional else ", in the form only"
    hint = f" _{ask.hint}_" if ask.hint else ""
    return f"- **{name.replace('_', ' ')}** ({need}{where}): {_question(ask.label)} {_kind(ask)}.{hint}"


def _question(label: str) -> str:
    return label if label.endswith("?") else f"{label}:"


KINDS = {
    "text": "text",
    "long": "text of several lines",
    "choice": "one of",
    "person": "a person",
    "ticket": "a ticket",
    "article": "an article, by its id",
    "number": "a whole number",
    "stars": "1 to 5",
}


def _kind(ask: Ask) -> str:
    if ask.kind != "choice":
        return KINDS[ask.kind]
    if callable(ask.choices):
        name = ask.choices.__name__.removesuffix("_choices")
        return f"{'an' if name[0] in 'aeiou' else 'a'} {name} of the settings"
    shown = (f"`{value}` ({label})" if label.lower() != value else f"`{value}`" for value, label in ask.choices)
    typed = ", ".join(f"`{said}`" for _, said in ask.typed)
    return f"{', '.join(shown)}{f'; in words {typed}' if typed else ''}"


def _roles(registry: Registry) -> str:
    head = ["verb", *ROLE_NAMES.values()]
    lines = [_row(head), _row(["---", *([":-:"] * len(ROLE_NAMES))])]
    for command in ordered(registry):
        name = f"*{command.verb}*" if command.hidden else f"/{command.verb}"
        lines.append(_row([name, *("✓" if role in command.needs else "–" for role in ROLE_NAMES)]))
    return "\n".join(lines)


def ordered(registry: Registry) -> Iterator[Command]:
    """All commands: those that menus show, then the others."""
    yield from registry.visible()
    yield from sorted((c for c in registry.commands.values() if c.hidden), key=lambda c: c.verb)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _buttons(registry: Registry) -> str:
    drawn = buttons()
    rows = [_button_row(command, drawn.get(command.verb, [])) for command in ordered(registry)]
    head = [
        "## Buttons",
        "Every button names a command and its answers, so that it works after a restart; its command does the same.",
    ]
    table = [_row(["button", "command", "the same without the button"]), _row(["---"] * 3)]
    return "\n\n".join(head) + "\n\n" + "\n".join([*table, *(row for row in rows if row)])


def _button_row(command: Command, labels: list[str]) -> str:
    if not labels and not command.hidden:
        return ""
    same = WORKING_ALIKE.get(command.verb, "–") if command.hidden else f"`{command.usage}`"
    name = f"*{command.verb}*" if command.hidden else f"/{command.verb}"
    return _row([", ".join(labels) or "–", name, same])


def buttons() -> dict[str, list[str]]:
    """The labels of the buttons that the code draws, by the verb they name; … stands for what it fills in."""
    found: dict[str, list[str]] = {}
    files = sorted(path for package in DRAWN_IN for path in (SOURCE / package).glob("*.py"))
    for path in files:
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Button":
                _note(found, call)
    return found


def _note(found: dict[str, list[str]], call: ast.Call) -> None:
    label, verb = (call.args + [ast.Constant(None)] * 2)[:2]
    if isinstance(verb, ast.Constant) and isinstance(verb.value, str):
        known = found.setdefault(verb.value, [])
        known += [text for text in _texts(label) if text not in known]


def _texts(label: ast.expr) -> list[str]:
    match label:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=body, orelse=other):
            return [*_texts(other), *_texts(body)]
        case ast.JoinedStr(values=parts):
            return [" ".join("".join(_text(part) for part in parts).split())]
        case ast.BinOp(left=ast.Constant(value=str(text))):
            return [f"{text}…"]
        case ast.BinOp(left=ast.BinOp() as begins):
            return _texts(begins)
        case _:
            return ["_the name of what it opens_"]


def _text(part: ast.expr) -> str:
    return part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else " …"
