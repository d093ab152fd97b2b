"""The gateway: what Discord tells of, heard by whichever replica owns the shard, and by nobody else."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import discord
import structlog

from adapters.discord.access import Access
from adapters.discord.acts import Acts
from adapters.discord.catch_up import Gap
from adapters.discord.completion import Completion
from adapters.discord.dynamic_items import ITEMS
from adapters.discord.heard import Heard
from adapters.discord.read import Interaction
from adapters.discord.shards import Lease
from adapters.discord.timing import Timing
from bot.background import Background

log = structlog.get_logger()
logging.getLogger("discord").setLevel(logging.ERROR)  # it warns of what is meant so: of voice, of few intents

Kind = discord.InteractionType
Channel = discord.abc.GuildChannel


@dataclass(frozen=True, slots=True)
class Ears:
    """What is done with what one shard is told."""

    acts: Acts
    heard: Heard
    completion: Completion
    access: Access
    underway: Background
    gap: Gap


class Gateway(discord.AutoShardedClient):
    """One shard's session. It keeps no members and no messages, and hears only while the lease is held.

    `identify` waits until another session may be begun.
    """

    def __init__(
        self,
        lease: Lease,
        ears: Ears,
        identify: Callable[[int], Coroutine[Any, Any, None]],
        trace: Any,
        timing: Timing,
        *,
        words: bool,
    ) -> None:
        super().__init__(
            intents=intents(words=words),
            shard_ids=[lease.shard],
            shard_count=lease.count,
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            allowed_mentions=discord.AllowedMentions.none(),
            guild_ready_timeout=timing.ready,
            http_trace=trace,
        )
        self._lease, self._ears, self._identify = lease, ears, identify

    async def setup_hook(self) -> None:
        self.add_dynamic_items(*ITEMS)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        await self._identify(shard_id or 0)

    async def on_interaction(self, interaction: Interaction) -> None:
        match interaction.type:
            case Kind.application_command:
                self._heard(self._ears.acts.command(interaction))
            case Kind.autocomplete:
                self._heard(self._ears.completion.answer(interaction))
            case Kind.modal_submit:
                self._heard(self._ears.acts.submitted(interaction))

    async def pressed(self, interaction: Interaction, custom_id: str) -> None:
        """A button of ours was pressed; see dynamic_items.Presses."""
        self._heard(self._ears.acts.pressed(interaction, custom_id))

    async def on_message(self, message: discord.Message) -> None:
        self._heard(self._ears.heard.said(message))

    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        self._heard(self._ears.heard.edited(event.message))

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        self._heard(self._ears.heard.deleted(event.channel_id, event.message_id, event.guild_id))

    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        for message in sorted(event.message_ids):
            self._heard(self._ears.heard.deleted(event.channel_id, message, event.guild_id))

    async def on_raw_reaction_add(self, event: discord.RawReactionActionEvent) -> None:
        heard = self._ears.heard
        if (event.guild_id is None or heard.is_home(event.guild_id)) and heard.is_ticket(event.emoji):
            self._heard(heard.reacted(event.channel_id, event.message_id, event.member, event.user_id))

    async def on_guild_available(self, guild: discord.Guild) -> None:
        self._let_in(guild)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        self._let_in(guild)

    async def on_guild_channel_create(self, channel: Channel) -> None:
        self._let_in(channel.guild)

    async def on_guild_channel_update(self, before: Channel, after: Channel) -> None:
        if before.overwrites != after.overwrites:
            self._let_in(after.guild)

    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        if before.permissions != after.permissions:
            self._let_in(after.guild)

    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        if self.user and after.id == self.user.id and before.roles != after.roles:
            self._let_in(after.guild)

    async def on_shard_ready(self, shard_id: int) -> None:
        log.info("listening to Discord", shard=shard_id)
        self._ears.gap.ready()

    async def on_shard_resumed(self, shard_id: int) -> None:
        self._ears.gap.live = True

    async def on_shard_disconnect(self, shard_id: int) -> None:
        self._ears.gap.live = False

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        log.exception("something that Discord told of failed", event=event_method)

    def _let_in(self, guild: discord.Guild) -> None:
        """The bot may do more there than before."""
        if self._ears.heard.is_home(guild.id):
            self._ears.underway.begin(self._ears.access.changed())

    def _heard(self, work: Coroutine[Any, Any, None]) -> None:
        """A process that was stopped and goes on may hold a session that is another's by now: it says nothing."""
        if self._lease.held:
            self._ears.underway.begin(work)
        else:
            work.close()
            self._ears.gap.unheard()
            log.warning("not heard: the gateway session may be another replica's now")


def intents(*, words: bool) -> discord.Intents:
    """The smallest that serve. `words`: with those of messages, for which the application needs a privilege."""
    return discord.Intents(
        guilds=True,
        guild_messages=True,
        guild_reactions=True,
        dm_messages=True,
        dm_reactions=True,
        message_content=words,
    )
