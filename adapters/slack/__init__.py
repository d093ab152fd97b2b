"""Firstline on Slack."""

from adapters.slack.adapter import Slack

__all__ = ["Slack"]
