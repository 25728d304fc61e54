"""Fourier: the picture as waves."""

ORDER = 40
