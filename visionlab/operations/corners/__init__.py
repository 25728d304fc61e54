"""Corners: points that can be found again."""

ORDER = 60
