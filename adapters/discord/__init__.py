"""The desk on Discord."""
