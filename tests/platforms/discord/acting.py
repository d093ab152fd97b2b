"""What people do with an app: commands, menus, buttons, forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.platforms.discord import filling
from tests.platforms.discord.answers import (
    COMMANDED,
    PRESSED,
    SILENCE,
    SUBMITTED,
    TYPED,
    Answer,
    Interaction,
    Modal,
)
from tests.platforms.discord.messages import Message
from tests.platforms.discord.options import Typed
from tests.platforms.discord.people import User
from tests.platforms.discord.permissions import Permission
from tests.platforms.discord.records import Channel, Json
from tests.platforms.discord.someone import Place, Someone

PATIENCE = 5.0
"""Real seconds that a person waits for what was deferred."""


class Acting(Someone):
    """Each act waits for the app's answer, and for what it puts in place of a deferral (within `waits` seconds)."""

    async def command(self, name: str, channel: Place = "@", /, waits: float = PATIENCE, **options: Any) -> Answer:
        """A slash command: "/ticket", or "/kb show" for a sub-command; `options` by their names.

        The client sends only what the command's registration lets through: AssertionError otherwise.
        """
        place = self.place(channel)
        assert not place.archived, "commands cannot be used in an archived thread"
        assert place.kind not in ("forum", "category"), f"{place.name} takes posts only: commands are used inside these"
        command, path = self._command(name, place)
        data = Typed(self.discord, place.guild).data(command, path, options)
        return await self._acts(COMMANDED, place, data, waits=waits)

    async def types(
        self, name: str, channel: Place, option: str, text: str = "", /, **others: Any
    ) -> list[tuple[str, Any]]:
        """What autocomplete offers for a text typed into an option: (name, value)."""
        place = self.place(channel)
        command, path = self._command(name, place)
        data = Typed(self.discord, place.guild).data(command, path, others | {option: text}, focus=option)
        return (await self._acts(TYPED, place, data)).choices

    async def context(
        self, name: str, on: Message | Someone | User, channel: Place = "", *, waits: float = PATIENCE
    ) -> Answer:
        """A command of the menu at a message, or at somebody (then in a channel)."""
        kind = 3 if isinstance(on, Message) else 2
        place = on.channel if isinstance(on, Message) else self.place(channel)
        command = self._known(name, kind, place)
        data: Json = {"id": command["id"], "name": name, "type": kind, "target_id": on.id}
        data["resolved"] = {"messages": {on.id: on.shown(self.id)}} if isinstance(on, Message) else self._resolved(on)
        return await self._acts(COMMANDED, place, data, waits=waits)

    async def press(self, message: Message, button: str, *, waits: float = PATIENCE) -> Answer:
        """A button, by its label or custom id. A link opens nothing here; a disabled one cannot be pressed."""
        return await self._uses(message, message.component(button), None, waits)

    async def chooses(self, message: Message, menu: str, *values: Any, waits: float = PATIENCE) -> Answer:
        """Options of a menu at a message, by label or value (people for a menu of people)."""
        return await self._uses(message, message.component(menu), list(values), waits)

    async def submit(
        self,
        modal: Modal | None = None,
        answers: Mapping[str, Any] | None = None,
        *,
        files: Mapping[str, Any] | None = None,
        waits: float = PATIENCE,
    ) -> Answer:
        """A form, filled in by labels or custom ids; what is not named keeps what it was shown with.

        `files`: a list of (name, content) or (name, content, type) by label. What the client itself would refuse comes
        back as `error` of an answer with `sent` False, and the form stays open.
        """
        form = self.modal if modal is None else modal
        assert form is not None and not form.closed and form.user.id == self.id, f"{self.name} has no such form open"
        data, problems = filling.filled(self.discord, form, dict(answers or {}) | dict(files or {}))
        if problems:
            return Answer(error="; ".join(f"{label}: {text}" for label, text in problems.items()), sent=False)
        answer = await self._acts(SUBMITTED, form.channel, data, form.source, waits, form.cause)
        if not answer.error:
            form.closed = True
        return answer

    def closes(self) -> None:
        """The form's Cancel: the app hears nothing of it."""
        if self.modal:
            self.modal.closed = True

    async def _uses(self, message: Message, component: Json, values: list[Any] | None, waits: float) -> Answer:
        self._sees_message(message)
        assert not component.get("disabled"), f"{component.get('label')!r} is disabled"
        assert not component.get("url"), f"{component.get('label')!r} is a link: {component.get('url')}"
        data: Json = {"custom_id": component["custom_id"], "component_type": component["type"], "id": component["id"]}
        if values is not None:
            resolved: dict[str, Json] = {}
            data["values"] = filling.chosen(self.discord, component, values, resolved)
            problem = filling.count(component | {"required": component.get("min_values") != 0}, len(data["values"]))
            assert not problem, problem
            data |= {"resolved": resolved} if resolved else {}
        return await self._acts(PRESSED, message.channel, data, message, waits)

    async def _acts(
        self,
        kind: int,
        place: Channel,
        data: Json,
        message: Message | None = None,
        waits: float = PATIENCE,
        cause: Json | None = None,
    ) -> Answer:
        assert place.seen_by(self.id), f"{self.name} does not see {place.name}"
        it: Interaction = self.discord.interactions.begin(kind, self.user, place, data, message, cause)
        await self.discord.interactions.deliver(it)
        if not it.answered:
            return Answer(it, SILENCE)
        await self.discord.interactions.settle(it, waits)
        return Answer(it)

    def _command(self, name: str, place: Channel) -> tuple[Json, list[str]]:
        first, *path = name.removeprefix("/").split(" ")
        return self._known(first, 1, place), path

    def _known(self, name: str, kind: int, place: Channel) -> Json:
        kept = self.discord.world.app.commands
        known = [*(kept.get(place.guild.id, {}).values() if place.guild else ()), *kept.get("", {}).values()]
        found: Json | None = next((one for one in known if one["name"] == name and one["type"] == kind), None)
        assert found, f"there is no command {name!r}; there are {[one['name'] for one in known if one['type'] == kind]}"
        context, held = 0 if place.guild else 1, place.allowed(self.id)
        assert found["contexts"] is None or context in found["contexts"], f"{name} is not offered here"
        assert place.guild or found.get("dm_permission", True), f"{name} is not offered in direct messages"
        assert held & Permission.USE_APPLICATION_COMMANDS, f"{self.name} may not use commands in {place.name}"
        needs = int(found["default_member_permissions"] or 0)
        assert found["default_member_permissions"] != "0" and held & needs == needs, (
            f"{self.name} is not offered {name}"
        )
        return found

    def _resolved(self, on: Someone | User) -> Json:
        user = on if isinstance(on, User) else on.user
        member = self.guild.members[user.id].shown(user=False) | {"permissions": "0"}
        return {"users": {user.id: user.shown()}, "members": {user.id: member}}

    def _sees_message(self, message: Message) -> None:
        mine = not message.ephemeral or message.ephemeral == self.id
        assert mine and not message.deleted, f"{self.name} does not see this message:\n{message.text}"
