"""Figures of the desk: what is counted, how it is worded and drawn. Pure."""
