"""A list of choices whose texts are longer than it is wide."""

import pytest
from PySide6.QtWidgets import QStyleOptionComboBox

from visionlab.ui.choice_box import ChoiceBox

LONG = "A network with a rather long name, the second of two alike"


@pytest.mark.qt_log_ignore("This plugin does not support")  # off screen
def test_a_long_text_is_shortened_and_the_list_shows_it_whole(qtbot):
    box = ChoiceBox("Model")
    qtbot.addWidget(box)
    box.fill([("Short", 1), (LONG, 2)])
    box.resize(120, box.sizeHint().height())
    box.show()
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    assert option.currentText == "Short"
    box.select(2)
    box.initStyleOption(option)
    assert option.currentText.endswith("…")
    assert LONG.startswith(option.currentText[:-1])
    assert box.fontMetrics().horizontalAdvance(option.currentText) < 120
    box.showPopup()
    assert box.view().width() >= box.fontMetrics().horizontalAdvance(LONG)
    box.hidePopup()
