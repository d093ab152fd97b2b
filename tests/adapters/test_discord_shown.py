"""Cards and forms through the real discord.py to a strict Discord: shown, pressed a year later, filled in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route, handle_message_parameters
from yarl import URL

from adapters.discord import layout, marks, modal
from adapters.discord.dynamic_items import ITEMS
from bot.words import Button, Card, Dialog, Fact, Field, Kept, Mention
from tests.platforms.discord import Discord

FORM = Dialog(
    "ticket",
    "Ask for help",
    (
        Field("text", "What is the matter?", "long"),
        Field("person", "For whom?", "person"),
        Field("category", "Category", "choice", required=False, choices=tuple((f"c{n}", f"C {n}") for n in range(9))),
        Field("impact", "Impact", "choice", choices=(("one", "Just me"), ("all", "Everybody"))),
    ),
    files=True,
)


class Client(discord.Client):
    """A client with our buttons, which opens a form behind each."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.none())
        self.did: list[str] = []
        self.filled: asyncio.Queue[modal.Submitted] = asyncio.Queue()

    async def setup_hook(self) -> None:
        self.add_dynamic_items(*ITEMS)

    async def pressed(self, interaction: discord.Interaction[Any], custom_id: str) -> None:
        self.did.append(custom_id)
        await interaction.response.send_modal(modal.form(FORM, "form:ticket:"))

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        if interaction.type is discord.InteractionType.modal_submit:
            await interaction.response.send_message("Thank you", ephemeral=True)
            self.filled.put_nowait(modal.submitted(interaction.data or {}))


@pytest.fixture
async def server() -> AsyncIterator[Discord]:
    async with Discord() as made:
        yield made
    assert not made.violations


@pytest.fixture
async def client(server: Discord, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Client]:
    monkeypatch.setattr(Route, "BASE", server.api_url)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", URL(server.gateway_url))
    made = Client()
    running = asyncio.create_task(made.start(server.token))
    await server.connected()
    yield made
    await made.close()
    await running


async def say(client: Client, channel: str, card: Card, *mentions: Mention, **more: Any) -> dict[str, Any]:
    """A message as the sender of posts makes it."""
    files = [discord.File(__file__, name) for name, _ in layout.attached(card, more.get("files", ()))]
    sent = handle_message_parameters(
        view=layout.view(card, mentions, key="k1", **more),
        allowed_mentions=layout.allowed(mentions),
        nonce=marks.nonce("k1"),
        files=files or discord.utils.MISSING,
    )
    with sent:
        told = await client.http.send_message(int(channel), params=sent)
    return dict(told)


async def test_a_card_stands_and_is_found_by_its_mark(server: Discord, client: Client) -> None:
    ana, room = server.user("ana"), server.channel("triage-it")
    facts = (Fact("Status", "New"), Fact("Text", "@everyone <@1> # big"))
    card = Card("IT-1042 *down*", f"> <@{ana.id}> it is **down** @here", facts, (Button("Claim", "claim"),))
    kept = [Kept(1, "log ä.txt", "text/plain", b"x"), Kept(2, "shot.png", "image/png", b"x")]
    told = await say(client, room.id, card, Mention(ana.id, "Ana"), files=kept)
    assert marks.carries(told["components"], "k1") and not marks.carries(told["components"], "k2")
    assert marks.nonce("k1") == told["nonce"] and len(told["attachments"]) == 2
    (message,) = room.messages(as_seen_by=ana)
    assert message.pinged.users == {ana.id} and not message.pinged.everyone


async def test_a_button_of_a_message_that_no_client_remembers_opens_a_form(server: Discord, client: Client) -> None:
    """BEHAVIOUR 22, and the trap: buttons survive a restart only as DynamicItem."""
    ana, room = server.user("ana"), server.channel("it-help")
    buttons = tuple(Button(f"B{number}", "ticket", {"n": str(number)}) for number in range(30))
    await say(client, room.id, Card("Ask", "We are here.", buttons=buttons))
    (message,) = room.messages(as_seen_by=ana)
    answer = await ana.press(message, "B3")
    assert answer.modal and client.did == ["do:ticket:n=3"]
    await ana.chooses(message, "more:1", "B25")
    assert client.did == ["do:ticket:n=3", "do:ticket:n=25"]


async def test_a_form_comes_back_as_it_was_filled_in(server: Discord, client: Client) -> None:
    """BEHAVIOUR 1; the issue: labels, selects, file upload, radio."""
    ana, room = server.user("ana"), server.channel("it-help")
    await say(client, room.id, Card("Ask", buttons=(Button("Ask", "ticket"),)))
    (message,) = room.messages(as_seen_by=ana)
    answer = await ana.press(message, "Ask")
    refused = await ana.submit(answer.modal, {"What is the matter?": ""})
    assert not refused.sent
    typed = {"What is the matter?": "vpn", "For whom?": [ana], "Impact": "Everybody", "Category": ["C 7"]}
    await ana.submit(answer.modal, typed, files={"Files": [("bug.png", b"png", "image/png")]})
    filled = await asyncio.wait_for(client.filled.get(), 5)
    assert filled.custom_id == "form:ticket:"
    assert filled.answers == {"text": "vpn", "person": f"<@{ana.id}>", "impact": "all", "category": "c7"}
    (file,) = filled.files
    assert (file.name, file.type, file.size) == ("bug.png", "image/png", 3) and file.url.startswith("http")
