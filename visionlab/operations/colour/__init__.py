"""Colour: spaces, channels, tone, thresholds."""

ORDER = 10
