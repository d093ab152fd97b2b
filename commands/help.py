"""/help: what can be said here."""

from __future__ import annotations

from typing import Annotated

from bot.context import Context
from bot.forms import Ask, Form, Wrong
from bot.people import ANYONE, ROLE_NAMES, Role, authorize
from bot.registry import GROUPS, REGISTRY, Command, command
from bot.words import Button, Card, Fact, Reply

FIRST = ("ticket", "tickets", "kb")
"""What everybody needs, before what can be said once one has a ticket."""


class About(Form):
    verb: Annotated[str, Ask("Command", hint="For example: ticket", limit=60)] = ""


@command("help", "Show what can be said here", needs=ANYONE, group="The desk", form=About, reads=True, sample="ticket")
def help_(ctx: Context, asked: About) -> Reply:
    """Only what the sender's roles may use is listed."""
    if asked.verb:
        return _one(ctx, asked.verb)
    usable = {c.verb: c for c in REGISTRY.visible() if c.needs & _could_be(ctx)}
    first = [usable.pop(verb) for verb in FIRST if verb in usable]
    parts = []
    for group in GROUPS:
        here = [*(first if group == GROUPS[0] else ()), *(c for c in usable.values() if c.group == group)]
        lines = [f"- `{c.usage}` {c.summary}" for c in here]
        if lines:
            parts.append(f"**{group}**\n" + "\n".join(lines))
    ask = Button("Ask for help", "ticket", style="primary")
    return Reply(Card("What you can say", "\n\n".join(parts) + "\n\n`/help VERB` tells more of one.", buttons=(ask,)))


def _could_be(ctx: Context) -> Role:
    """Anybody can come to watch a ticket."""
    return ctx.roles | Role.WATCHER


def _one(ctx: Context, asked: str) -> Reply:
    """Some channels write `/kb show` as `/kb-show`."""
    verb = " ".join(asked.lower().removeprefix("/").replace("-", " ").split())
    found = REGISTRY.commands.get(verb)
    if found is None or found.hidden:
        raise Wrong(REGISTRY.unknown(verb), "verb")
    authorize(_could_be(ctx), found.needs, f"“{found.verb}”")
    usage = f"{found.summary}.\n\nSay `{found.usage}`" + (
        f", like `/{found.verb} {found.sample}`" if found.sample else ""
    )
    roles = ", ".join(name for role, name in ROLE_NAMES.items() if role in found.needs)
    for_ = Fact("For", "everybody" if found.needs == ANYONE else roles)
    return Reply(Card(f"/{found.verb}", f"{usage}.{_further(ctx, found)}", (for_,)))


def _further(ctx: Context, found: Command) -> str:
    """The commands that begin with this one."""
    more = [c for c in REGISTRY.visible() if c.verb.startswith(f"{found.verb} ") and c.needs & _could_be(ctx)]
    return "\n\n" + "\n".join(f"- `{c.usage}` {c.summary}" for c in more) if more else ""
