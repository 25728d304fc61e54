from PySide6.QtCore import QEvent, QObject, QSize
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from visionlab.ui.holder import Holder


class Asked(QObject):
    """Counts how often a widget is asked to lay out what is in it."""

    def __init__(self, widget):
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, _, event):
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


def held(qtbot):
    """Return a window with a holder in it, the panel that it holds, and a label in that."""
    window, panel = QWidget(), QWidget()
    label, inner = QLabel("12 ms"), QVBoxLayout(panel)
    label.setMinimumWidth(200)
    inner.addWidget(label)
    holder, outer = Holder(panel), QVBoxLayout(window)
    outer.addWidget(holder)
    qtbot.addWidget(window)
    window.show()
    qtbot.wait(20)
    return window, label, panel, holder


def test_a_panel_has_all_the_room_of_its_holder(qtbot):
    _window, _, panel, holder = held(qtbot)
    holder.resize(321, 123)
    assert panel.isVisible()
    assert panel.geometry() == holder.rect()


def test_new_text_of_the_same_size_lays_out_no_window(qtbot):
    window, label, _, holder = held(qtbot)
    inside, asked = Asked(holder), Asked(window)
    label.setText("13 ms")
    qtbot.wait(20)
    assert inside.count > 0
    assert asked.count == 0


def test_a_panel_that_needs_more_room_gets_it(qtbot):
    window, label, panel, holder = held(qtbot)
    asked = Asked(window)
    label.setMinimumSize(400, 90)
    qtbot.waitUntil(lambda: asked.count > 0, timeout=3000)
    assert holder.minimumSizeHint() == panel.minimumSizeHint()
    assert holder.sizeHint() == panel.sizeHint()
    assert holder.width() >= 400


def test_a_panel_s_own_least_size_counts(qtbot):
    panel = QWidget()
    panel.setMinimumSize(150, 70)
    holder = Holder(panel)
    qtbot.addWidget(holder)
    assert holder.minimumSizeHint() == QSize(150, 70)
