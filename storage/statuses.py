"""The words by which queries know what state a ticket is in, and how it ended; bot.lifecycle says what they mean."""

OPEN = ("new", "in_progress", "pending")
FINISHED = ("resolved", "closed")
SOLVED = ("solved", "fixed")
"""The outcomes of tickets that an agent resolved, before and after the requester has said that it is fixed."""
SELF_SERVED = "self-served"
"""The outcome of a ticket that an article answered, so that no agent had to."""
