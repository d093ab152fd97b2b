"""What people do with the app: commands, clicks, forms, shortcuts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.platforms.slack import filling
from tests.platforms.slack.blockkit import elements, view_problems
from tests.platforms.slack.delivery import Answer
from tests.platforms.slack.records import Channel, Json, Message
from tests.platforms.slack.refused import Refused
from tests.platforms.slack.show import label_text, message_text
from tests.platforms.slack.someone import Someone
from tests.platforms.slack.views import View


class Acting(Someone):
    """Each act is brought to the app at once and waits for its acknowledgement, three seconds at most."""

    async def command(self, command: str, text: str = "", channel: Channel | str = "@") -> Answer:
        """A slash command in a channel. What the acknowledgement says is shown; an error is told by Slackbot."""
        place = self.place(channel)
        known = self.slack.app.commands
        assert known is None or command in known, f"{command} is not a valid command"
        self._installed()
        app = self.slack.app
        payload = {"token": app.verification_token, "team_id": self.team.id, "team_domain": self.team.domain}
        payload |= {
            "channel_id": place.id,
            "channel_name": place.called,
            "user_id": self.id,
            "user_name": self.user.name,
        }
        payload |= {"command": command, "text": text, "api_app_id": app.id, "is_enterprise_install": "false"}
        payload["response_url"] = self.slack.triggers.url("commands", self.team.id, self.id, place)
        payload["trigger_id"] = self.slack.triggers.trigger(self.team.id, self.id)
        answer = await self.slack.delivery.deliver("slash_commands", payload)
        if answer.error:
            self._slackbot(place, f"{command} failed with the error “{answer.error}”")
        elif answer.body:
            self.slack.hooks.acknowledged(command, payload["response_url"], answer.body)
        return answer

    async def clicks(self, on: Message | View, label: str) -> Answer:
        """A button, by its label (or action_id), in a message or in a view."""
        for block, element in elements(_blocks(on)):
            if element["type"] in ("button", "icon_button") and label in (
                label_text(element),
                element.get("action_id"),
            ):
                return await self.presses(on, block, element)
        shown = message_text(on, self.slack.names) if isinstance(on, Message) else self.slack.show(on)
        raise AssertionError(f"no button {label!r} in\n{shown}")

    async def presses(self, on: Message | View, block: Json, element: Json) -> Answer:
        """A button as it was drawn on a message or in a view some time ago; it may be gone from there by now."""
        action = {name: element[name] for name in ("value", "style", "url") if name in element}
        return await self._acts(on, block, element, action | {"text": element["text"]})

    async def picks(self, on: Message | View, label: str, given: Any) -> Answer:
        """A choice in a menu, checkboxes or a picker that tells the app at once."""
        block, element = filling.field(_blocks(on), label)
        chosen = filling.value(element, given)
        if isinstance(on, View):
            on.values.setdefault(block["block_id"], {})[element["action_id"]] = chosen
            if block["type"] == "input" and not block.get("dispatch_action"):
                return Answer()
        return await self._acts(on, block, element, chosen)

    async def types(self, view: View, label: str, text: str) -> Answer:
        """Text in a field of a view; the app hears of it when the field dispatches."""
        block, element = filling.field(view.blocks, label)
        view.values.setdefault(block["block_id"], {})[element["action_id"]] = filling.value(element, text)
        if not block.get("dispatch_action"):
            return Answer()
        return await self._acts(view, block, element, {"type": element["type"], "value": text})

    async def submits(self, view: View | str | None = None, answers: Mapping[str, Any] | None = None) -> dict[str, str]:
        """A form, filled in by labels and sent; the errors shown at its fields, by label.

        A required field left empty is refused by Slack's own client: nothing is sent then.
        """
        form = self._form(view)
        for label, given in (answers or {}).items():
            block, element = filling.field(form.blocks, label)
            form.values.setdefault(block["block_id"], {})[element["action_id"]] = filling.value(element, given)
        form.values = filling.state(form.blocks, form.values)
        if problems := _incomplete(form):
            return problems
        payload = self._about("view_submission") | {"view": form.shown(), "response_urls": []}
        payload["trigger_id"] = self.slack.triggers.trigger(self.team.id, self.id, form.id)
        answer = await self.slack.delivery.deliver("interactive", payload)
        return {"": answer.error} if answer.error else self._submitted(form, answer.body)

    async def closes(self, view: View | None = None, whole: bool = False) -> None:
        """The modal's Cancel; `whole`: the cross, which closes all of them."""
        form = self._form(view)
        self.slack.views.close(form, whole)
        if form.given.get("notify_on_close"):
            payload = self._about("view_closed") | {"view": form.shown(), "is_cleared": whole}
            await self.slack.delivery.deliver("interactive", payload)

    async def shortcut(self, message: Message, callback_id: str) -> Answer:
        """A message shortcut, from the menu at a message."""
        self._known(callback_id)
        channel = self.team.channels[message.channel]
        payload = self._about("message_action", "id", "name", "team_id") | {
            "callback_id": callback_id,
            "message": message.shown(),
        }
        payload |= {"channel": {"id": channel.id, "name": channel.called}, "message_ts": message.ts}
        payload["response_url"] = self.slack.triggers.url("app", self.team.id, self.id, channel, message)
        payload["action_ts"] = self.slack.world.clock.ts()
        return await self._interacts(payload)

    async def global_shortcut(self, callback_id: str) -> Answer:
        """A shortcut from the lightning menu: it has no channel and no response URL."""
        self._known(callback_id)
        payload = self._about("shortcut", "id", "username", "team_id") | {"callback_id": callback_id}
        return await self._interacts(payload | {"action_ts": self.slack.world.clock.ts()})

    async def looks_up(self, view: View, label: str, typed: str) -> list[str]:
        """The options that the app offers in an external menu for what is typed: their texts."""
        return [str(option["text"]["text"]) for option in await self._offered(view, label, typed)]

    async def takes(self, view: View, label: str, typed: str) -> bool:
        """The option of an external menu that has this value, after typing it; whether it was offered."""
        block, element = filling.field(view.blocks, label)
        fitting = [option for option in await self._offered(view, label, typed) if option["value"] == typed]
        if fitting:
            chosen = filling.value(element, typed, fitting)
            view.values.setdefault(block["block_id"], {})[element["action_id"]] = chosen
        return bool(fitting)

    async def _offered(self, view: View, label: str, typed: str) -> list[Json]:
        block, element = filling.field(view.blocks, label)
        payload = self._about("block_suggestion") | {"view": view.shown(), "value": typed}
        payload |= {"action_id": element["action_id"], "block_id": block["block_id"]}
        payload["container"] = {"type": "view", "view_id": view.id}
        answer = await self.slack.delivery.deliver("interactive", payload)
        options = (answer.body or {}).get("options", [])
        if not isinstance(options, list) or len(options) > 100:
            self.slack.world.violations.note("block_suggestion", "invalid_options", str(answer.body)[:200])
            return []
        return options

    async def _acts(self, on: Message | View, block: Json, element: Json, value: Json) -> Answer:
        action = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
        action |= value | {"action_ts": self.slack.world.clock.ts()}
        payload = self._about("block_actions") | {"actions": [action]}
        payload |= self._in_view(on) if isinstance(on, View) else self._in_message(on)
        return await self._interacts(payload, on.id if isinstance(on, View) else "")

    def _in_view(self, view: View) -> Json:
        view.values = filling.state(view.blocks, view.values)
        return {"container": {"type": "view", "view_id": view.id}, "view": view.shown()}

    def _in_message(self, message: Message) -> Json:
        channel = self.team.channels[message.channel]
        container: Json = {"type": "message", "message_ts": message.ts, "channel_id": channel.id}
        container["is_ephemeral"] = bool(message.ephemeral)
        container |= {"thread_ts": message.thread_ts} if message.thread_ts else {}
        said: Json = {"container": container, "channel": {"id": channel.id, "name": channel.called}}
        said["response_url"] = self.slack.triggers.url("actions", self.team.id, self.id, channel, message)
        said["state"] = {"values": filling.state(_blocks(message), {})}
        return said | ({} if message.ephemeral else {"message": message.shown()})

    async def _interacts(self, payload: Json, view: str = "") -> Answer:
        payload["trigger_id"] = self.slack.triggers.trigger(self.team.id, self.id, view)
        answer = await self.slack.delivery.deliver("interactive", payload)
        return answer

    def _form(self, view: View | str | None) -> View:
        found = self.slack.views.all[view] if isinstance(view, str) else view or self.slack.views.top(self.id)
        assert found and not found.closed, f"{self.user.name} has no such modal open"
        return found

    def _submitted(self, form: View, body: Any) -> dict[str, str]:
        try:
            return self._respond(form, body)
        except Refused as refused:
            details = "; ".join(refused.problems)
            self.slack.world.violations.note("view_submission", refused.error, details)
            return {"": f"We had some trouble connecting. Try again? ({refused.error} {details})"}

    def _respond(self, form: View, body: Any) -> dict[str, str]:
        if not body:
            self.slack.views.close(form)
            return {}
        if not isinstance(body, dict):
            raise Refused("invalid_response", "a JSON object, or nothing, is expected")
        action = body.get("response_action")
        if action == "errors":
            return _errors(form, body.get("errors"))
        if action == "clear":
            self.slack.views.close(form, whole=True)
        elif action in ("update", "push"):
            self._show(form, action, body.get("view"))
        else:
            raise Refused("invalid_response", f"unknown response_action: {action!r}")
        return {}

    def _show(self, form: View, action: str, view: Any) -> None:
        if problems := view_problems(view):
            raise Refused("invalid_response", *problems)
        if action == "update":
            self.slack.views.update(form, view)
        else:
            self.slack.views.push(self.team.id, self.id, view, form.id)

    def _installed(self) -> None:
        installed = self.slack.world.installation(self.team.id)
        assert installed, f"the app is not installed in {self.team.name}"
        assert "commands" in installed.scopes, "missing_scope: commands and shortcuts need the scope commands"

    def _known(self, callback_id: str) -> None:
        self._installed()
        known = self.slack.app.shortcuts
        assert known is None or callback_id in known, f"no shortcut {callback_id!r}; there are {sorted(known or ())}"

    def _slackbot(self, channel: Channel, text: str) -> None:
        message = Message(channel.id, self.slack.world.clock.ts(), "USLACKBOT", self.team.id, text)
        message.ephemeral = self.id
        channel.ephemerals.append(message)


def _blocks(on: Message | View) -> list[Json]:
    if isinstance(on, View):
        return on.blocks
    within = [block for attachment in on.attachments for block in attachment.get("blocks", [])]
    return on.blocks + within


def _incomplete(form: View) -> dict[str, str]:
    inputs = [block for block in form.blocks if block["type"] == "input"]
    problems = {
        block["label"]["text"]: filling.problem(block, form.values[block["block_id"]][block["element"]["action_id"]])
        for block in inputs
    }
    return {label: problem for label, problem in problems.items() if problem}


def _errors(form: View, errors: Any) -> dict[str, str]:
    inputs = {block["block_id"]: block["label"]["text"] for block in form.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise Refused("invalid_response", "errors must be an object and not empty")
    if unknown := set(errors) - set(inputs):
        raise Refused("invalid_response", f"errors name blocks that are no inputs: {sorted(unknown)}")
    if not all(isinstance(text, str) and text for text in errors.values()):
        raise Refused("invalid_response", "an error is a text")
    return {inputs[block]: text for block, text in errors.items()}
