"""Hough: lines, segments and circles found by voting."""

ORDER = 50
