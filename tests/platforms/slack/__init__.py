"""The project's own Slack: strict, stateful, on loopback only."""

from tests.platforms.slack.manifest import manifest_problems
from tests.platforms.slack.records import Channel, Message, User
from tests.platforms.slack.refused import Violation
from tests.platforms.slack.server import Person, Slack
from tests.platforms.slack.views import View

__all__ = ["Channel", "Message", "Person", "Slack", "User", "View", "Violation", "manifest_problems"]
