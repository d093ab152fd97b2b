"""Block Kit, checked as strictly as its documentation reads."""

from tests.platforms.slack.blockkit.check import MARKDOWN, elements, markdown_length, message_problems, view_problems

__all__ = ["MARKDOWN", "elements", "markdown_length", "message_problems", "view_problems"]
