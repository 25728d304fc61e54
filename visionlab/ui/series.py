"""Colours of curves: channels in their own colours, others told apart by colour-blind people."""

from PySide6.QtGui import QColor

from visionlab.ui import theme

# Light scheme, dark scheme. The series follow M. Okabe and K. Ito's palette in spirit:
# hues that differ in lightness too.
_CHANNELS = {
    "red": ("#c62828", "#ff6b62"),
    "green": ("#2e7d32", "#63c969"),
    "blue": ("#1f5fd0", "#6aa5ff"),
    "grey": ("#5f5f5f", "#b5b5b5"),
}
_SERIES = (
    ("#0b66c3", "#4aa3ff"),
    ("#b85c00", "#ffb04d"),
    ("#00806a", "#3fd0ae"),
    ("#9c2f86", "#e58ad3"),
    ("#6b5b00", "#e3d34f"),
    ("#8a1c1c", "#ff8a80"),
)


def curve_colour(name: str, index: int = 0) -> QColor:
    """Return the colour of a curve: by its channel's name, otherwise by its index."""
    pair = _CHANNELS.get(name.lower()) or _SERIES[index % len(_SERIES)]
    return QColor(pair[theme.is_dark()])
