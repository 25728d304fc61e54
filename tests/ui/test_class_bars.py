"""Bars with the numbers they are compared with."""

from PySide6.QtGui import QColor

from visionlab.ui import theme
from visionlab.ui.class_bars import Bar, ClassBars


def bars_of(qtbot, *bars):
    widget = ClassBars()
    qtbot.addWidget(widget)
    widget.resize(480, 120)
    widget.set_labels([bar.label for bar in bars])
    widget.set_bars(bars)
    return widget


def numbers(widget):
    return [[text for text, _ in widget._numbers(bar)] for bar in widget.bars()]


def test_smoothed_raw_and_held_values_stand_beside_each_other(qtbot):
    plain = bars_of(qtbot, Bar(0, "a", 0.75, 0.75), Bar(1, "b", 0.25, 0.25))
    assert numbers(plain) == [["75.0 %"], ["25.0 %"]]
    smooth = bars_of(qtbot, Bar(0, "a", 0.75, 0.5), Bar(1, "b", 0.25, 0.25))
    assert numbers(smooth) == [["75.0 %", "50.0 %"], ["25.0 %", "25.0 %"]]  # in columns
    both = bars_of(qtbot, Bar(0, "a", 0.75, 0.5, 0.125), Bar(1, "b", 0.25, 0.5, 0.875))
    assert numbers(both) == [["75.0 %", "50.0 %", "12.5 %"], ["25.0 %", "50.0 %", "87.5 %"]]
    both.resize(320, 120)  # the raw one's mark must do
    assert numbers(both) == [["75.0 %", "12.5 %"], ["25.0 %", "87.5 %"]]


def test_a_held_number_has_the_colour_of_its_mark(qtbot):
    def orange(widget):
        picture = widget.grab().toImage()
        right = range(picture.width() * 3 // 4, picture.width())
        wanted = QColor(theme.colour("warning"))
        return any(picture.pixelColor(x, y) == wanted
                   for x in right for y in range(picture.height()))  # fmt: skip

    assert not orange(bars_of(qtbot, Bar(0, "a", 0.75, 0.75)))
    assert orange(bars_of(qtbot, Bar(0, "a", 0.75, 0.75, 0.1)))
