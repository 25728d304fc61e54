"""Edges: derivatives and Canny."""

ORDER = 30
