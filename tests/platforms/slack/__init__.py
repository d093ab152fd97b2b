"""The project's own Slack: strict, stateful, on loopback only.

    async with Slack(manifest) as slack:                      # or Slack(): every scope and event a desk needs
        ana = slack.user("ana", tz="Europe/Lisbon")           # people and channels come into being when first named
        it_help = slack.channel("it-help", ana)               # the bot is in it, unless bot=False
        ...                                                   # start the app with slack.api_url and its tokens
        answer = await ana.command("/ticket", "the vpn is down", it_help)
        modal = await ana.gets_modal("New ticket")            # waits, and fails with what she sees instead
        assert await ana.submits(modal, {"What is wrong?": "x"}) == {"What is wrong?": "Too short."}
        card = await ana.sees("IT-1001", it_help)
        await ana.clicks(card, "It is solved")
        slack.faults.lost("chat.postMessage", times=None, chance=0.1)
        assert not slack.violations                           # nothing that the real Slack would have refused

`await slack.use_http(url)` asks the request URL for its challenge and speaks signed HTTP from then on, in place of
Socket Mode; everything else stays the same.
"""

from tests.platforms.slack.manifest import manifest_problems
from tests.platforms.slack.pings import pings
from tests.platforms.slack.records import Channel, Message, User
from tests.platforms.slack.refused import Violation
from tests.platforms.slack.server import Person, Slack
from tests.platforms.slack.views import View

__all__ = ["Channel", "Message", "Person", "Slack", "User", "View", "Violation", "manifest_problems", "pings"]
