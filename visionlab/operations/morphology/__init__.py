"""Morphology: shapes changed by a structuring element."""

ORDER = 70
