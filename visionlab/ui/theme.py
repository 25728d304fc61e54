"""Colours, spacing and icons: one accent, neutral greys, an 8-pixel grid, one icon family."""

from functools import cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QApplication

from visionlab.core.assets import asset
from visionlab.ui.icons import glyph_icon

GRID = 8
"""Spacing unit in device-independent pixels."""

_LIGHT = {
    "window": "#f3f3f3", "base": "#ffffff", "alt": "#ececec", "text": "#1f1f1f",
    "muted": "#5f5f5f", "line": "#d0d0d0", "button": "#e9e9e9", "canvas": "#d9d9d9",
    "accent": "#0b66c3", "on_accent": "#ffffff", "error": "#b3261e", "warning": "#8a5a00",
}  # fmt: skip
_DARK = {
    "window": "#2a2a2a", "base": "#202020", "alt": "#313131", "text": "#e8e8e8",
    "muted": "#a8a8a8", "line": "#444444", "button": "#3a3a3a", "canvas": "#181818",
    "accent": "#4aa3ff", "on_accent": "#101010", "error": "#ff8a80", "warning": "#ffc46b",
}  # fmt: skip


# Desktops without a platform theme (X without one, off screen) ignore a requested scheme, so
# the choice is kept here too.
_chosen = "system"


def is_dark() -> bool:
    """Whether the dark colours are in use."""
    if _chosen != "system":
        return _chosen == "dark"
    return QApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark


def colour(name: str) -> QColor:
    """Return a colour of the current scheme: window, base, alt, text, muted, line, button,
    canvas, accent, on_accent, error or warning.
    """
    return QColor((_DARK if is_dark() else _LIGHT)[name])


def set_scheme(name: str) -> None:
    """Use "light", "dark", or the desktop's own scheme for "system"."""
    global _chosen
    _chosen = name
    schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
    QApplication.styleHints().setColorScheme(schemes.get(name, Qt.ColorScheme.Unknown))
    apply()


def apply() -> None:
    """Give the application the palette and style sheet of the current scheme."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    icon.cache_clear()  # before widgets hear of the new palette and ask for new icons
    app.setStyle("Fusion")
    app.setPalette(_palette())
    check = asset("check-dark.svg" if is_dark() else "check-light.svg").as_posix()
    app.setStyleSheet(_STYLE.format(check=check, **{n: colour(n).name() for n in _LIGHT}))


def _palette() -> QPalette:
    roles = {
        QPalette.ColorRole.Window: "window", QPalette.ColorRole.WindowText: "text",
        QPalette.ColorRole.Base: "base", QPalette.ColorRole.AlternateBase: "alt",
        QPalette.ColorRole.Text: "text", QPalette.ColorRole.Button: "button",
        QPalette.ColorRole.ButtonText: "text", QPalette.ColorRole.ToolTipBase: "base",
        QPalette.ColorRole.ToolTipText: "text", QPalette.ColorRole.PlaceholderText: "muted",
        QPalette.ColorRole.Highlight: "accent", QPalette.ColorRole.HighlightedText: "on_accent",
        QPalette.ColorRole.Link: "accent", QPalette.ColorRole.Mid: "line",
        QPalette.ColorRole.Accent: "accent",
    }  # fmt: skip
    palette = QPalette()
    for role, name in roles.items():
        palette.setColor(role, colour(name))
    disabled = QPalette.ColorGroup.Disabled
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText,
                 QPalette.ColorRole.ButtonText):  # fmt: skip
        palette.setColor(disabled, role, colour("muted"))
    return palette


def app_icon() -> QIcon:
    """Return the program's own icon."""
    return QIcon(str(asset("icon.svg")))


@cache
def icon(name: str, role: str = "text") -> QIcon:
    """Return a Phosphor icon (regular weight), such as "play", in a colour of the scheme."""
    on = colour("accent") if role == "text" else colour(role)
    return glyph_icon(name, colour(role), colour("line"), on)


_STYLE = """
QDockWidget {{ font-weight: 600; }}
QDialogButtonBox, QMessageBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QToolTip {{ background: {base}; color: {text}; border: 1px solid {line}; padding: 4px; }}
QHeaderView {{ background: {window}; }}
QHeaderView::section {{ background: {window}; color: {muted}; border: none; padding: 2px 6px;
  border-bottom: 1px solid {line}; }}
QHeaderView::section:vertical {{ border: none; }}
QHeaderView::up-arrow, QHeaderView::down-arrow {{ image: none; width: 0; height: 0; }}
QTableCornerButton::section {{ background: {window}; border: none;
  border-bottom: 1px solid {line}; }}
QTableView::item {{ padding: 0 6px; }}
.QCheckBox::indicator {{ width: 14px; height: 14px; border: 1px solid {muted}; border-radius: 3px;
  background: {base}; }}
.QCheckBox::indicator:checked {{ background: {accent}; border-color: {accent};
  image: url({check}); }}
.QCheckBox::indicator:focus {{ border-color: {text}; }}
.QCheckBox::indicator:disabled {{ border-color: {line}; }}
QLabel[role="muted"] {{ color: {muted}; }}
QLabel[role="error"] {{ color: {error}; }}
QLabel[role="warning"] {{ color: {warning}; }}
QScrollBar:vertical {{ width: 10px; background: transparent; }}
QScrollBar:horizontal {{ height: 10px; background: transparent; }}
QScrollBar::handle {{ background: {line}; border-radius: 3px; margin: 2px; }}
QScrollBar::handle:hover {{ background: {muted}; }}
QScrollBar::handle:vertical {{ min-height: 32px; }}
QScrollBar::handle:horizontal {{ min-width: 32px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
Segment {{ border: 1px solid {line}; background: {base}; padding: 3px 6px; margin-left: -1px; }}
Segment:hover {{ background: {alt}; }}
Segment:checked {{ background: {accent}; border-color: {accent}; color: {on_accent}; }}
Segment:focus {{ border-color: {text}; }}
Segment:disabled {{ color: {muted}; background: transparent; }}
Segment:checked:disabled {{ background: {line}; border-color: {line}; }}
"""
