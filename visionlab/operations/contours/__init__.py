"""Contours: outlines and their measures."""

ORDER = 80
