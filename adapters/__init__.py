"""One package a channel: the platform there, the desk's words here."""
