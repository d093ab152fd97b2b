"""Reading settings.yaml, telling what is wrong in it, and taking up its changes."""
