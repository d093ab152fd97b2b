"""What people open and look at: the Home tab, the talk with the agent, links; the app hears of it as events."""

from __future__ import annotations

from tests.platforms.slack.records import Channel, Json, Message
from tests.platforms.slack.talking import Talking


class Visiting(Talking):
    """Each act waits until its events were tried once."""

    async def shares_link(self, channel: Channel | str, url: str, thread: Message | str = "") -> Message:
        """A message with a link; the app is asked for a preview when the domain is one of its own."""
        message = await self.says(channel, f"<{url}>", thread)
        domain = url.partition("://")[2].partition("/")[0].partition(":")[0]
        domains = self.slack.app.domains
        if not domains or any(domain == one or domain.endswith(f".{one}") for one in domains):
            place = self.place(channel)
            event: Json = {"type": "link_shared", "user": self.id, "channel": place.id, "message_ts": message.ts}
            event |= {"links": [{"domain": domain, "url": url}], "source": "conversations_history"}
            event |= {"unfurl_id": f"{place.id}.{message.ts}", "is_bot_user_member": True}
            event |= {"thread_ts": message.thread_ts} if message.thread_ts else {}
            self._event("link_shared", event)
        await self.slack.events.quiet()
        return message

    async def opens_home(self, tab: str = "home") -> None:
        """The app's Home tab (or its messages tab)."""
        await self._opens(tab, {})

    async def opens_talk(self, looking_at: Channel | str = "") -> None:
        """The talk with the agent (agent_view): its messages tab, beside the channel that is looked at."""
        await self._opens("messages", {"context": self._context(looking_at)})

    async def looks_at(self, channel: Channel | str) -> None:
        """Another channel, while the talk with the agent stays open (agent_view)."""
        event = {"type": "app_context_changed", "user": self.id, "channel": self.talk.id}
        self._event("app_context_changed", event | {"context": self._context(channel)})
        await self.slack.events.quiet()

    async def takes_prompt(self, title: str, thread: Message | None = None) -> Message:
        """A suggested prompt: a click says its message as this person."""
        offered = self.slack.assistants.get(thread.ts if thread else self.talk.id, {}).get("prompts", [])
        for prompt in offered:
            if prompt["title"] == title:
                return await self.says("@", prompt["message"], thread or "")
        raise AssertionError(f"no prompt {title!r}; there are {[prompt['title'] for prompt in offered]}")

    async def opens_assistant_thread(self, about: Channel | str = "") -> Message:
        """A new thread with the assistant (assistant_view), while a channel is looked at."""
        root = self._message(self.talk, "New Assistant Thread", "")
        root.subtype = "assistant_app_thread"
        self.slack.world.put(self.talk, root)
        context = {"channel_id": self.place(about).id, "team_id": self.team.id} if about else {}
        thread = {"user_id": self.id, "context": context, "channel_id": self.talk.id, "thread_ts": root.ts}
        self._event("assistant_thread_started", {"type": "assistant_thread_started", "assistant_thread": thread})
        await self.slack.events.quiet()
        return root

    async def becomes(self, **profile: str) -> None:
        """Another name, e-mail, time zone or language in the profile: fields of User."""
        for name, value in profile.items():
            assert hasattr(self.user, name), f"a profile has no {name}"
            setattr(self.user, name, value)
        self._event("user_change", {"type": "user_change", "user": self.user.shown(locale=True), "cache_ts": 0})
        await self.slack.events.quiet()

    async def _opens(self, tab: str, more: Json) -> None:
        event: Json = {"type": "app_home_opened", "user": self.id, "channel": self.talk.id, "tab": tab}
        if tab == "home" and self.id in self.slack.views.homes:
            event["view"] = self.slack.views.homes[self.id].shown()
        self._event("app_home_opened", event | more)
        await self.slack.events.quiet()

    def _context(self, channel: Channel | str) -> Json:
        if not channel:
            return {}
        entity = {"type": "slack#/types/channel_id", "value": self.place(channel).id, "team_id": self.team.id}
        return {"entities": [entity]}

    def _event(self, subscription: str, event: Json) -> None:
        self.slack.events.emit(self.team.id, subscription, event | {"event_ts": self.slack.world.clock.ts()})
