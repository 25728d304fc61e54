import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from visionlab.ui import theme
from visionlab.ui.parts import Chooser, ElidedLabel, IconButton, MenuButton, WrappedLabel


def darkest(button):
    """Lightness of the icon's opaque pixels."""
    image = button.icon().pixmap(QSize(32, 32)).toImage()
    pixels = [image.pixelColor(x, y) for x in range(32) for y in range(32)]
    return min(QColor(p).lightness() for p in pixels if p.alpha() > 250)


@pytest.fixture
def schemes(qapp):
    style, palette, sheet = qapp.style().name(), qapp.palette(), qapp.styleSheet()
    yield theme.set_scheme
    theme.set_scheme("system")
    qapp.setStyle(style)
    qapp.setPalette(palette)
    qapp.setStyleSheet(sheet)


def test_icons_follow_the_scheme(qtbot, schemes):
    schemes("light")
    button = IconButton("play", "Play")
    qtbot.addWidget(button)
    assert darkest(button) < 80
    schemes("dark")
    qtbot.waitUntil(lambda: darkest(button) > 180, timeout=1000)


def test_wrapped_text_is_hidden_while_there_is_none(qtbot):
    panel = QWidget()
    qtbot.addWidget(panel)
    column = QVBoxLayout(panel)
    empty, about = WrappedLabel(), WrappedLabel("What it is about.", role="muted")
    for label in (empty, about):
        column.addWidget(label)
    panel.show()
    assert not empty.isVisible()
    assert about.isVisible()
    empty.write("a text that is much too long for one line")
    assert empty.isVisible()
    assert empty.heightForWidth(80) > empty.heightForWidth(800)
    empty.setSelection(0, 6)
    empty.write(empty.text())
    assert empty.selectedText() == "a text"  # being copied
    empty.hide()
    empty.write(empty.text())
    assert empty.isVisible()
    empty.write("")
    assert not empty.isVisible()


def test_elided_text_is_whole_in_the_tooltip(qtbot):
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.show()
    label.resize(60, 20)
    label.setText("a text that is much too long for this")
    assert label.toolTip() == label.text() == label.accessibleName()
    label.resize(900, 20)
    assert label.toolTip() == ""


def test_reserved_width_does_not_depend_on_the_text(qtbot):
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.reserve("x 00000, y 00000")
    width = label.sizeHint().width()
    label.setText("x 1, y 2")
    assert label.sizeHint().width() == width


def test_chooser_hides_without_a_choice(qtbot):
    chooser = Chooser()
    qtbot.addWidget(chooser)
    with qtbot.assertNotEmitted(chooser.currentChanged):
        assert chooser.set_names(["a", "b"]) == 0
        assert chooser.isVisible()
        chooser.setCurrentIndex(0)
        assert chooser.set_names(["b"]) == 0
    assert not chooser.isVisible()


def test_menu_button_says_that_there_is_a_menu(qtbot):
    button = MenuButton("", "Speed", "1x")
    qtbot.addWidget(button)
    assert button.text() == "1x ▾"
    assert button.menu() is button.items
