from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from visionlab.core.display import lookup_table
from visionlab.core.image import Display
from visionlab.ui.colour_bar import ColourBar


def test_hidden_without_a_display(qtbot):
    bar = ColourBar()
    qtbot.addWidget(bar)
    bar.set_display(Display(-4, 4, "diverging"))
    assert bar.isVisible()
    assert bar.accessibleName() == "Colour bar from -4 over 0 to 4"
    bar.set_display(None)
    assert not bar.isVisible()


def test_colours_run_from_low_to_high(qtbot):
    table = lookup_table("sequential")
    for orientation in Qt.Orientation:
        bar = ColourBar(orientation)
        qtbot.addWidget(bar)
        bar.resize(200, 200)
        bar.set_display(Display(0, 1, "sequential"))
        image = bar.grab().toImage()
        vertical = orientation == Qt.Orientation.Vertical
        low, high = ((5, 190), (5, 9)) if vertical else ((9, 5), (190, 5))
        for point, expected in ((low, table[12]), (high, table[243])):
            seen = QColor(image.pixel(*point))
            assert abs(seen.red() - int(expected[0])) < 12
            assert abs(seen.blue() - int(expected[2])) < 12


def test_live_values_ask_for_no_other_room_once_there_was_a_wider_one(qtbot):
    bar = ColourBar()
    qtbot.addWidget(bar)
    bar.set_display(Display(0, 0.12345, "sequential"))
    wide = bar.minimumSizeHint()
    assert wide.width() > 3 * bar.fontMetrics().horizontalAdvance("0.1234")
    bar.set_display(Display(0, 1, "sequential"))
    assert bar.minimumSizeHint() == wide
    bar.set_display(None)
    bar.set_display(Display(0, 1, "sequential"))
    assert bar.minimumSizeHint().width() < wide.width()
