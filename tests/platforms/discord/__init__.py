"""The project's own Discord: strict, stateful, on loopback only.

    async with Discord() as discord:                        # granted=() for an app without MESSAGE_CONTENT
        ana = discord.user("ana", locale="pt-BR")           # people, roles, channels: made when first named
        bea = discord.user("bea", roles=["it"])
        it_help = discord.channel("it-help")
        triage = discord.channel("triage-it", "forum", tags=["new", "P1"], overwrites={
            "@everyone": (0, Permission.VIEW_CHANNEL), "it": (Permission.VIEW_CHANNEL, 0), "bot": (…, 0)})
        ...                                                 # start the app with discord.api_url, discord.token
        await discord.connected()                           # the gateway client is there
        answer = await ana.command("/ticket", it_help, summary="the vpn is down")
        answer.modal, answer.message, answer.ephemeral, answer.text, answer.error   # what she got; deferrals waited for
        assert (await ana.submit(answer.modal, {"What is wrong?": ""})).sent is False    # the client refuses
        answer = await ana.submit(answer.modal, {"What is wrong?": "vpn"}, files={"Files": [("a.txt", b"x")]})
        await ana.types("/ticket", it_help, "category", "ne")           # autocomplete: [(name, value)]
        await ana.press(message, "It is solved");  await ana.chooses(message, "Priority", "P1")
        await ana.context("Create ticket", message);  await bea.context("Tickets of …", ana, it_help)
        said = await ana.says(it_help, "hello", reply_to=message, files=[("a.png", b"…", "image/png")])
        await ana.edits(said, "…");  await ana.reacts(said, "🎫");  await ana.deletes(said)
        await ana.says("@", "…")                            # "@" is her direct talk with the bot (ana.talk)
        card = await bea.sees("IT-1001", triage)            # waits; also sees_thread(name, channel), gets_modal(title)
        card.text, card.buttons, card.thread, card.pinged.users
        it_help.messages(), it_help.messages(as_seen_by=ana), it_help.threads, ana.ephemerals(it_help)
        ana.refuses_messages()                              # 50007 from now on
        discord.threads.most = 2                            # active threads of a guild: 160006 beyond
        discord.archive(thread, locked=True)
        discord.rates.on = True                             # Discord's own limits; generous without it
        discord.faults.lost("POST /channels/{channel_id}/messages", times=None, chance=0.1, random=Random(1))
        discord.faults.limited("*", 0.2, scope="global");  discord.faults.broken("PATCH *", 502)
        discord.faults.cut(); .close(4000); .reconnect(); .invalid_session(resumable=True); .doubled(); .delay(3.5)
        discord.asked("POST /channels/{channel_id}/messages")           # the bodies that were sent
        assert not discord.violations                       # nothing that the real Discord would have refused

What an app cannot know before it asks (50007, 50083, 160004, 160006, a channel or message that is gone …) stands in
`discord.refusals` only. A test that provokes a violation takes it out: `discord.violations.take(50013)`.
"""

from tests.platforms.discord.answers import Answer, Modal
from tests.platforms.discord.making import Person
from tests.platforms.discord.messages import Attachment, Message
from tests.platforms.discord.people import Role, User
from tests.platforms.discord.permissions import Permission
from tests.platforms.discord.records import Channel, Guild
from tests.platforms.discord.server import BOT_PERMISSIONS, Discord

__all__ = [
    "BOT_PERMISSIONS",
    "Answer",
    "Attachment",
    "Channel",
    "Discord",
    "Guild",
    "Message",
    "Modal",
    "Permission",
    "Person",
    "Role",
    "User",
]
