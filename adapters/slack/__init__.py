"""Firstline on Slack."""
