"""Slack's numbers, in characters unless they count something.

From docs.slack.dev: the pages of each block, each element, the view object and chat.postMessage.
"""

TEXT = 4_000
"""The top-level text of a message, which notifications show. Slack splits or cuts what is longer."""

MESSAGE_BLOCKS = 50

MESSAGE = 12_000
"""All blocks of a message, as JSON.

Slack names no number; from some 13,200 on it answers `msg_blocks_too_long` (bolt-js issues 2509 and 2867).
"""

SECTION = 3_000
FIELDS = 10
HEADER = 150
CONTEXT = 2_000

BUTTON_LABEL = 75
BUTTON_VALUE = 2_000
ID = 255
"""block_id, action_id and callback_id."""

VIEW_BLOCKS = 100
VIEW = 240_000
"""A whole view, as the JSON that is sent; Slack refuses more than 250 KB."""

VIEW_TITLE = 24
"""The title of a modal, and the words on its buttons."""

PRIVATE_METADATA = 3_000
LABEL = 2_000
"""The label of an input, and its hint."""

INPUT = 3_000
"""What a text field takes."""

FILES = 10
"""What a file_input takes."""

ALT = 1_000
"""What tells of a picture to those who do not see it."""

OPTIONS = 100
"""Options of a select, or of one of its groups."""

OPTION_LABEL = 75
OPTION_VALUE = 150
