"""Smoothing: averages, plain and edge-keeping."""

ORDER = 20
